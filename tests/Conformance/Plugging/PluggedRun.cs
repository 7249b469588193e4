using System.Collections.Concurrent;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Plugging;

/// <summary>Executions of the catalogue on a driver that was plugged in.</summary>
public sealed class PluggedRun
{
    private readonly PluggedDriver _plugged;
    private readonly Executor _executor;

    /// <summary>On a driver.</summary>
    /// <exception cref="SmmuConformance.Driver.Adapters.DriverFaultException">It cannot be had.</exception>
    public PluggedRun(PluggedDriver plugged)
    {
        _plugged = plugged;
        _executor = new Executor(plugged.Describe(), Waivers.None);
    }

    /// <summary>What the driver says of itself.</summary>
    public DriverDescription Description => _executor.Driver;

    /// <summary>How a case without rows ends.</summary>
    public Ending Of(string id) =>
        Of(new Execution(Catalogue.Cases.Single(c => c.Id == id), 0, Profiles.Minimal));

    /// <summary>How an execution ends.</summary>
    public Ending Of(Execution execution) =>
        Of(execution, () => execution.Case.Create([null!, null!], SilentRun.Output));

    /// <summary>How executions end, run side by side.</summary>
    public IReadOnlyCollection<(Execution Execution, Ending Ending)> Of(
        IEnumerable<Execution> executions
    )
    {
        var endings = new ConcurrentBag<(Execution, Ending)>();
        Parallel.ForEach(executions, execution => endings.Add((execution, Of(execution))));
        return endings;
    }

    /// <summary>Every execution of the cases about drivers.</summary>
    public static IEnumerable<Execution> OfDrivers(IReadOnlyCollection<Profile> profiles) =>
        Catalogue
            .Cases.Where(declaration => !declaration.IsAboutHardware)
            .SelectMany(declaration => SilentRun.Executions(declaration, profiles));

    /// <summary>How an execution ends on an instance of the case's class.</summary>
    public Ending Of(Execution execution, Func<object> create)
    {
        using var variant = DriverVariant.Use(_plugged.Create);
        using var subject = Subject.As(Description);
        return _executor.Run(execution, create);
    }
}
