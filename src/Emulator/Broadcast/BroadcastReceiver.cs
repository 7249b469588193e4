namespace SmmuConformance.Emulator;

/// <summary>
/// An SMMU's part in broadcast TLB maintenance (§3.17). What a PE has sent is done when the PE waits for it, as its DSB
/// does, and not before: until then every TLB may still be used.
/// </summary>
internal sealed class BroadcastReceiver(SmmuState state, SmmuCaches? caches)
{
    private readonly Queue<BroadcastInvalidation> _pending = new();

    /// <summary>Takes an operation, if this SMMU takes part: IDR0.BTM with CR2.PTM clear (§6.3.12).</summary>
    public void Receive(in BroadcastInvalidation operation)
    {
        var profile = state.Profile;
        if (profile.IDR0.BTM && !state.Cr2.PTM && !profile.Quirks.HasFlag(Quirks.MissesBroadcasts))
            _pending.Enqueue(operation);
    }

    /// <summary>Completes everything that was taken.</summary>
    public void Complete()
    {
        while (_pending.TryDequeue(out var operation))
            if (BroadcastScopes.Of(in operation, state) is { } scope)
                caches?.Invalidate(in scope);
    }
}
