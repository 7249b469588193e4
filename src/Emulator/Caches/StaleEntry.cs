namespace SmmuConformance.Emulator;

/// <summary>What kind of cached copy is out of date.</summary>
public enum CachedKind : byte
{
    /// <summary>A stream table entry.</summary>
    Ste,

    /// <summary>A level 1 stream table descriptor.</summary>
    L1Std,

    /// <summary>A context descriptor.</summary>
    Cd,

    /// <summary>A level 1 context descriptor.</summary>
    L1Cd,

    /// <summary>A table descriptor of a stage 1 walk.</summary>
    Walk,

    /// <summary>A translation of stage 1.</summary>
    Tlb,

    /// <summary>A table descriptor of a stage 2 walk.</summary>
    Stage2Walk,

    /// <summary>A translation of stage 2.</summary>
    Stage2Tlb,

    /// <summary>A translation of both stages in one.</summary>
    NestedTlb,
}

/// <summary>One cached copy that memory no longer agrees with, in words a person can act on.</summary>
/// <param name="Kind">What kind of copy.</param>
/// <param name="Subject">Whose it is: stream, substream, tags and address.</param>
/// <param name="Cached">What the cache holds, decoded.</param>
/// <param name="Memory">What memory says now, decoded.</param>
/// <param name="RemovedBy">A command that would have removed it.</param>
public sealed record StaleEntry(
    CachedKind Kind,
    string Subject,
    string Cached,
    string Memory,
    string RemovedBy
)
{
    /// <summary>Under what it is cached.</summary>
    internal CacheKey Key { get; init; }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Kind} {Subject}: cached {Cached}, memory {Memory}; {RemovedBy} would have removed it";
}
