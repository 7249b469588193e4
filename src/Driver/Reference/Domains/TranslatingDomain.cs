using System.Collections.Immutable;
using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>
/// Translates accesses by tables, whoever owns these. No TLB of an SMMU has an entry with its tag unless something there is
/// attached: when the last one leaves, the tag is flushed there, and only there.
/// </summary>
/// <param name="invalidations">An empty list: what hardware may hold of it.</param>
internal abstract class TranslatingDomain(InvalidationList invalidations) : Domain
{
    private volatile bool _poisoned;

    /// <summary>
    /// No flush has failed. If one has, TLBs may hold translations for ever, so neither tag nor tables may get another use.
    /// </summary>
    protected bool EveryFlushWasConfirmed => !_poisoned;

    /// <summary>Nothing is left that hardware could hold.</summary>
    protected bool IsForgotten => invalidations.Current.IsIdle;

    /// <summary>Which tag its translations have on an SMMU that it fits.</summary>
    protected abstract (InvalidationKind Kind, uint Id) TagOn(SmmuDevice smmu);

    /// <inheritdoc/>
    public sealed override void Added(ImmutableArray<InvalidationEntry> needs) =>
        invalidations.Add(needs.AsSpan());

    /// <inheritdoc/>
    public sealed override Outcome Removed(ImmutableArray<InvalidationEntry> needs)
    {
        Dropped(needs);
        var outcome = Note(invalidations.FlushIdle(needs));
        invalidations.Purge();
        return outcome;
    }

    /// <inheritdoc/>
    public override void Dropped(ImmutableArray<InvalidationEntry> needs) =>
        invalidations.Remove(needs.AsSpan());

    /// <inheritdoc/>
    protected sealed override ImmutableArray<InvalidationEntry> NeedsOf(
        Master master,
        SubstreamId substream,
        bool ats
    )
    {
        var (kind, id) = TagOn(master.Smmu);
        return
        [
            new(master.Smmu, kind, id),
            .. DeviceNeeds.Of(master, InvalidationKind.Device, substream, ats),
        ];
    }

    /// <summary>Makes all hardware that may hold it forget something.</summary>
    protected Outcome Forget(Forgotten what) => Note(invalidations.Sweep(what));

    /// <summary>Waits until what hardware has noted in the tables for accesses that are over can be seen.</summary>
    protected Outcome Settle() => invalidations.Settle();

    private Outcome Note(Outcome outcome)
    {
        if (!outcome.IsDone)
            _poisoned = true;
        return outcome;
    }
}
