using System.Collections.Immutable;
using System.Diagnostics;
using SmmuConformance.Conformance.Platforms;
using SmmuConformance.Conformance.Results;
using SmmuConformance.Emulator;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace SmmuConformance.Conformance.Cases;

/// <summary>
/// What xunit selects, runs and reports: one case with one of its rows, on every profile. A runner's own cost for a test is
/// more than an execution takes, and a case that fails on twenty profiles is one finding. Written without xunit's own base
/// class, which reads attributes by reflection for every test.
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

    /// <summary>The test of executions that differ in their profiles only.</summary>
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
    public string DisplayName => $"{First.Id} {First.Case.Title}";

    /// <inheritdoc/>
    public string UniqueID => $"{First.Id}|{First.Case.Method.DeclaringType!.Name}";

    /// <inheritdoc/>
    public ITestMethod TestMethod { get; private set; }

    /// <inheritdoc/>
    public IMethodInfo Method => TestMethod.Method;

    /// <summary>By these <c>dotnet test --filter</c> selects: <c>Area</c>, <c>Case</c>, <c>Id</c> (with the row), <c>Rule</c>, <c>Level</c>.</summary>
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
        info.AddValue("row", First.Row);
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
        var row = info.GetValue<int>("row");
        _executions =
        [
            .. info.GetValue<string[]>("profiles")
                .Select(profile => new Execution(
                    declaration,
                    row,
                    CasePlatform.OfThisRun.ProfileNamed(profile)
                )),
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
        var report = Run(constructorArguments, output);
        var seconds = (decimal)TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        var text = output.Output;
        output.Uninitialize();

        var verdict = report.Verdict;
        var isFault = report.IsUnadapted && AdapterCheck.IsFirst();
        Send(
            verdict switch
            {
                _ when isFault => report.Fault(test, seconds, text),
                Verdict.Passed => new TestPassed(test, seconds, text),
                Verdict.Failed => report.Failure(test, seconds, text),
                _ => new TestSkipped(test, report.SkipText),
            }
        );
        Send(new TestFinished(test, seconds, text));
        var summary = new RunSummary
        {
            Total = 1,
            Failed = isFault || verdict == Verdict.Failed ? 1 : 0,
            Skipped = isFault || verdict is Verdict.Failed or Verdict.Passed ? 0 : 1,
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

    private CaseReport Run(object[] fixtures, ITestOutputHelper output)
    {
        var results = ImmutableArray.CreateBuilder<Result>(_executions.Length);
        foreach (var execution in _executions)
        {
            // A case about hardware says itself what the machine is.
            using var machine = execution.Case.IsAboutHardware ? null : Suite.Temper.Use();
            using var turn = Suite.Turn();
            var started = TimeProvider.System.GetTimestamp();
            var ending = CasePlatform.OfThisRun.Run(
                execution,
                one => _executor.Run(one, () => one.Case.Create(fixtures, output))
            );
            if (!execution.Case.IsAboutHardware)
                SideBySide.OfThisRun?.Run(execution, () => execution.Case.Create(fixtures, output));
            var result = new Result(execution, ending, TimeProvider.System.GetElapsedTime(started));
            _tally.Record(result);
            results.Add(result);
        }
        return new CaseReport(results.MoveToImmutable());
    }

    private Dictionary<string, List<string>> ReadTraits()
    {
        var traits = CaseDeclaration.TraitsOf(First.Case.Attribute);
        traits["Rule"] = [.. First.Case.RulesOf(First.Row)];
        traits["Id"] = [First.Id];
        return traits;
    }
}
