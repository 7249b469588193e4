using System.Buffers.Binary;
using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Bench;

/// <summary>
/// The translation tables that context descriptors and stream table entries lead to. A table once seen stays known until its memory is freed:
/// a walk cache may lead to it although memory no longer does.
/// </summary>
public sealed class TranslationTables(PhysicalMemory memory)
{
    private readonly record struct Table(Granule Granule, int Level, ulong Bytes, bool BigEndian);

    private const int PageShift = 12;

    // A first table may be as small as 64 bytes, and share its page with anything.
    private const int SmallShift = 6;

    private readonly Dictionary<ulong, Table> _tables = [];
    private readonly Dictionary<ulong, Table> _small = [];

    /// <summary>True if a descriptor of a known table stands at that address.</summary>
    public bool Contains(PhysicalAddress address) => Find(address) is not null;

    /// <summary>The next-level table that a descriptor at that address points to, if it is a table descriptor.</summary>
    public (PhysicalAddress Address, ulong Bytes)? Next(PhysicalAddress at, ulong descriptor) =>
        Find(at) is { } table && Target(table, descriptor) is { } next
            ? (next, table.Granule.PageSize)
            : null;

    /// <summary>True if a walk from that table can come to a table for which the condition holds.</summary>
    /// <param name="root">Table to start from.</param>
    /// <param name="hits">Told start and size of each table.</param>
    internal bool Leads(PhysicalAddress root, Func<PhysicalAddress, ulong, bool> hits)
    {
        if (Find(root) is not { } table)
            return false;
        if (hits(root, table.Bytes))
            return true;
        if (table.Level >= 3)
            return false;
        for (var i = 0ul; i < table.Bytes; i += 8)
            if (
                memory.TryRead64(root + i, out var word)
                && Target(table, word) is { } next
                && Leads(next, hits)
            )
                return true;
        return false;
    }

    internal void Link(in Cd cd)
    {
        if (!cd.V || !cd.AA64)
            return;
        if (!cd.EPD0)
            Add(cd.TTB0, First(GranuleOf(cd.TG0), cd.T0SZ, cd.ENDI));
        if (!cd.EPD1 && cd.TTB1.Value != 0)
            Add(cd.TTB1, First(GranuleOf(cd.TG1), cd.T1SZ, cd.ENDI));
    }

    internal void Link(in Ste ste)
    {
        if (ste.V && ste.Stage2 && ste.S2AA64)
            Add(ste.S2TTB, First(GranuleOf(ste.S2TG), ste.S2T0SZ, ste.S2ENDI, ste.S2SL0));
    }

    internal void Stored(PhysicalAddress at, ulong descriptor)
    {
        if (Find(at) is { } table && Target(table, descriptor) is { } next)
            Add(next, Below(table));
    }

    internal void Forget(PhysicalAddress address, ulong bytes)
    {
        Remove(_tables, PageShift);
        Remove(_small, SmallShift);

        void Remove(Dictionary<ulong, Table> tables, int shift)
        {
            var end = (address.Value + bytes + (1ul << shift) - 1) >> shift;
            for (var unit = address.Value >> shift; tables.Count > 0 && unit < end; unit++)
                tables.Remove(unit);
        }
    }

    private void Add(PhysicalAddress address, Table table)
    {
        if (Find(address) is { } known && known == table)
            return;
        var (tables, shift) =
            table.Bytes < 1ul << PageShift ? (_small, SmallShift) : (_tables, PageShift);
        for (var unit = 0ul; unit < table.Bytes >> shift; unit++)
            tables[(address.Value >> shift) + unit] = table;
        for (var i = 0ul; i < table.Bytes; i += 8)
            if (memory.TryRead64(address + i, out var word) && Target(table, word) is { } next)
                Add(next, Below(table));
    }

    private Table? Find(PhysicalAddress address) =>
        _tables.TryGetValue(address.Value >> PageShift, out var table) ? table
        : _small.TryGetValue(address.Value >> SmallShift, out table) ? table
        : null;

    private static Table Below(Table table) =>
        table with
        {
            Level = table.Level + 1,
            Bytes = table.Granule.PageSize,
        };

    // Of a word as it stands in memory; CD.ENDI says how that is to be read. §5.4
    private static PhysicalAddress? Target(Table table, ulong word)
    {
        var descriptor = table.BigEndian ? BinaryPrimitives.ReverseEndianness(word) : word;
        return table.Level < 3 && (descriptor & 0b11) == 0b11
            ? descriptor & 0x0000_ffff_ffff_ffff & ~(table.Granule.PageSize - 1)
            : null;
    }

    // It has as many descriptors as its level must tell apart, but is never below 64 bytes.
    private static Table First(Granule granule, int size, bool bigEndian, int? start = null)
    {
        var bits = Math.Clamp(64 - size, granule.PageShift + 1, 52);
        var below = bits - granule.PageShift;
        var level = 4 - (below + granule.BitsPerLevel - 1) / granule.BitsPerLevel;
        // Stage 2 may start one level lower, with several tables in a row. §5.2
        if (start is { } code)
            level = (granule == Granule.Size4K ? 2 : 3) - code;
        var bytes = 8ul << (bits - granule.LevelShift(level));
        return new(granule, level, ulong.Max(bytes, 1ul << SmallShift), bigEndian);
    }

    // A reserved encoding makes the descriptor ILLEGAL; nothing is walked, so any granule will do.
    private static Granule GranuleOf(Tg0 encoding) => encoding.ToGranule() ?? Granule.Size4K;

    private static Granule GranuleOf(Tg1 encoding) => encoding.ToGranule() ?? Granule.Size4K;
}
