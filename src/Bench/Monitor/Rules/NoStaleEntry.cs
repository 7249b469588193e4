using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Bench;

/// <summary>Once an operation has returned, hardware holds nothing that memory no longer says.</summary>
public sealed class NoStaleEntry : MonitorRule
{
    // Within an operation the SMMU may hold what is about to be invalidated.
    private bool _working;

    /// <inheritdoc/>
    public override string Id => "monitor.no-stale-entry";

    /// <inheritdoc/>
    public override string Clause => "§3.21.1, §3.21.3, §4.3, §4.4";

    /// <inheritdoc/>
    public override string Sentence =>
        "When an operation has returned, no cached configuration or translation that a transaction can reach differs from what memory says.";

    /// <inheritdoc/>
    public override void OperationStarted() => _working = true;

    /// <inheritdoc/>
    public override void OperationEnded()
    {
        _working = false;
        if (Monitor.IsUnconfirmed)
            return;
        foreach (var smmu in Monitor.Machine.Smmus)
        foreach (var stale in smmu.Inside.Caches.Stale())
            if (!(Monitor.TranslationsMayLinger && IsTranslation(stale.Kind)))
                Violate(
                    $"{stale.Kind} {stale.Subject} is still cached by SMMU {smmu.Index}; {stale.RemovedBy} would have removed it\n"
                        + $"cached:\n{stale.Cached}\nmemory:\n{stale.Memory}"
                );
    }

    /// <inheritdoc/>
    public override void Accessed(int smmu, in Transaction transaction, in Translation translation)
    {
        if (_working || Monitor.TranslationsMayLinger)
            return;
        var truth = Monitor.Machine.Smmus[smmu].Inside.Truth(in transaction);
        if (translation.Passed && (!truth.Passed || truth.Address != translation.Address))
            Violate(
                $"a {(transaction.Write ? "write" : "read")} of stream {transaction.Stream} at {transaction.Address} went to {translation.Address} through a stale entry; "
                    + (
                        truth.Passed
                            ? $"memory says {truth.Address}"
                            : $"memory says {truth.Result}: {truth.Event}"
                    )
            );
    }

    private static bool IsTranslation(CachedKind kind) => kind >= CachedKind.Walk;
}
