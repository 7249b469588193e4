using SmmuConformance.Architecture;
using SmmuConformance.Bench;

namespace SmmuConformance.Conformance.Captures;

/// <summary>One kind of change with the steps of both sides.</summary>
/// <param name="Release">The kernel.</param>
/// <param name="Kind">The change.</param>
/// <param name="Linux">The kernel's steps.</param>
/// <param name="Ours">The reference driver's.</param>
/// <param name="Reasons">Ids of the reasons that explain every difference.</param>
/// <param name="IsExplained">The steps are equal, or the reasons make them so.</param>
public sealed record SequenceRow(
    string Release,
    string Kind,
    string Linux,
    string Ours,
    string Reasons,
    bool IsExplained
);

/// <summary>
/// Everything that kernels and the reference driver did on the same hardware for the same requests, side by side.
/// </summary>
public sealed class LinuxComparison
{
    private readonly Dictionary<SequenceRow, HashSet<string>> _sequences = [];
    private readonly List<string> _differentUnmaps = [];

    /// <summary>Fields.</summary>
    public WordComparison Words { get; }

    /// <summary>Each distinct pair of sequences with the places where it was seen.</summary>
    public IEnumerable<(SequenceRow Row, IReadOnlyCollection<string> Places)> Sequences =>
        _sequences
            .OrderBy(row => row.Key.Kind, StringComparer.Ordinal)
            .ThenByDescending(row => Version.Parse(row.Key.Release))
            .ThenByDescending(row => row.Value.Count)
            .ThenBy(row => row.Key.Linux, StringComparer.Ordinal)
            .ThenBy(row => row.Key.Ours, StringComparer.Ordinal)
            .Select(row => (row.Key, (IReadOnlyCollection<string>)row.Value));

    /// <summary>How much of each capture was compared, and with what result.</summary>
    public ComparisonTally Tally { get; } = new();

    /// <summary>Unmaps for which the reference driver issues other commands.</summary>
    public IReadOnlyList<string> DifferentUnmaps => _differentUnmaps;

    /// <summary>Flushes of a whole tag that belong to no change of a stream: those of lazy domains.</summary>
    public int Flushes { get; private set; }

    private LinuxComparison() => Words = new(Tally);

    /// <summary>Compares every capture.</summary>
    public static LinuxComparison Of(IEnumerable<Capture> captures)
    {
        var comparison = new LinuxComparison();
        foreach (var capture in captures)
            comparison.Add(capture);
        return comparison;
    }

    private void Add(Capture capture)
    {
        var operations = CapturedOperations.Of(capture);
        using var run = new ReferenceRun(capture, operations);
        Note(capture, "start", capture.Name, StartOf(capture), run.StartUp);
        AddRegisters(capture, run);
        AddNewEntries(capture, run);
        foreach (var operation in operations.Operations)
            Add(capture, operation, run);
        AddFlushes(capture, operations, run);
        AddUnmaps(capture, operations, run);
        if (capture.Actions.LastOrDefault(action => action.Label == "poweroff") is { } end)
            Note(capture, "shutdown", capture.Name, RegisterSteps(end.Events), run.ShutDown());
    }

    private void Add(Capture capture, CapturedOperation operation, ReferenceRun run)
    {
        var ours = run.Do(operation);
        Note(capture, operation.Kind, operation.Place, operation.Steps, ours);
        foreach (var (stream, ste, cd) in operation.Streams)
        {
            var use = CapturedOperation.Name(CapturedOperation.FateOf(ste));
            Words.Compare(capture, use, ste, run.Ste(stream));
            if (ste.Stage1)
                Words.Compare(capture, use, cd, run.Cd(stream));
        }
        AddCommands(capture, operation, run);
    }

    // The first of each kind: which follow on which is compared by the steps.
    private void AddCommands(Capture capture, CapturedOperation operation, ReferenceRun run)
    {
        foreach (var command in operation.Commands.DistinctBy(OperationStep.Of))
        {
            var mine = run.Commands.FirstOrDefault(c =>
                OperationStep.Of(c) == OperationStep.Of(command)
            );
            if (mine != default)
                Words.Compare(
                    capture,
                    "",
                    LayoutCatalogue.Command(command.Opcode)!,
                    [command.Word0, command.Word1],
                    [mine.Word0, mine.Word1]
                );
        }
    }

    private void AddRegisters(Capture capture, ReferenceRun run)
    {
        var idr0 = new Idr0(capture.Register("IDR0"));
        foreach (
            var register in (RegisterInfo[])
                [
                    Cr0.Register,
                    Cr1.Register,
                    Cr2.Register,
                    IrqCtrl.Register,
                    StrtabBase.Register,
                    StrtabBaseCfg.Register,
                    CmdqBase.Register,
                    EventqBase.Register,
                    .. idr0.PRI ? [PriqBase.Register] : (RegisterInfo[])[],
                ]
        )
            Words.Compare(
                capture,
                "after the start",
                register.Layout,
                [Written(capture, register)],
                [run.Register(register)]
            );
    }

    // What was stored last, not what a dump shows: a model may lack the register.
    private static ulong Written(Capture capture, RegisterInfo register) =>
        capture
            .Boot.Events.OfType<RegisterStore>()
            .Last(store => store.Register.Offset == register.Offset)
            .Value;

    // Entries of a fresh leaf, and how the leaf is installed.
    private void AddNewEntries(Capture capture, ReferenceRun run)
    {
        var events = capture.Phases.SelectMany(phase => phase.Events).ToList();
        var streams = events.OfType<SteStore>().Select(store => store.Stream).Distinct().ToList();
        foreach (var leaf in events.OfType<L1StdStore>())
        {
            var stream = streams.First(s => s.Value >> 8 == leaf.Index);
            var fill = events.OfType<SteFill>().First(f => f.First.Value >> 8 == leaf.Index);
            Note(
                capture,
                "new leaf of the stream table",
                capture.Name,
                [OperationStep.L1Std],
                run.Add(stream)
            );
            Words.Compare(capture, "", leaf.Descriptor, run.L1Std(stream)!.Value);
            Words.Compare(capture, "never attached", fill.Ste, run.Ste(stream));
        }
    }

    private void AddFlushes(Capture capture, CapturedOperations operations, ReferenceRun run)
    {
        foreach (var flush in operations.Flushes)
        {
            var stream = operations.Operations[0].Streams[0].Stream;
            var ours = run.FlushLazily(stream, flush.Stage);
            Flushes++;
            Note(
                capture,
                "flush of a whole tag",
                flush.Place,
                [OperationStep.Of(flush.Command), OperationStep.Sync],
                [.. ours.Select(OperationStep.Of)]
            );
        }
    }

    private void AddUnmaps(Capture capture, CapturedOperations operations, ReferenceRun run)
    {
        foreach (var unmap in operations.Unmaps)
        {
            var stream = operations.Operations[0].Streams[0].Stream;
            var ours = run.Unmap(stream, unmap.Stage, unmap.Address, (ulong)unmap.Pages << 12);
            var equal = unmap
                .Commands.Select(WithoutTag)
                .Append(default)
                .SequenceEqual(ours.Select(c => CapturedUnmap.Begins(c) ? WithoutTag(c) : default));
            Tally.Unmap(capture, unmap.Commands.Length);
            if (!equal)
                _differentUnmaps.Add(
                    $"{unmap.Place}: {string.Join("; ", unmap.Commands)} | {string.Join("; ", ours)}"
                );
        }

        // Both commands have their tags at [63:32]. §4.4
        static Command WithoutTag(Command command) =>
            command with
            {
                Word0 = command.Word0 & uint.MaxValue,
            };
    }

    private static List<OperationStep> StartOf(Capture capture)
    {
        var steps = new List<OperationStep>();
        foreach (var happened in capture.Boot.Events)
        {
            steps.AddRange(RegisterSteps([happened]));
            if (happened is CommandStore store)
                steps.Add(OperationStep.Of(store.Command));
            if (
                happened is RegisterStore { Register.Offset: Cr0.Offset } on
                && new Cr0(on.Value).SMMUEN
            )
                break;
        }
        return steps;
    }

    // A doorbell is no step: commands are. The service of events is none either: devices do nothing here.
    private static IEnumerable<OperationStep> RegisterSteps(IEnumerable<CaptureEvent> events) =>
        events
            .OfType<RegisterStore>()
            .Where(store =>
                store.Register.Offset is not (CmdqProd.Offset or EventqCons.Offset)
                || store.Value == 0
            )
            .Select(store => OperationStep.OfRegister(store.Register, store.Value));

    private void Note(
        Capture capture,
        string kind,
        string place,
        IEnumerable<OperationStep> linux,
        IEnumerable<OperationStep> ours
    )
    {
        List<OperationStep> steps = [.. linux];
        List<string> theirs = [.. steps.Select(step => step.Text)];
        List<string> mine = [.. ours.Select(step => step.Text)];
        var reasons = new SortedSet<string>(StringComparer.Ordinal);
        var left = theirs;
        foreach (var reason in SequenceReason.All)
        {
            if (left.SequenceEqual(mine) || !reason.Applies(capture, kind))
                continue;
            var rewritten = reason.Rewrite(left, mine);
            if (!rewritten.SequenceEqual(left))
                reasons.Add(reason.Id);
            left = rewritten;
        }
        var row = new SequenceRow(
            capture.Release,
            kind,
            string.Join(" ", theirs),
            string.Join(" ", mine),
            string.Join(", ", reasons),
            left.SequenceEqual(mine)
        );
        Tally.Sequence(capture, steps, reasons);
        if (!_sequences.TryGetValue(row, out var places))
            _sequences.Add(row, places = []);
        places.Add(place);
    }
}
