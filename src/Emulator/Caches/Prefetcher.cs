using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// Fetches ahead of need, as hardware may at any moment: structures that are reachable (§3.21.3) and translations that
/// a walk finds valid (§3.21.1). It records no event, sets no flag, and what fails is simply not cached.
/// </summary>
internal sealed class Prefetcher(
    SmmuState state,
    StreamLookup streams,
    ContextLookup contexts,
    Stage2 stage2,
    Translator translator
)
{
    // One leaf of a two-level table: as much as a single read of hardware might bring.
    private const uint Neighbours = 64;

    /// <summary>A stream's entry, valid or not, and through a valid one its first CDs.</summary>
    public void Configuration(StreamId stream)
    {
        if (!state.Enabled)
            return;
        var outcome = default(Translation);
        var transaction = new Transaction { Stream = stream, Ahead = true };
        ref readonly var ste = ref streams.Find(in transaction, ref outcome, out var found);
        if (!found || !ReachesContexts(in ste))
            return;
        var cds = ste.Substreams ? 1u << ste.Ste.S1CDMax : 1;
        for (var index = 0u; index < Math.Min(cds, Neighbours); index++)
            contexts.Find(in transaction, in ste, index, ref outcome, out _);
    }

    /// <summary>One CD of a stream, if a valid entry still reaches it.</summary>
    public void Context(StreamId stream, uint index)
    {
        if (!state.Enabled)
            return;
        var outcome = default(Translation);
        var transaction = new Transaction { Stream = stream, Ahead = true };
        ref readonly var ste = ref streams.Find(in transaction, ref outcome, out var found);
        if (!found || !ReachesContexts(in ste))
            return;
        var cds = ste.Substreams ? 1u << ste.Ste.S1CDMax : 1;
        if (index < cds)
            contexts.Find(in transaction, in ste, index, ref outcome, out _);
    }

    /// <summary>The translation of an address, through the configuration of the stream that used it before.</summary>
    public void Translation(in TlbEntry lost, ulong address)
    {
        if (!state.Enabled || !IsModelled(in lost))
            return;
        translator.Translate(Speculation(in lost, address));
    }

    /// <summary>The translation of an IPA, likewise.</summary>
    public void Stage2Translation(in TlbEntry lost, ulong address)
    {
        if (!state.Enabled)
            return;
        var outcome = default(Translation);
        var transaction = Speculation(in lost, address);
        ref readonly var ste = ref streams.Find(in transaction, ref outcome, out var found);
        if (!found || !ste.Ste.Stage2 || ste.Stage2NotModelled)
            return;
        var fault = default(TranslationFault);
        var request = new Stage2Request { Address = address, Class = EventClass.IN };
        stage2.Translate(in ste.Stage2, in request, in transaction, ref fault, out _);
    }

    // Only what cannot throw is fetched ahead: nobody asked for it.
    private bool IsModelled(in TlbEntry lost)
    {
        var outcome = default(Translation);
        var transaction = Speculation(in lost, 0);
        ref readonly var ste = ref streams.Find(in transaction, ref outcome, out var found);
        if (!found || (ste.Ste.Stage1 && !ReachesContexts(in ste)) || ste.Stage2NotModelled)
            return false;
        var choice = Substreams.Select(in ste, in transaction, out var index);
        if (choice != SubstreamChoice.Context)
            return choice == SubstreamChoice.Bypass && !ste.Ste.Stage1;
        ref readonly var cd = ref contexts.Find(
            in transaction,
            in ste,
            index,
            ref outcome,
            out found
        );
        return found && !cd.NotModelled;
    }

    private static bool ReachesContexts(in SteEntry ste) =>
        ste.Ste.Stage1 && !(ste.Ste.Stage2 && ste.Stage2NotModelled);

    private static Transaction Speculation(in TlbEntry lost, ulong address) =>
        new()
        {
            Stream = lost.Stream,
            Substream = lost.Substream,
            SubstreamValid = lost.SubstreamValid,
            Address = address,
            Ahead = true,
        };
}
