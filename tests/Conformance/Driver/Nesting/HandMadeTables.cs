using System.Buffers.Binary;
using SmmuConformance.Architecture;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Tables of stage 1 that are not the driver's: a guest's, or those of a process.</summary>
internal sealed class HandMadeTables
{
    private readonly GuestMemory _memory;
    private readonly bool _bigEndian;

    /// <summary>Bits of an address.</summary>
    public const int InputBits = 48;

    /// <summary>Tables that map nothing.</summary>
    /// <param name="memory">Where they are.</param>
    /// <param name="page">Bytes of a page.</param>
    /// <param name="bigEndian">Descriptors stand the other way round.</param>
    public HandMadeTables(GuestMemory memory, ulong page, bool bigEndian)
    {
        (_memory, _bigEndian) = (memory, bigEndian);
        Granule = page switch
        {
            0x1000 => Granule.Size4K,
            0x4000 => Granule.Size16K,
            _ => Granule.Size64K,
        };
        Root = memory.Allocate(page, page);
    }

    /// <summary>Their granule.</summary>
    public Granule Granule { get; }

    /// <summary>The first table.</summary>
    public Ipa Root { get; }

    /// <summary>Maps a page that everybody may read and write.</summary>
    public void Map(Iova address, Ipa output, byte attributes = 0) =>
        Put(
            address,
            (
                Stage1Leaf.To(output.Value, Granule, 3) with
                {
                    AF = true,
                    nG = true,
                    AP = Stage1Ap.ReadWrite,
                    AttrIndx = attributes,
                    SH = Shareability.Inner,
                }
            ).Word(0)
        );

    /// <summary>Unmaps a page, and tells nobody.</summary>
    public void Unmap(Iova address) => Put(address, 0);

    /// <summary>Takes the last table on the way to an address out, with all that it maps, and tells nobody.</summary>
    /// <returns>Where it is; it holds what it held.</returns>
    public Ipa CutTable(Iova address)
    {
        var (table, slot) = (Root, Root);
        for (var level = FirstLevel; level < 3; level++)
        {
            slot = table + 8ul * (ulong)Granule.Index(level, address.Value);
            table = new Stage1Table(InOrder(_memory.Read(slot))).NextTable(Granule).Value;
        }

        _memory.Write(slot, 0);
        return table;
    }

    private int FirstLevel => 3 - ((InputBits - 1 - Granule.PageShift) / Granule.BitsPerLevel);

    private void Put(Iova address, ulong descriptor)
    {
        var table = Root;
        for (var level = FirstLevel; level < 3; level++)
        {
            var slot = table + 8ul * (ulong)Granule.Index(level, address.Value);
            var word = InOrder(_memory.Read(slot));
            if ((word & 1) == 0)
            {
                var next = _memory.Allocate(Granule.PageSize, Granule.PageSize);
                word = Stage1Table.To(next.Value, Granule).Word(0);
                _memory.Write(slot, InOrder(word));
            }

            table = new Stage1Table(word).NextTable(Granule).Value;
        }

        _memory.Write(table + 8ul * (ulong)Granule.Index(3, address.Value), InOrder(descriptor));
    }

    private ulong InOrder(ulong word) =>
        _bigEndian ? BinaryPrimitives.ReverseEndianness(word) : word;
}
