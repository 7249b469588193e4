using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Bench;

/// <summary>
/// The translation tables that context descriptors lead to. A table once seen stays known until its memory is freed:
/// a walk cache may lead to it although memory no longer does.
/// </summary>
public sealed class TranslationTables(PhysicalMemory memory)
{
    private readonly record struct Table(Granule Granule, int Level);

    private readonly Dictionary<ulong, Table> _tables = [];

    /// <summary>Number of tables known.</summary>
    public int Count => _tables.Count;

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
        if (hits(root, table.Granule.PageSize))
            return true;
        if (table.Level >= 3)
            return false;
        for (var i = 0ul; i < table.Granule.PageSize; i += 8)
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
            Add(cd.TTB0, new(GranuleOf(cd.TG0), StartLevel(GranuleOf(cd.TG0), cd.T0SZ)));
        if (!cd.EPD1 && cd.TTB1.Value != 0)
            Add(cd.TTB1, new(GranuleOf(cd.TG1), StartLevel(GranuleOf(cd.TG1), cd.T1SZ)));
    }

    internal void Stored(PhysicalAddress at, ulong descriptor)
    {
        if (Find(at) is { } table && Target(table, descriptor) is { } next)
            Add(next, table with { Level = table.Level + 1 });
    }

    internal void Forget(PhysicalAddress address, ulong bytes)
    {
        for (var page = address.Value >> 12; page < (address.Value + bytes + 4095) >> 12; page++)
            _tables.Remove(page);
    }

    private void Add(PhysicalAddress address, Table table)
    {
        var first = address.Value >> 12;
        if (_tables.TryGetValue(first, out var known) && known == table)
            return;
        for (var page = 0ul; page < table.Granule.PageSize >> 12; page++)
            _tables[first + page] = table;
        for (var i = 0ul; i < table.Granule.PageSize; i += 8)
            if (memory.TryRead64(address + i, out var word) && Target(table, word) is { } next)
                Add(next, table with { Level = table.Level + 1 });
    }

    private Table? Find(PhysicalAddress address) =>
        _tables.TryGetValue(address.Value >> 12, out var table) ? table : null;

    private static PhysicalAddress? Target(Table table, ulong descriptor) =>
        table.Level < 3 && (descriptor & 0b11) == 0b11
            ? descriptor & 0x0000_ffff_ffff_ffff & ~(table.Granule.PageSize - 1)
            : null;

    private static int StartLevel(Granule granule, int size)
    {
        var bits = Math.Clamp(64 - size, granule.PageShift + 1, 52) - granule.PageShift;
        return 4 - (bits + granule.BitsPerLevel - 1) / granule.BitsPerLevel;
    }

    // A reserved encoding makes the descriptor ILLEGAL; nothing is walked, so any granule will do.
    private static Granule GranuleOf(Tg0 encoding) => encoding.ToGranule() ?? Granule.Size4K;

    private static Granule GranuleOf(Tg1 encoding) => encoding.ToGranule() ?? Granule.Size4K;
}
