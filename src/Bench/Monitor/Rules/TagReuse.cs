using SmmuConformance.Architecture;

namespace SmmuConformance.Bench;

/// <summary>No ASID and no VMID tags two translation tables unless the TLB was told to forget the first in between.</summary>
public sealed class TagReuse : MonitorRule
{
    // Without an ASID: of stage 2.
    private readonly record struct Tag(int Smmu, Vmid VMID, Asid? ASID);

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
        "An ASID or a VMID does not tag another translation table before every entry of the last one was invalidated and the CMD_SYNC after it completed.";

    /// <inheritdoc/>
    public override void Stored(StoreEntry store)
    {
        var place = store.Place;
        if (
            place.Kind is not (PlaceKind.Ste or PlaceKind.Cd or PlaceKind.L1Cd)
            || !Monitor.Machine.Smmus[place.Smmu].Inside.State.Cr0.SMMUEN
        )
            return;
        foreach (var (tag, table, where) in Live(place.Smmu))
            Note(tag, table, where);
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
            var (name, command) = tag.ASID is { } asid
                ? ($"ASID {asid}", $"CMD_TLBI_NH_ASID ASID={asid}")
                : ($"VMID {tag.VMID}", $"CMD_TLBI_S12_VMALL VMID={tag.VMID}");
            Violate(
                $"{name} tags the table at {table} ({where}) while the TLB may hold entries of the table at {use.Table} ({use.Where}); needed in between: {command}, CMD_SYNC"
            );
            _uses[tag] = new() { Table = table, Where = where };
        }
    }

    private static bool Forgets(in Command command, Tag tag) =>
        command.Is<TlbiNsnhAll>()
        || command.Is<TlbiS12Vmall>() && command.As<TlbiS12Vmall>().VMID == tag.VMID
        || tag.ASID is not null && ForgetsStage1(in command, tag);

    private static bool ForgetsStage1(in Command command, Tag tag) =>
        command.Is<TlbiEl2All>()
        || command.Is<TlbiNhAll>() && command.As<TlbiNhAll>().VMID == tag.VMID
        || command.Is<TlbiNhAsid>()
            && command.As<TlbiNhAsid>() is var nh
            && nh.ASID == tag.ASID
            && nh.VMID == tag.VMID
        || command.Is<TlbiEl2Asid>() && command.As<TlbiEl2Asid>().ASID == tag.ASID;

    private IEnumerable<(Tag Tag, PhysicalAddress Table, string Where)> Live(int smmu)
    {
        foreach (var (stream, ste) in Monitor.Structures.Of(smmu).Stage2)
            yield return (new(smmu, ste.S2VMID, null), ste.S2TTB, $"STE {stream}");
        foreach (
            var (stream, ssid, cd) in LiveContexts.Of(
                Monitor.Structures.Of(smmu),
                Monitor.Machine.Memory
            )
        )
            if (!cd.EPD0)
                yield return (new(smmu, default, cd.ASID), cd.TTB0, $"CD {stream}.{ssid}");
    }
}
