using SmmuConformance.Architecture;

namespace SmmuConformance.Driver.Reference;

/// <summary>What an unmap has taken out of a page table, and what remains to be done about it.</summary>
internal sealed class Unmapped
{
    private readonly ForgottenRanges _ranges = new();
    private readonly List<PhysicalAddress> _tables = [];

    /// <summary>Bytes that were mapped and are not any more.</summary>
    public ulong Bytes { get; private set; }

    /// <summary>What TLBs must forget, in ascending order.</summary>
    public ReadOnlySpan<ForgottenRange> Ranges => _ranges.All;

    /// <summary>Those of them that tables have gone from, which may be used for something else at any moment.</summary>
    public ForgottenRange[] UrgentRanges => [.. Ranges.ToArray().Where(range => !range.Leaf)];

    /// <summary>Tables that nothing points to any more; free them when the TLBs have forgotten the ranges.</summary>
    public IReadOnlyList<PhysicalAddress> Tables => _tables;

    /// <summary>A page or block has gone.</summary>
    public void AddLeaf(Iova address, ulong bytes, int level)
    {
        Bytes += bytes;
        _ranges.Add(new ForgottenRange(address, bytes, level, Leaf: true));
    }

    /// <summary>A table has gone that resolved this range.</summary>
    public void AddTable(Iova address, ulong bytes) =>
        _ranges.Add(new ForgottenRange(address, bytes, Level: 3, Leaf: false));

    /// <summary>A table below it, or the table itself.</summary>
    public void Orphan(PhysicalAddress table) => _tables.Add(table);

    /// <summary>Bytes that were mapped below a table that has gone.</summary>
    public void Count(ulong bytes) => Bytes += bytes;
}
