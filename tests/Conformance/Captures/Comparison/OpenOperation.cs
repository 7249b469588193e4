using SmmuConformance.Architecture;
using SmmuConformance.Bench;

namespace SmmuConformance.Conformance.Captures;

/// <summary>A change of a device's streams of which more may come.</summary>
internal sealed class OpenOperation
{
    /// <summary>The streams seen so far.</summary>
    public List<StreamId> Streams { get; } = [];

    /// <summary>The CDs stored to.</summary>
    public HashSet<PhysicalAddress> Cds { get; } = [];

    /// <summary>The streams whose entry is done: a kernel asks for a prefetch then.</summary>
    public HashSet<StreamId> Prefetched { get; } = [];

    /// <summary>A level 1 descriptor was stored: the CD behind it comes next.</summary>
    public bool AwaitsCd { get; set; }

    /// <summary>The tag it leaves, or takes, has been flushed.</summary>
    public bool Flushed { get; set; }

    /// <summary>Where the first stream's CD was before.</summary>
    public PhysicalAddress? OldCd { get; set; }

    /// <summary>The commands issued.</summary>
    public List<Command> Commands { get; } = [];

    /// <summary>What was done.</summary>
    public List<OperationStep> Steps { get; } = [];

    /// <summary>The first stream's entry before.</summary>
    public Ste Before { get; set; }

    /// <summary>The first stream's domain before.</summary>
    public CapturedDomain OldDomain { get; set; }

    /// <summary>True if a store to a CD belongs to this change and not to the next.</summary>
    public bool ContinuesWith(CdStore store)
    {
        if (AwaitsCd && Cds.Count == 0)
            return true;
        var known = Cds.Contains(store.Cd) || OldCd == store.Cd;
        // Behind a finished entry a CD can only be cleared.
        return known && (Prefetched.Count == 0 || store.Value == 0);
    }

    /// <summary>True if an invalidation of a stream's CD belongs to this change and not to the next.</summary>
    public bool ContinuesWith(CfgiCd command, StreamGroups groups) =>
        Streams.Count == 0 || Streams.Any(stream => groups.SameDevice(stream, command.StreamID));

    /// <summary>True if a store to an entry belongs to this change and not to the next.</summary>
    public bool ContinuesWith(SteStore store, StreamGroups groups, string release)
    {
        // A CD was written for a device that is not known yet.
        if (Streams.Count == 0)
            return true;
        // 6.1 passes through an abort of its own, so a finished entry is no end there.
        if (Prefetched.Contains(store.Stream) && release != "6.1")
            return false;
        return Streams.Any(stream => groups.SameDevice(stream, store.Stream));
    }
}
