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

    /// <summary>How an execution ends on an instance of the case's class.</summary>
    public Ending Of(Execution execution, Func<object> create)
    {
        using var variant = DriverVariant.Use(_plugged.Create);
        using var subject = Subject.As(Description);
        return _executor.Run(execution, create);
    }
}
