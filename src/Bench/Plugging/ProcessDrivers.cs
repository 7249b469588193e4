using SmmuConformance.Driver.Adapters;
using SmmuConformance.Driver.Adapters.Wire;

namespace SmmuConformance.Bench;

/// <summary>Drivers in processes of their own.</summary>
internal static class ProcessDrivers
{
    /// <summary>A program that speaks the process protocol.</summary>
    public static PluggedDriver Plug(
        string name,
        IReadOnlyList<string> command,
        PlugOptions options
    )
    {
        var patience =
            options.Patience
            ?? OtherProgram.Patience(
                PluggedDriver.PatienceVariable,
                message => new DriverFaultException(message)
            );
        return new(
            name,
            new DriverProcesses(() =>
                DriverProcess.Start(name, OtherProgram.Start(command, options), Window(), patience)
            ).ForMachine
        );
    }

    private static MemoryWindow Window() =>
        new(DmaMemory.Start, DmaMemory.End.Value - DmaMemory.Start.Value);
}
