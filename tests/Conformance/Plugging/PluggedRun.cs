using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Plugging;

/// <summary>Executions of the catalogue on a driver that was plugged in.</summary>
internal sealed class PluggedRun
{
    private readonly PluggedDriver _plugged;
    private readonly Executor _executor;

    public PluggedRun(PluggedDriver plugged)
    {
        _plugged = plugged;
        var driver = plugged.Create();
        _executor = new Executor(driver.Describe(), Waivers.None);
        (driver as IDisposable)?.Dispose();
    }

    /// <summary>What the driver says of itself.</summary>
    public DriverDescription Description => _executor.Driver;

    /// <summary>How a case without rows ends.</summary>
    public Ending Of(string id) =>
        Of(new Execution(Catalogue.Cases.Single(c => c.Id == id), 0, Profiles.Minimal));

    /// <summary>How an execution ends.</summary>
    public Ending Of(Execution execution)
    {
        using var variant = DriverVariant.Use(_plugged.Create);
        using var subject = Subject.As(Description);
        return _executor.Run(
            execution,
            () => execution.Case.Create([null!, null!], SilentRun.Output)
        );
    }
}
