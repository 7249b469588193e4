using System.Collections.Concurrent;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Cases;

/// <summary>Runs one execution and gives its verdict. Knows nothing of xunit.</summary>
/// <param name="driver">The driver under test.</param>
/// <param name="waivers">Accepted failures.</param>
public sealed class Executor(DriverDescription driver, Waivers waivers)
{
    /// <summary>Runs an execution.</summary>
    /// <param name="execution">What to run.</param>
    /// <param name="create">Makes an instance of the case's class; called only if the case applies.</param>
    public Ending Run(Execution execution, Func<object> create)
    {
        var ending =
            Unadapted(execution)
            ?? Refusal(execution)
            ?? HardwareRefusal.Of(execution, _refused)
            ?? Try(execution, create);
        return waivers.Apply(execution, driver.Name, ending);
    }

    /// <summary>The driver under test.</summary>
    public DriverDescription Driver => driver;

    /// <summary>Accepted failures, and which of them were met.</summary>
    public Waivers Waivers => waivers;

    /// <summary>What rules an execution out before it runs, or null.</summary>
    public Ending? Refusal(Execution execution) =>
        execution.Case.Refusal(execution.Profile) is { } reason
            ? new Ending(Verdict.NotApplicable, reason)
            : Subject.Refusal(execution.Case.Attribute, driver);

    /// <summary>What is at fault between suite and driver, once it is known; null: nothing can be.</summary>
    public Lazy<string?>? Adapter { get; init; }

    private const int LinesOfTrace = 30;

    private readonly ConcurrentDictionary<string, Ending?> _refused = new();

    private Ending? Unadapted(Execution execution) =>
        !execution.Case.IsAboutHardware
        && Adapter?.Value is { } fault
        && (execution.Case.Area != AdapterCheck.Area || Subject.Problem is not null)
            ? AdapterCheck.NotRun(fault)
            : null;

    private static Ending Try(Execution execution, Func<object> create)
    {
        TestBench.Last = null;
        using var closing = TestBench.NoneLeftOpen();
        try
        {
            var instance = create();
            try
            {
                execution.Case.Invoke(instance, execution.Profile, execution.Row);
            }
            finally
            {
                (instance as IDisposable)?.Dispose();
            }
            return Ending.Passed;
        }
        catch (VerdictException exception)
        {
            return new Ending(exception.Verdict, exception.Message);
        }
        catch (NotOnThisPlatformException exception)
        {
            return new Ending(Verdict.NotApplicable, exception.Message);
        }
        catch (NotModelledException exception)
        {
            return new Ending(Verdict.Inconclusive, exception.Message);
        }
        catch (Exception exception)
            when (exception is not (OutOfMemoryException or AccessViolationException))
        {
            return new Ending(Verdict.Failed, $"{exception.Message}{Trace(exception)}", exception);
        }
        finally
        {
            TestBench.Last = null;
        }
    }

    // What the driver did last, where the message does not show it already.
    private static string Trace(Exception exception) =>
        TestBench.Last is not { } bench || ShowsTrace(exception)
            ? ""
            : $"\n\nwhat happened last (driver '{bench.Description.Name}'):\n{TraceText.Of(bench.Trace.Entries.TakeLast(LinesOfTrace))}";

    private static bool ShowsTrace(Exception exception) =>
        exception
            is ViolationException
                or OperationRefusedException
                or DriverThrewException
                or StateChangedException
                or TraceMismatchException;
}
