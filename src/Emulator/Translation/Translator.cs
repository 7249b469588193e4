using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// Takes one transaction from its StreamID to a physical address, or to the event record of what stopped it. The
/// checks run in the order of §7.3.22; the first that fails ends the procedure (§15).
/// </summary>
public sealed class Translator
{
    private readonly SmmuState _state;
    private readonly StructureReader _reader;
    private readonly StreamLookup _streams;
    private readonly ContextLookup _contexts;
    private readonly Stage1 _stage1;
    private readonly Stage2 _stage2;
    private readonly Nested _nested;
    private readonly TranslatedTransactions _translated;
    private readonly int _outputBits;
    private readonly int _intermediateBits;
    private ISmmuObserver? _observer;

    /// <summary>A translator over a memory and the registers of one SMMU.</summary>
    /// <param name="port">Memory as this SMMU sees it.</param>
    /// <param name="state">The registers in force.</param>
    /// <param name="caches">What this SMMU remembers; null reads memory every time.</param>
    /// <param name="updates">
    /// Flags of descriptors are updated in memory (HTTU). False for one that only asks what would happen.
    /// </param>
    public Translator(SmmuPort port, SmmuState state, SmmuCaches? caches, bool updates = true)
    {
        _state = state;
        var updater = new DescriptorUpdater(port, updates);
        _stage2 = new Stage2(port, caches, updater);
        _stage1 = new Stage1(port, caches, _stage2, updater);
        _nested = new Nested(caches, _stage1, _stage2);
        _reader = new StructureReader(port, state.Profile.OutputAddressBits);
        _streams = new StreamLookup(_reader, state, caches?.Configuration);
        _contexts = new ContextLookup(_reader, state.Profile, caches?.Configuration, _stage2);
        Recent = caches is null ? null : new(caches, state);
        _outputBits = state.Profile.OutputAddressBits;
        _intermediateBits = state.Profile.IntermediateWidth();
        Requests = new TranslationRequests(
            state,
            _streams,
            _contexts,
            new AtsTranslation(state, _stage1, _stage2)
        );
        Operations = new AtosLookup(state, _streams, _contexts, _stage1, _stage2);
        _translated = new TranslatedTransactions(state, _streams, _stage2);
        caches?.Serve(new Prefetcher(state, _streams, _contexts, _stage2, this), port, state);
    }

    /// <summary>What the TLB answered lately; null without caches.</summary>
    internal RecentAnswers? Recent { get; }

    /// <summary>Is told of every structure and descriptor that is read.</summary>
    public ISmmuObserver? Observer
    {
        get => _observer;
        set => _observer = _reader.Observer = _stage1.Observer = _stage2.Observer = value;
    }

    /// <summary>Translates one transaction. Allocates nothing and throws only for what is not modelled.</summary>
    /// <exception cref="NotModelledException">A valid configuration asks for a feature that is not modelled.</exception>
    public Translation Translate(in Transaction transaction)
    {
        var translation = default(Translation);
        Translate(in transaction, ref translation);
        return translation;
    }

    /// <summary>Translates one transaction likewise.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="translation">Its outcome; the default at first.</param>
    internal void Translate(in Transaction transaction, ref Translation translation)
    {
        Resolve(in transaction, ref translation);
        if (translation.FromTlb)
            Recent?.Add(in transaction, in translation);

        // Failures of what is speculative, or a mere hint, are nobody's business. §3.14, §3.22.2
        if (translation.Result != TranslationResult.Faulted)
            return;
        if (TransactionKinds.IsHint(transaction.Kind))
            translation = Outcome.Dropped;
        else if (transaction.Speculative || transaction.Ahead)
            translation = Outcome.Aborted;
    }

    /// <summary>
    /// The entry of a stream, as this SMMU sees it, ends every new transaction: what CMD_STALL_TERM presupposes (§4.7.2).
    /// </summary>
    internal bool Terminates(StreamId stream)
    {
        var outcome = default(Translation);
        var transaction = new Transaction { Stream = stream };
        ref readonly var ste = ref _streams.Find(in transaction, ref outcome, out var found);
        return !found || !ste.Ste.Passes;
    }

    /// <summary>Finds entries, for those who look at one by itself.</summary>
    internal StreamLookup Streams => _streams;

    /// <summary>Answers Translation Requests.</summary>
    internal TranslationRequests Requests { get; }

    /// <summary>Answers address translation operations.</summary>
    internal AtosLookup Operations { get; }

    private void Resolve(in Transaction transaction, ref Translation outcome)
    {
        // 0. What a device translated before takes a way of its own. §3.9.1.3
        if (transaction.Translated)
        {
            _translated.Resolve(in transaction, ref outcome);
            return;
        }

        // 1. A transaction of a kind that this SMMU does not take goes no further, nor what is for nobody behind it, nor a write
        // that may not be meant. §7.3.2, §16.7.2, §3.14
        if (IsRefused(in transaction, ref outcome))
            return;

        // 2. While translation is off, GBPA decides; nothing is looked up and nothing recorded. §6.3.9.6
        if (!_state.Enabled)
        {
            WhileDisabled(in transaction, ref outcome);
            return;
        }

        // 3. The stream's entry must exist, be readable and be valid. §7.3.3 - §7.3.5
        ref readonly var ste = ref _streams.Find(in transaction, ref outcome, out var found);
        if (!found)
            return;

        // 4. A disabled stream is aborted in silence. 0b0xx acts as 0b000. §5.2
        if (!ste.Ste.Passes)
        {
            outcome = Outcome.Aborted;
            return;
        }

        // 5. The entry may override attributes; a write is data in any case. §13.1.2
        if (ste.HasOverrides || transaction.Instruction)
        {
            var overridden = Overrides.Apply(in ste.Ste, _state.Profile, in transaction);
            Resolve(in ste, in overridden, ref outcome);
            return;
        }
        Resolve(in ste, in transaction, ref outcome);
    }

    private void Resolve(in SteEntry ste, in Transaction access, ref Translation outcome)
    {
        // 6. Without stage 1 there are no substreams; with it, the substream or S1DSS selects the CD. §7.3.9, §5.2
        var choice = Substreams.Select(in ste, in access, out var index);
        if (choice != SubstreamChoice.Context)
        {
            if (Substreams.Refusal(choice, in access) is { } record)
                outcome = Refused(record, in ste);
            else
                SkipStage1(in ste, in access, ref outcome);
            return;
        }
        ste.RequireStage2(_state.Profile);

        // 7. The CD must be readable, through stage 2 where there is one, and valid. §7.3.10, §7.3.11
        ref readonly var cd = ref _contexts.Find(
            in access,
            in ste,
            index,
            ref outcome,
            out var found
        );
        if (!found)
            return;
        cd.RequireModelled(in ste, _state.Profile);

        // 8. Stage 1 translates, and stage 2 what it puts out. §7.3.12 - §7.3.16
        Through(in ste, in cd.Context, in access, ref outcome);
    }

    private static bool IsRefused(in Transaction transaction, ref Translation outcome)
    {
        if (transaction.Kind == TransactionKind.Unsupported)
            outcome = Outcome.Refused(EventRecords.Unsupported(in transaction));
        else if (TransactionKinds.EndsInSilence(transaction.Kind))
            outcome = Outcome.Dropped;
        else if (transaction.Speculative && transaction.Write)
            outcome = Outcome.Aborted;
        else
            return false;
        return true;
    }

    private static Translation Refused(EventRecord record, in SteEntry ste) =>
        Outcome.Refused(record) with
        {
            MayMerge = ste.Ste.MEV,
        };

    // Bypass or abort as GBPA says; an address beyond the output size aborts in silence. §3.4, §13.2
    private void WhileDisabled(in Transaction transaction, ref Translation outcome)
    {
        if (_state.Gbpa.ABORT || !transaction.Address.Value.Fits(_outputBits))
        {
            outcome = Outcome.Aborted;
            return;
        }
        var access = Overrides.Apply(_state.Gbpa, _state.Profile, in transaction);
        Bypass(in access, access.Address.Value, ref outcome);
    }

    // The input address must be one that the next stage could take: OAS where both are skipped, else IAS. §3.4
    private void SkipStage1(in SteEntry ste, in Transaction access, ref Translation outcome)
    {
        var bits = ste.Ste.Config == SteConfig.Bypass ? _outputBits : _intermediateBits;
        if (!access.Address.Value.Fits(bits))
        {
            outcome = Refused(EventRecords.AddressSize(in access), in ste);
            return;
        }

        // An IPA that stage 2 does not see is cut to the output size. §3.4
        if (!ste.Ste.Stage2)
        {
            Bypass(in access, access.Address.Value & ((1ul << _outputBits) - 1), ref outcome);
            return;
        }
        ste.RequireStage2(_state.Profile);
        var request = new Stage2Request
        {
            Address = access.Address.Value,
            Needed = NeededOf(in access, access.Privileged),
            Class = EventClass.IN,
        };
        var fault = default(TranslationFault);
        ref readonly var entry = ref _stage2.Translate(
            in ste.Stage2,
            in request,
            in access,
            ref fault,
            out var translated
        );
        if (translated)
            Pass(
                in access,
                in ste,
                in entry,
                request.Address,
                stage1: false,
                access.Privileged,
                StageEnd.FromTables,
                ref outcome
            );
        else
            outcome = Outcome.Faulted(in access, in fault, in ste, default);
    }

    private void Through(
        in SteEntry ste,
        in Stage1Context context,
        in Transaction access,
        ref Translation outcome
    )
    {
        var fault = default(TranslationFault);
        var address = access.Address.Value;
        var privileged = access.Privileged || context.World == StreamWorld.NsEl2;
        var needed = NeededOf(in access, privileged);
        StageEnd end;
        ref readonly var entry = ref ste.Ste.Stage2
            ? ref _nested.Translate(
                in context,
                in ste,
                in access,
                needed,
                needed,
                ref address,
                ref fault,
                out end
            )
            : ref _stage1.Translate(
                in context,
                in ste,
                in access,
                needed,
                ref address,
                ref fault,
                out end
            );
        if (end != StageEnd.Refused)
            Pass(in access, in ste, in entry, address, stage1: true, privileged, end, ref outcome);
        else
            outcome = Outcome.Faulted(in access, in fault, in ste, in context);
    }

    // A hint needs nothing to begin with: whether it is taken is decided when both stages have been asked. §3.22.2
    private static Permissions NeededOf(in Transaction access, bool privileged) =>
        TransactionKinds.IsHint(access.Kind)
            ? Permissions.None
            : PermissionRules.Needed(in access, privileged);

    private void Bypass(in Transaction access, ulong address, ref Translation outcome)
    {
        var kind = access.Kind;
        if (kind != TransactionKind.Ordinary)
        {
            if (TransactionKinds.Bypassing(kind, _state.Profile) is not { } passing)
            {
                outcome = Outcome.Dropped;
                return;
            }
            kind = passing;
        }
        outcome.Pass(in access, address, access.Attributes, kind, _state.Profile.FixesOutputs);
    }

    private void Pass(
        in Transaction access,
        in SteEntry ste,
        in TlbEntry entry,
        ulong address,
        bool stage1,
        bool privileged,
        StageEnd end,
        ref Translation outcome
    )
    {
        var kind = access.Kind;
        if (kind != TransactionKind.Ordinary)
        {
            var passing = TransactionKinds.Translated(
                in access,
                in ste.Ste,
                in entry,
                privileged,
                _state.Profile
            );
            if (passing is not { } goesOnAs)
            {
                outcome = Outcome.Dropped;
                return;
            }
            kind = goesOnAs;
        }
        var attributes =
            access.Attributes == MemoryAttributes.Default
                ? entry.Attributes
                : entry.AttributesFor(access.Attributes, stage1, ste.Ste.Stage2);
        outcome.Pass(in access, entry.At(address), attributes, kind, _state.Profile.FixesOutputs);
        outcome.Through(in entry, end == StageEnd.FromTlb);
    }
}
