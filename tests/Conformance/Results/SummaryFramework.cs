using System.Reflection;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Adapters.Wire;
using Xunit.Abstractions;
using Xunit.Sdk;

[assembly: TestFramework(
    "SmmuConformance.Conformance.Results.SummaryFramework",
    "SmmuConformance.Conformance"
)]

namespace SmmuConformance.Conformance.Results;

/// <summary>xunit's own framework, with a summary of the run's verdicts at its end.</summary>
/// <param name="sink">Where the summary goes.</param>
public sealed class SummaryFramework(IMessageSink sink) : XunitTestFramework(sink)
{
    /// <inheritdoc/>
    protected override ITestFrameworkDiscoverer CreateDiscoverer(IAssemblyInfo assemblyInfo) =>
        new XunitTestFrameworkDiscoverer(
            assemblyInfo,
            SourceInformationProvider,
            new WithoutFallbacks(DiagnosticMessageSink)
        );

    /// <inheritdoc/>
    protected override ITestFrameworkExecutor CreateExecutor(AssemblyName assemblyName) =>
        new SummaryExecutor(assemblyName, SourceInformationProvider, DiagnosticMessageSink);

    private sealed class SummaryExecutor(
        AssemblyName assemblyName,
        ISourceInformationProvider sources,
        IMessageSink sink
    ) : XunitTestFrameworkExecutor(assemblyName, sources, sink)
    {
        protected override async void RunTestCases(
            IEnumerable<IXunitTestCase> testCases,
            IMessageSink executionMessageSink,
            ITestFrameworkExecutionOptions executionOptions
        )
        {
            using var runner = new SummaryRunner(
                TestAssembly,
                testCases,
                DiagnosticMessageSink,
                executionMessageSink,
                executionOptions
            );
            await runner.RunAsync();
        }
    }

    private sealed class SummaryRunner(
        ITestAssembly testAssembly,
        IEnumerable<IXunitTestCase> testCases,
        IMessageSink diagnosticMessageSink,
        IMessageSink executionMessageSink,
        ITestFrameworkExecutionOptions executionOptions
    )
        : XunitTestAssemblyRunner(
            testAssembly,
            testCases,
            diagnosticMessageSink,
            executionMessageSink,
            executionOptions
        )
    {
        private readonly long _started = TimeProvider.System.GetTimestamp();

        protected override async Task BeforeTestAssemblyFinishedAsync()
        {
            await base.BeforeTestAssemblyFinishedAsync();
            DriverProcesses.EndAll();
            if (Suite.Tally.Results.Count == 0)
                return;
            var elapsed = TimeProvider.System.GetElapsedTime(_started);
            var summary = ResultFiles.Write(Suite.Tally, elapsed);
            DiagnosticMessageSink.OnMessage(new DiagnosticMessage(summary.Text));
        }
    }

    // A theory whose rows are records runs as one test, which is meant; xunit says so for each, at every run.
    private sealed class WithoutFallbacks(IMessageSink sink)
        : LongLivedMarshalByRefObject,
            IMessageSink
    {
        public bool OnMessage(IMessageSinkMessage message) =>
            message is IDiagnosticMessage { Message: var text }
                && text.StartsWith("Non-serializable data", StringComparison.Ordinal)
            || sink.OnMessage(message);
    }
}
