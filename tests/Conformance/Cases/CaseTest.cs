using System.Collections.Immutable;
using System.Diagnostics;
using SmmuConformance.Emulator;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace SmmuConformance.Conformance.Cases;

/// <summary>
/// What xunit selects, runs and reports: one execution, or all executions of one case that do not apply. Written without
/// xunit's own base class, which reads attributes by reflection for every test.
/// </summary>
[DebuggerDisplay("{DisplayName}")]
public sealed class CaseTest : LongLivedMarshalByRefObject, IXunitTestCase
{
    private readonly Executor _executor;
    private readonly Tally _tally;
    private ImmutableArray<Execution> _executions;
    private Dictionary<string, List<string>>? _traits;

    /// <summary>For xunit, which fills it by <see cref="Deserialize"/>.</summary>
    [Obsolete("For deserialization only")]
    public CaseTest()
    {
        TestMethod = null!;
        _executor = Suite.Executor;
        _tally = Suite.Tally;
    }

    /// <summary>The test of one execution, or of several that do not apply.</summary>
    public CaseTest(
        ITestMethod testMethod,
        IEnumerable<Execution> executions,
        Executor executor,
        Tally tally
    )
    {
        _executor = executor;
        _tally = tally;
        TestMethod = testMethod;
        _executions = [.. executions];
    }

    /// <summary>What it stands for.</summary>
    public IReadOnlyList<Execution> Executions => _executions;

    /// <inheritdoc/>
    public string DisplayName =>
        _executions is [var only]
            ? only.DisplayName
            : $"{First.Case.Id} [{_executions.Length} executions] {First.Case.Title}";

    /// <inheritdoc/>
    public string UniqueID =>
        _executions is [var only]
            ? only.Key
            : $"{First.Case.Id}|{First.Case.Method.DeclaringType!.Name}|refused";

    /// <inheritdoc/>
    public ITestMethod TestMethod { get; private set; }

    /// <inheritdoc/>
    public IMethodInfo Method => TestMethod.Method;

    /// <summary>By these <c>dotnet test --filter</c> selects: <c>Area</c>, <c>Case</c>, <c>Rule</c>, <c>Level</c>, <c>Profile</c>.</summary>
    public Dictionary<string, List<string>> Traits => _traits ??= ReadTraits();

    /// <inheritdoc/>
    public object[] TestMethodArguments => null!;

    /// <inheritdoc/>
    public string SkipReason => null!;

    /// <inheritdoc/>
    public ISourceInformation? SourceInformation { get; set; }

    /// <inheritdoc/>
    public Exception InitializationException => null!;

    /// <inheritdoc/>
    public int Timeout => 0;

    private Execution First => _executions[0];

    /// <inheritdoc/>
    public void Serialize(IXunitSerializationInfo info)
    {
        info.AddValue("method", TestMethod);
        info.AddValue("rows", _executions.Select(execution => execution.Row).ToArray());
        info.AddValue(
            "profiles",
            _executions.Select(execution => execution.Profile.Name).ToArray()
        );
    }

    /// <inheritdoc/>
    public void Deserialize(IXunitSerializationInfo info)
    {
        TestMethod = info.GetValue<ITestMethod>("method");
        var declaration = CaseDeclaration.Of(TestMethod.Method.ToRuntimeMethod());
        var profiles = info.GetValue<string[]>("profiles");
        _executions =
        [
            .. info.GetValue<int[]>("rows")
                .Select((row, i) => new Execution(declaration, row, Profiles.ByName(profiles[i]))),
        ];
    }

    /// <inheritdoc/>
    public Task<RunSummary> RunAsync(
        IMessageSink diagnosticMessageSink,
        IMessageBus messageBus,
        object[] constructorArguments,
        ExceptionAggregator aggregator,
        CancellationTokenSource cancellationTokenSource
    )
    {
        var test = new XunitTest(this, DisplayName);
        Send(new TestCaseStarting(this));
        Send(new TestStarting(test));

        var output = new TestOutputHelper();
        output.Initialize(messageBus, test);
        var started = TimeProvider.System.GetTimestamp();
        var endings = Run(constructorArguments, output);
        var seconds = (decimal)TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        var text = output.Output;
        output.Uninitialize();

        var worst = endings.MaxBy(ending => ending.Verdict == Verdict.Failed);
        Send(
            worst.Verdict switch
            {
                Verdict.Passed => new TestPassed(test, seconds, text),
                Verdict.Failed => new TestFailed(test, seconds, text, worst.Exception),
                _ => new TestSkipped(test, SkipText(endings)),
            }
        );
        Send(new TestFinished(test, seconds, text));
        var summary = new RunSummary
        {
            Total = 1,
            Failed = worst.Verdict == Verdict.Failed ? 1 : 0,
            Skipped = worst.Verdict is Verdict.Failed or Verdict.Passed ? 0 : 1,
            Time = seconds,
        };
        Send(new TestCaseFinished(this, seconds, summary.Total, summary.Failed, summary.Skipped));
        return Task.FromResult(summary);

        void Send(IMessageSinkMessage message)
        {
            if (!messageBus.QueueMessage(message))
                cancellationTokenSource.Cancel();
        }
    }

    private ImmutableArray<Ending> Run(object[] fixtures, ITestOutputHelper output)
    {
        var endings = ImmutableArray.CreateBuilder<Ending>(_executions.Length);
        foreach (var execution in _executions)
        {
            // A case about hardware says itself what the machine is.
            using var machine = execution.Case.IsAboutHardware ? null : Suite.Temper.Use();
            var ending = _executor.Run(execution, () => execution.Case.Create(fixtures, output));
            _tally.Record(execution, ending);
            endings.Add(ending);
        }
        return endings.MoveToImmutable();
    }

    // One line for each reason, with the profiles it holds for.
    private string SkipText(ImmutableArray<Ending> endings) =>
        _executions.Length == 1
            ? $"{endings[0]} in '{First.Profile.Name}'"
            : string.Join(
                "; ",
                endings
                    .Zip(_executions)
                    .GroupBy(pair => pair.First.ToString())
                    .Select(group =>
                        $"{group.Key} in {string.Join(", ", group.Select(pair => $"'{pair.Second.Profile.Name}'").Distinct())}"
                    )
            );

    private Dictionary<string, List<string>> ReadTraits()
    {
        var traits = CaseDeclaration.TraitsOf(First.Case.Attribute);
        traits["Rule"] =
        [
            .. _executions
                .SelectMany(execution => execution.Case.RulesOf(execution.Row))
                .Distinct(),
        ];
        traits["Profile"] = [.. _executions.Select(execution => execution.Profile.Name).Distinct()];
        return traits;
    }
}
