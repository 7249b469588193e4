using System.Collections.Immutable;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;

namespace SmmuConformance.Conformance.Captures;

/// <summary>
/// Cuts a capture into the changes of what devices' streams do. A change is everything in a row that concerns one device:
/// its entries, its CD, their invalidations, the prefetch, and the flush of the tag it leaves.
/// </summary>
public sealed class CapturedOperations
{
    private readonly string _release;
    private readonly CapturedTables _tables = new();
    private readonly StreamGroups _groups;
    private readonly Dictionary<StreamId, CapturedDomain> _domains = [];
    private readonly List<CapturedOperation> _operations = [];
    private readonly List<CapturedUnmap> _unmaps = [];
    private readonly List<CapturedFlush> _flushes = [];
    private readonly List<CapturedFlush> _early = [];
    private readonly List<Command> _batch = [];
    private OpenOperation? _open;
    private string _place = "";

    private CapturedOperations(Capture capture)
    {
        _release = capture.Release;
        _groups = new StreamGroups(capture);
        // Where the stores to CDs were lost, the dump says what they came to.
        if (!capture.Phases.SelectMany(phase => phase.Events).OfType<CdStore>().Any())
            foreach (var cd in capture.Boot.Entries.SelectMany(entry => entry.Cds))
                for (var word = 0; word < 8; word++)
                    _tables.Apply(new CdStore(capture.Name, cd.Address, word, cd.Cd.Word(word)));
    }

    /// <summary>Every change of a stream, in order.</summary>
    public IReadOnlyList<CapturedOperation> Operations => _operations;

    /// <summary>Every range that the TLBs were made to forget.</summary>
    public IReadOnlyList<CapturedUnmap> Unmaps => _unmaps;

    /// <summary>Flushes of a whole tag that belong to no change of a stream.</summary>
    public IReadOnlyList<CapturedFlush> Flushes => _flushes;

    /// <summary>Cuts a whole capture.</summary>
    public static CapturedOperations Of(Capture capture)
    {
        var cut = new CapturedOperations(capture);
        foreach (var phase in capture.Phases)
        {
            cut._place = $"{capture.Name}/{phase.Label}";
            foreach (var happened in phase.Events)
                cut.Follow(happened);
            cut.Close();
            cut._flushes.AddRange(cut._early);
            cut._early.Clear();
        }
        return cut;
    }

    private void Follow(CaptureEvent happened)
    {
        switch (happened)
        {
            case L1CdStore:
                Open().AwaitsCd = true;
                _open!.Steps.Add(OperationStep.L1Cd);
                break;
            case CdStore store:
                if (_open is null || !_open.ContinuesWith(store))
                    Open();
                _open!.Cds.Add(store.Cd);
                _open.Steps.Add(OperationStep.OfCd(store.Word, store.Value));
                break;
            case SteStore store:
                if (_open is null || !_open.ContinuesWith(store, _groups, _release))
                    Open();
                Touch(store.Stream);
                _open!.Steps.Add(OperationStep.OfSte(store.Word, store.Value));
                break;
            case CommandStore store:
                Follow(store.Command);
                break;
        }
        _tables.Apply(happened);
    }

    private void Follow(Command command)
    {
        if (command.Is<PrefetchConfig>())
        {
            _open?.Prefetched.Add(command.As<PrefetchConfig>().StreamID);
            Note([command]);
            return;
        }
        _batch.Add(command);
        if (!command.Is<Sync>())
            return;
        FollowBatch();
        _batch.Clear();
    }

    private void FollowBatch()
    {
        var first = _batch[0];
        if (CapturedUnmap.Begins(first))
            _unmaps.Add(new(_place, [.. _batch.Where(CapturedUnmap.Begins)]));
        else if (CapturedFlush.Is(first))
            FollowFlush(new(_place, first));
        // The ATC is told of an unmap in pages; of a change of a stream, in one command for everything.
        else if (!first.Is<AtcInv>() || first.As<AtcInv>().Size == 52)
        {
            if (
                first.Is<CfgiCd>()
                && (_open is null || !_open.ContinuesWith(first.As<CfgiCd>(), _groups))
            )
                Open();
            foreach (var command in _batch)
                if (command.Is<CfgiCd>() || command.Is<CfgiSte>())
                    Touch(command.As<CfgiSte>().StreamID);
            Note(_batch);
        }
    }

    private void FollowFlush(CapturedFlush flush)
    {
        // 6.1 flushes the tag of a new domain after its first device has it, 6.12 does before.
        if (
            _open is { Flushed: false }
            && (flush.IsOf(_open.OldDomain) || (_release == "6.1" && flush.IsOf(DomainOf(_open))))
        )
        {
            _open.Flushed = true;
            Note([flush.Command, Command.From(new Sync())]);
        }
        else
            _early.Add(flush);
    }

    private void Note(IReadOnlyList<Command> commands)
    {
        if (_open is null)
            return;
        _open.Commands.AddRange(commands);
        _open.Steps.AddRange(commands.Select(OperationStep.Of));
    }

    private CapturedDomain DomainOf(OpenOperation open) =>
        open.Streams.Select(stream => DomainOf(_tables.Ste(stream))).FirstOrDefault();

    private CapturedDomain DomainOf(Ste ste) => CapturedOperation.DomainOf(ste, _tables.CdOf(ste));

    private OpenOperation Open()
    {
        Close();
        return _open = new();
    }

    // A stream's state before is what it was when the change first touched it.
    private void Touch(StreamId stream)
    {
        if (_open is null || _open.Streams.Contains(stream))
            return;
        _open.Streams.Add(stream);
        if (_open.Streams.Count > 1)
            return;
        _open.Before = _tables.Ste(stream);
        _open.OldCd = _tables.CdAddressOf(_open.Before);
        // A CD that is replaced in place has changed already.
        _open.OldDomain = _open.Before.Translates ? _domains.GetValueOrDefault(stream) : default;
    }

    private void Close()
    {
        var open = _open;
        _open = null;
        if (open is not { Streams.Count: > 0 })
            return;
        var streams = open
            .Streams.Select(stream =>
                (stream, _tables.Ste(stream), _tables.CdOf(_tables.Ste(stream)))
            )
            .ToImmutableArray();
        foreach (var (stream, ste, cd) in streams)
            _domains[stream] = CapturedOperation.DomainOf(ste, cd);
        _operations.Add(
            WithEarlyFlush(
                new CapturedOperation
                {
                    Place = _place,
                    Streams = streams,
                    Before = CapturedOperation.FateOf(open.Before),
                    OldDomain = open.OldDomain,
                    Steps = [.. open.Steps],
                    Commands = [.. open.Commands],
                }
            )
        );
    }

    private CapturedOperation WithEarlyFlush(CapturedOperation done)
    {
        var early = _early.FindIndex(flush => flush.IsOf(done.NewDomain));
        if (early < 0 || _release != "6.12")
            return done;
        var flush = OperationStep.Of(_early[early].Command);
        _early.RemoveAt(early);
        return done with { Steps = [flush, OperationStep.Sync, .. done.Steps] };
    }
}
