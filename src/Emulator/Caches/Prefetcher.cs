using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// Fetches ahead of need, as hardware may at any moment: structures that are reachable (§3.21.3) and translations that
/// a walk finds valid (§3.21.1). It records no event, and what fails is simply not cached.
/// </summary>
internal sealed class Prefetcher(SmmuState state, Lookup lookup, Stage1 stage1)
{
    // One leaf of a two-level table: as much as a single read of hardware might bring.
    private const uint Neighbours = 64;

    /// <summary>A stream's entry, valid or not, and through a valid one its first CDs.</summary>
    public void Configuration(StreamId stream)
    {
        if (!state.Enabled)
            return;
        var outcome = default(Translation);
        var transaction = new Transaction { Stream = stream };
        ref readonly var ste = ref lookup.Ste(in transaction, ref outcome, out var found);
        if (!found || !ste.Ste.Stage1 || ste.Ste.Stage2)
            return;
        var cds = ste.Substreams ? 1u << ste.Ste.S1CDMax : 1;
        for (var index = 0u; index < Math.Min(cds, Neighbours); index++)
            lookup.Cd(in transaction, in ste, index, ref outcome, out _);
    }

    /// <summary>One CD of a stream, if a valid entry still reaches it.</summary>
    public void Context(StreamId stream, uint index)
    {
        if (!state.Enabled)
            return;
        var outcome = default(Translation);
        var transaction = new Transaction { Stream = stream };
        ref readonly var ste = ref lookup.Ste(in transaction, ref outcome, out var found);
        if (!found || !ste.Ste.Stage1 || ste.Ste.Stage2)
            return;
        var cds = ste.Substreams ? 1u << ste.Ste.S1CDMax : 1;
        if (index < cds)
            lookup.Cd(in transaction, in ste, index, ref outcome, out _);
    }

    /// <summary>The translation of an address, through the configuration of the stream that used it before.</summary>
    public void Translation(in TlbEntry lost, ulong address)
    {
        if (!state.Enabled)
            return;
        var outcome = default(Translation);
        var transaction = new Transaction
        {
            Stream = lost.Stream,
            Substream = lost.Substream,
            SubstreamValid = lost.SubstreamValid,
            Address = address,
        };
        ref readonly var ste = ref lookup.Ste(in transaction, ref outcome, out var found);
        if (!found || !ste.Ste.Stage1 || ste.Ste.Stage2)
            return;
        var choice = Substreams.Select(in ste, in transaction, out var index);
        if (choice != SubstreamChoice.Context)
            return;
        ref readonly var cd = ref lookup.Cd(in transaction, in ste, index, ref outcome, out found);
        if (!found || cd.NotModelled)
            return;
        stage1.Prefetch(in cd.Context, in transaction);
    }
}
