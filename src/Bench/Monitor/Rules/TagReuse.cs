using SmmuConformance.Architecture;

namespace SmmuConformance.Bench;

/// <summary>An ASID never tags two translation tables unless the TLB was told to forget the first in between.</summary>
public sealed class TagReuse : MonitorRule
{
    private readonly record struct Tag(int Smmu, Vmid VMID, Asid ASID);

    private sealed class Use
    {
        public required PhysicalAddress Table { get; init; }
        public required string Where { get; init; }
        public bool Flushed { get; set; }

        // The table's memory was given back: a table at the same address is another.
        public bool Freed { get; set; }
    }

    private readonly Dictionary<Tag, Use> _uses = [];

    /// <inheritdoc/>
    public override string Id => "monitor.tag-reuse";

    /// <inheritdoc/>
    public override string Clause => "§3.17, §4.4";

    /// <inheritdoc/>
    public override string Sentence =>
        "An ASID does not tag another translation table before every entry of the last one was invalidated and the CMD_SYNC after it completed.";

    /// <inheritdoc/>
    public override void Stored(StoreEntry store)
    {
        var place = store.Place;
        if (
            place.Kind is not (PlaceKind.Ste or PlaceKind.Cd or PlaceKind.L1Cd)
            || !Monitor.Machine.Smmus[place.Smmu].State.Cr0.SMMUEN
        )
            return;
        foreach (var (tag, cd, where) in Live(place.Smmu))
            Note(tag, cd.TTB0, where);
    }

    /// <inheritdoc/>
    public override void CommandConsumed(
        int smmu,
        in Command command,
        PhysicalAddress slot,
        CommandError error
    )
    {
        if (error != CommandError.None)
            return;
        if (!command.Is<Sync>())
        {
            foreach (var (tag, use) in _uses)
                if (tag.Smmu == smmu && Forgets(in command, tag))
                    use.Flushed = true;
            return;
        }
        var live = Live(smmu).Select(l => l.Tag).ToHashSet();
        foreach (var (tag, use) in _uses.ToList())
            if (tag.Smmu == smmu && use.Flushed)
            {
                // A table still in use fills the TLB again; only the flush after its last use counts.
                if (live.Contains(tag))
                    use.Flushed = false;
                else
                    _uses.Remove(tag);
            }
    }

    /// <inheritdoc/>
    public override void Freeing(PhysicalAddress address, ulong bytes)
    {
        foreach (var use in _uses.Values)
            if (use.Table.Within(address, bytes) is not null)
                use.Freed = true;
    }

    private void Note(Tag tag, PhysicalAddress table, string where)
    {
        if (!_uses.TryGetValue(tag, out var use))
            _uses[tag] = new() { Table = table, Where = where };
        else if (use.Table != table || use.Freed)
        {
            Violate(
                $"ASID {tag.ASID} tags the table at {table} ({where}) while the TLB may hold entries of the table at {use.Table} ({use.Where}); needed in between: CMD_TLBI_NH_ASID ASID={tag.ASID}, CMD_SYNC"
            );
            _uses[tag] = new() { Table = table, Where = where };
        }
    }

    private static bool Forgets(in Command command, Tag tag) =>
        command.Is<TlbiNsnhAll>()
        || command.Is<TlbiEl2All>()
        || command.Is<TlbiNhAll>() && command.As<TlbiNhAll>().VMID == tag.VMID
        || command.Is<TlbiNhAsid>()
            && command.As<TlbiNhAsid>() is var nh
            && nh.ASID == tag.ASID
            && nh.VMID == tag.VMID
        || command.Is<TlbiEl2Asid>() && command.As<TlbiEl2Asid>().ASID == tag.ASID
        || command.Is<TlbiS12Vmall>() && command.As<TlbiS12Vmall>().VMID == tag.VMID;

    private IEnumerable<(Tag Tag, Cd Cd, string Where)> Live(int smmu)
    {
        foreach (
            var (stream, ssid, cd) in LiveContexts.Of(
                Monitor.Structures.Of(smmu),
                Monitor.Machine.Memory
            )
        )
            if (!cd.EPD0)
                yield return (new(smmu, default, cd.ASID), cd, $"CD {stream}.{ssid}");
    }
}
