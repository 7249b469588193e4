using System.Runtime.InteropServices;
using SmmuConformance.Architecture;

namespace SmmuConformance.Driver.Reference;

/// <summary>A range of addresses that a TLB must forget.</summary>
/// <param name="Address">First address.</param>
/// <param name="Bytes">Size.</param>
/// <param name="Level">Level of the leaves that mapped it; 3 where tables have gone.</param>
/// <param name="Leaf">Only leaves have gone; otherwise tables, with all below them.</param>
internal readonly record struct ForgottenRange(Iova Address, ulong Bytes, int Level, bool Leaf);

/// <summary>What an unmap has taken out of a page table, and what remains to be done about it.</summary>
internal sealed class Unmapped
{
    private readonly List<ForgottenRange> _ranges = [];
    private readonly List<PhysicalAddress> _tables = [];

    /// <summary>Bytes that were mapped and are not any more.</summary>
    public ulong Bytes { get; private set; }

    /// <summary>What TLBs must forget, in ascending order.</summary>
    public ReadOnlySpan<ForgottenRange> Ranges => CollectionsMarshal.AsSpan(_ranges);

    /// <summary>Those of them that tables have gone from, which may be used for something else at any moment.</summary>
    public ForgottenRange[] UrgentRanges => [.. _ranges.Where(range => !range.Leaf)];

    /// <summary>Tables that nothing points to any more; free them when the TLBs have forgotten the ranges.</summary>
    public IReadOnlyList<PhysicalAddress> Tables => _tables;

    /// <summary>A page or block has gone.</summary>
    public void AddLeaf(Iova address, ulong bytes, int level)
    {
        Bytes += bytes;
        Add(new ForgottenRange(address, bytes, level, Leaf: true));
    }

    /// <summary>A table has gone that resolved this range.</summary>
    public void AddTable(Iova address, ulong bytes) =>
        Add(new ForgottenRange(address, bytes, Level: 3, Leaf: false));

    /// <summary>A table below it, or the table itself.</summary>
    public void Orphan(PhysicalAddress table) => _tables.Add(table);

    /// <summary>Bytes that were mapped below a table that has gone.</summary>
    public void Count(ulong bytes) => Bytes += bytes;

    // Neighbours of one kind are one range.
    private void Add(ForgottenRange range)
    {
        if (_ranges.Count > 0)
        {
            var last = _ranges[^1];
            if (
                last.Leaf == range.Leaf
                && last.Level == range.Level
                && last.Address + last.Bytes == range.Address
            )
            {
                _ranges[^1] = last with { Bytes = last.Bytes + range.Bytes };
                return;
            }
        }

        _ranges.Add(range);
    }
}
