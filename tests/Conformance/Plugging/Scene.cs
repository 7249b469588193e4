using SmmuConformance.Bench;
using SmmuConformance.Driver.Adapters;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Plugging;

/// <summary>What the tests do with a driver that was plugged in.</summary>
internal static class Scene
{
    /// <summary>A machine that the driver has probed.</summary>
    public static TestBench Start(PluggedDriver plugged) => Start(plugged.Create);

    /// <summary>A machine that the driver has probed.</summary>
    public static TestBench Start(Func<ISmmuDriver> driver) =>
        TestBench.Start(Profiles.Minimal, new() { Driver = driver });

    /// <summary>A device; a broken driver knows by its name what to do, and where.</summary>
    public static Device AddDevice(this TestBench bench, string name) =>
        bench.AddDevice(new MasterDescription { Name = name, Streams = [3] });

    /// <summary>A whole life in which nothing special happens.</summary>
    public static void MustWork(PluggedDriver plugged)
    {
        using var bench = Start(plugged);
        var device = bench.AddDevice("nic");
        var domain = bench.BlockedDomain();
        bench.Must(bench.Attach(device, domain));
        bench.Must(bench.Detach(device));
    }

    /// <summary>What is said when the driver is chosen, or at the latest when one is made.</summary>
    public static string FaultOfChoosing(Func<PluggedDriver> plug)
    {
        var fault = Assert.Throws<DriverFaultException>(() =>
        {
            var driver = plug().Create();
            (driver as IDisposable)?.Dispose();
        });
        return fault.Message;
    }

    /// <summary>What is said when a driver that can be chosen probes the machine, and is given a device.</summary>
    public static string FaultOfProbing(PluggedDriver plugged)
    {
        var thrown = Assert.ThrowsAny<Exception>(() =>
        {
            using var bench = Start(plugged);
            bench.AddDevice("nic");
        });
        return FaultIn(thrown);
    }

    /// <summary>The message of the fault that a bench has made an exception of.</summary>
    public static string FaultIn(Exception thrown)
    {
        var fault = Assert.IsType<DriverFaultException>(
            thrown is DriverThrewException ? thrown.InnerException : thrown
        );
        return fault.Message;
    }

    /// <summary>Fails unless each part is in the text.</summary>
    public static void MustSay(string text, params ReadOnlySpan<string> parts)
    {
        foreach (var part in parts)
            Assert.Contains(part, text, StringComparison.Ordinal);
    }
}
