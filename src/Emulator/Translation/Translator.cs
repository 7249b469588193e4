using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// Takes one transaction from its StreamID to a physical address, or to the event record of what stopped it. The
/// checks run in the order of §7.3.22; the first that fails ends the procedure (§15).
/// </summary>
public sealed class Translator
{
    private readonly SmmuState _state;
    private readonly SmmuCaches? _caches;
    private readonly Lookup _lookup;
    private readonly Stage1 _stage1;
    private readonly int _outputBits;
    private readonly int _intermediateBits;
    private ISmmuObserver? _observer;

    /// <summary>A translator over a memory and the registers of one SMMU.</summary>
    /// <param name="memory">Where tables are.</param>
    /// <param name="state">The registers in force.</param>
    /// <param name="caches">What this SMMU remembers; null reads memory every time, which is the truth.</param>
    public Translator(PhysicalMemory memory, SmmuState state, SmmuCaches? caches)
    {
        _state = state;
        _caches = caches;
        _lookup = new Lookup(memory, state, caches?.Configuration);
        _stage1 = new Stage1(memory, caches);
        _outputBits = state.Profile.IDR5.OAS.ToBits();
        _intermediateBits = state.Profile.IntermediateWidth();
        caches?.Serve(new Prefetcher(state, _lookup, _stage1), memory, state);
    }

    /// <summary>Is told of every structure and descriptor that is read.</summary>
    public ISmmuObserver? Observer
    {
        get => _observer;
        set => _observer = _lookup.Observer = _stage1.Observer = value;
    }

    /// <summary>Translates one transaction. Allocates nothing and throws only for what is not modelled.</summary>
    /// <exception cref="NotModelledException">A valid configuration asks for a feature that is not modelled.</exception>
    public Translation Translate(in Transaction transaction)
    {
        var outcome = default(Translation);

        // 1. While translation is off, GBPA decides; nothing is looked up and nothing recorded. §6.3.9.6
        if (!_state.Enabled)
            return WhileDisabled(in transaction);

        // 2. The stream's entry must exist, be readable and be valid. §7.3.3 - §7.3.5
        ref readonly var ste = ref _lookup.Ste(in transaction, ref outcome, out var found);
        if (!found)
            return outcome;

        // 3. A disabled stream is aborted in silence. 0b0xx acts as 0b000. §5.2
        if (!ste.Ste.Passes)
            return Outcome.Aborted;

        // 4. The entry may override privilege and instruction. §13.1.2
        scoped ref readonly var access =
            ref transaction;
        Transaction overridden;
        if (ste.Overrides || (transaction.Instruction && transaction.Write))
        {
            overridden = Overrides.Apply(in ste, in transaction);
            access = ref overridden;
        }

        // 5. Without stage 1 there are no substreams. §7.3.9
        if (!ste.Ste.Stage1)
        {
            return transaction.SubstreamValid
                ? Outcome.Refused(EventRecords.BadSubstreamId(in access))
                : SkipStage1(in ste, in access);
        }

        // 6. With stage 1, the substream or S1DSS selects the CD. §5.2, S1CDMax and S1DSS
        var index = 0u;
        if (transaction.SubstreamValid || ste.Substreams)
        {
            switch (Substreams.Select(in ste, in access, out index))
            {
                case SubstreamChoice.OutOfRange:
                    return Outcome.Refused(EventRecords.BadSubstreamId(in access));
                case SubstreamChoice.Disabled:
                    return Outcome.Refused(EventRecords.StreamDisabled(in access));
                case SubstreamChoice.Bypass:
                    return SkipStage1(in ste, in access);
            }
        }

        // 7. A CD behind stage 2 has an IPA, and so has everything after it. §5.2, S1ContextPtr
        if (ste.Ste.Stage2)
            throw NoStage2();

        // 8. The CD must be readable and valid. §7.3.10, §7.3.11
        ref readonly var cd = ref _lookup.Cd(in access, in ste, index, ref outcome, out found);
        if (!found)
            return outcome;
        if (cd.NotModelled)
            throw Unmodelled(in cd, in ste);

        // 9. Stage 1 translates. §7.3.12 - §7.3.16
        return _stage1.Translate(in cd.Context, in access);
    }

    // Bypass or abort as GBPA says; an address beyond the output size aborts in silence. §3.4
    private Translation WhileDisabled(in Transaction transaction) =>
        _state.Gbpa.ABORT || !transaction.Address.Value.Fits(_outputBits)
            ? Outcome.Aborted
            : Outcome.Bypassed(transaction.Address.Value);

    // The input address must be one that the next stage could take: OAS where both are skipped, else IAS. §3.4
    private Translation SkipStage1(in SteEntry ste, in Transaction access)
    {
        var bits = ste.Ste.Config == SteConfig.Bypass ? _outputBits : _intermediateBits;
        if (!access.Address.Value.Fits(bits))
            return Outcome.Refused(EventRecords.AddressSize(in access, null));
        if (ste.Ste.Stage2)
            throw NoStage2();

        // An IPA that stage 2 does not see is cut to the output size. §3.4
        return Outcome.Bypassed(access.Address.Value & ((1ul << _outputBits) - 1));
    }

    private static NotModelledException NoStage2() => new("stage 2 translation", "3.3.2");

    private NotModelledException Unmodelled(in CdEntry cd, in SteEntry ste)
    {
        var (feature, clause) =
            Stage1Context.NotModelled(in cd.Cd, in ste, _state.Profile)
            ?? throw new InvalidOperationException("The CD is modelled.");
        return new NotModelledException(feature, clause);
    }
}
