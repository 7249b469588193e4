using System.Collections.Concurrent;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Adapters.Wire;

/// <summary>
/// Processes of one driver: as many as machines are in use at once. One that is healthy serves the next machine; one that is not
/// is ended, and the next machine gets a fresh one.
/// </summary>
/// <param name="start">Starts one.</param>
public sealed class DriverProcesses(Func<DriverProcess> start)
{
    private readonly ConcurrentBag<DriverProcess> _idle = [];

    /// <summary>A driver for a new machine; it is to be disposed of with it.</summary>
    /// <exception cref="DriverFaultException">It cannot be started.</exception>
    public ISmmuDriver ForMachine()
    {
        while (_idle.TryTake(out var idle))
        {
            if (idle.IsAlive)
                return new RemoteDriver(idle, GiveBack);
            idle.Dispose();
        }
        return new RemoteDriver(start(), GiveBack);
    }

    /// <summary>
    /// Ends every process of every driver: the run is over. A runner may not wait until this process has ended by itself, and a
    /// driver that does not listen would outlive it.
    /// </summary>
    public static void EndAll() => Watchdog.EndAll();

    private void GiveBack(DriverProcess process)
    {
        if (process.IsOver)
            process.Dispose();
        else
            _idle.Add(process);
    }
}
