using System.Buffers.Binary;
using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>
/// A page table of either stage in VMSAv8-64. Pages and blocks come and go; a valid descriptor is never changed into another
/// that translates otherwise, so no break-before-make is needed. Arm ARM D8.3
/// </summary>
internal sealed partial class PageTable
{
    private readonly SharedMemory _memory;
    private readonly Gate _gate;

    private PageTable(SharedMemory memory, PageTableFormat format, PhysicalAddress root) =>
        (_memory, _gate, Format, Root) = (memory, memory.NewGate(), format, root);

    /// <summary>Its shape.</summary>
    public PageTableFormat Format { get; }

    /// <summary>First table: what CD.TTB0 or STE.S2TTB says.</summary>
    public PhysicalAddress Root { get; }

    private Granule Granule => Format.Granule;

    /// <summary>Allocates a table that maps nothing; null if there is no memory.</summary>
    public static PageTable? Create(SharedMemory memory, PageTableFormat format) =>
        memory.Allocate(format.RootBytes) is { } root ? new PageTable(memory, format, root) : null;

    /// <summary>Maps a range with the largest pages that fit. All of it, or on failure nothing.</summary>
    /// <returns><see cref="ErrorClass.AlreadyExists"/>, <see cref="ErrorClass.OutOfMemory"/>.</returns>
    public Outcome Map(Iova address, PhysicalAddress output, ulong bytes, Protection protection)
    {
        _gate.Enter();
        var outcome = MapAlone(address, output, bytes, protection);
        _gate.Leave();
        return outcome;
    }

    private Outcome MapAlone(
        Iova address,
        PhysicalAddress output,
        ulong bytes,
        Protection protection
    )
    {
        var range = new AddressSpan(address.Value, address.Value + bytes);
        var offset = unchecked(output.Value - address.Value);

        // 1. Nothing may be in the way.
        var missing = 0;
        if (!IsFree(Root, Format.StartLevel, range, offset, ref missing))
            return ErrorClass.AlreadyExists;

        // 2. All tables that will be needed.
        var spare = new Stack<PhysicalAddress>();
        while (spare.Count < missing)
        {
            if (_memory.Allocate(Granule.PageSize) is { } table)
            {
                spare.Push(table);
                continue;
            }

            foreach (var useless in spare)
                _memory.Free(useless);
            return ErrorClass.OutOfMemory;
        }

        // 3. Fill them in.
        Fill(Root, Format.StartLevel, range, offset, protection, spare);
        return Outcome.Done;
    }

    /// <summary>
    /// Unmaps a range. A table whose whole span is unmapped goes with it. A block is not split: if the range cuts one,
    /// nothing is unmapped.
    /// </summary>
    public Unmapped Unmap(Iova address, ulong bytes)
    {
        var unmapped = new Unmapped();
        var range = new AddressSpan(address.Value, address.Value + bytes);
        _gate.Enter();
        if (bytes != 0 && !CutsBlock(range))
            Clear(Root, Format.StartLevel, range, unmapped);
        _gate.Leave();
        return unmapped;
    }

    /// <summary>Gives back every table; no descriptor may point to the root any more, and the SMMU must know.</summary>
    public void Free()
    {
        var below = new Unmapped();
        Orphan(Root, Format.StartLevel, below);
        foreach (var table in below.Tables)
            _memory.Free(table);
    }

    // Walks as Fill will, and counts the tables that Fill will need.
    private bool IsFree(
        PhysicalAddress? table,
        int level,
        AddressSpan range,
        ulong offset,
        ref int missing
    )
    {
        foreach (var part in range.Parts(Granule, level))
        {
            var word = table is { } present ? Load(SlotOf(present, level, part)) : 0;
            switch (KindOf(word, level))
            {
                case DescriptorKind.Table:
                    if (!IsFree(NextTable(word), level + 1, part, offset, ref missing))
                        return false;
                    break;
                case DescriptorKind.Invalid when FitsLeaf(level, part, offset):
                    break;
                case DescriptorKind.Invalid:
                    missing++;
                    IsFree(null, level + 1, part, offset, ref missing);
                    break;
                default:
                    return false;
            }
        }

        return true;
    }

    private void Fill(
        PhysicalAddress table,
        int level,
        AddressSpan range,
        ulong offset,
        Protection protection,
        Stack<PhysicalAddress> spare
    )
    {
        foreach (var part in range.Parts(Granule, level))
        {
            var slot = SlotOf(table, level, part);
            var word = level == 3 ? 0 : Load(slot);
            if (KindOf(word, level) == DescriptorKind.Table)
            {
                Fill(NextTable(word), level + 1, part, offset, protection, spare);
            }
            else if (FitsLeaf(level, part, offset))
            {
                PhysicalAddress output = unchecked(part.First + offset);
                Store(slot, Format.Leaf(output, level, protection));
            }
            else
            {
                // Complete and visible before it can be reached.
                var next = spare.Pop();
                Fill(next, level + 1, part, offset, protection, spare);
                Store(slot, Format.TableAt(next));
            }
        }

        Publish(table, level, range);
    }

    private void Clear(PhysicalAddress table, int level, AddressSpan range, Unmapped unmapped)
    {
        foreach (var part in range.Parts(Granule, level))
        {
            var slot = SlotOf(table, level, part);
            var word = Load(slot);
            switch (KindOf(word, level))
            {
                case DescriptorKind.Table when part.Bytes < Granule.LeafSize(level):
                    Clear(NextTable(word), level + 1, part, unmapped);
                    break;
                case DescriptorKind.Table:
                    Store(slot, 0);
                    Orphan(NextTable(word), level + 1, unmapped);
                    unmapped.AddTable(part.First, part.Bytes);
                    break;
                case DescriptorKind.Block or DescriptorKind.Page:
                    Store(slot, 0);
                    unmapped.AddLeaf(part.First, part.Bytes, level);
                    break;
                default:
                    break;
            }
        }

        Publish(table, level, range);
    }

    private void Orphan(PhysicalAddress table, int level, Unmapped unmapped)
    {
        var bytes = level == Format.StartLevel ? Format.RootBytes : Granule.PageSize;
        for (var slot = 0ul; slot < bytes; slot += Descriptors.Size)
        {
            var word = Load(table + slot);
            var kind = KindOf(word, level);
            if (kind == DescriptorKind.Table)
                Orphan(NextTable(word), level + 1, unmapped);
            else if (kind != DescriptorKind.Invalid)
                unmapped.Count(Granule.LeafSize(level));
        }

        unmapped.Orphan(table);
    }

    private bool CutsBlock(AddressSpan range)
    {
        var (first, last) = (LeafAt(range.First), LeafAt(range.End - 1));
        return first.First < range.First || last.End > range.End;
    }

    // The span of the leaf that maps an address; empty if none does.
    private AddressSpan LeafAt(ulong address)
    {
        var table = Root;
        for (var level = Format.StartLevel; ; level++)
        {
            var word = Load(SlotOf(table, level, new AddressSpan(address, address + 1)));
            var kind = KindOf(word, level);
            if (kind == DescriptorKind.Invalid)
                return new AddressSpan(address, address);
            var size = Granule.LeafSize(level);
            if (kind != DescriptorKind.Table)
                return new AddressSpan(address & ~(size - 1), (address & ~(size - 1)) + size);
            table = NextTable(word);
        }
    }

    private bool FitsLeaf(int level, AddressSpan part, ulong offset)
    {
        if (level != 3 && !Granule.AllowsBlock(level, wide: false))
            return false;
        var size = Granule.LeafSize(level);
        return part.Bytes == size && (offset & (size - 1)) == 0;
    }

    private void Publish(PhysicalAddress table, int level, AddressSpan range)
    {
        var first = SlotOf(table, level, range);
        var last = SlotOf(table, level, new AddressSpan(range.End - 1, range.End));
        _memory.Publish(first, last.Value - first.Value + Descriptors.Size);
    }

    private ulong Load(PhysicalAddress slot) => InTableOrder(_memory.Load(slot));

    private void Store(PhysicalAddress slot, ulong descriptor) =>
        _memory.Store(slot, InTableOrder(descriptor));

    private ulong InTableOrder(ulong word) =>
        Format.BigEndian ? BinaryPrimitives.ReverseEndianness(word) : word;

    private DescriptorKind KindOf(ulong word, int level) =>
        Descriptors.KindOf(word, Granule, level);

    private PhysicalAddress NextTable(ulong word) => new Stage1Table(word).NextTable(Granule);

    private PhysicalAddress SlotOf(PhysicalAddress table, int level, AddressSpan range) =>
        table + (Descriptors.Size * (ulong)Format.Index(level, range.First));
}
