using SmmuConformance.Driver.Adapters;
using SmmuConformance.Driver.Adapters.Native;

namespace SmmuConformance.Bench;

/// <summary>Drivers in libraries that speak C (smmu_driver.h).</summary>
internal static class NativeDrivers
{
    private const string Host = "SmmuConformance.Host.dll";

    /// <summary>In a process of its own, so that a crash is a verdict and not the end of the run.</summary>
    public static PluggedDriver InChild(string name, string path, PlugOptions options)
    {
        NativeLibraryFile.MustExist(path);
        var host = Path.Combine(AppContext.BaseDirectory, Host);
        if (!File.Exists(host))
            throw new DriverFaultException(
                $"driver {name}: `{Host}` is not beside the suite in {AppContext.BaseDirectory}; build the solution"
            );
        return ProcessDrivers.Plug(name, [ThisRuntime.Dotnet, host, "native", path], options);
    }

    /// <summary>In this process, for a debugger. If it crashes, the run is over.</summary>
    public static PluggedDriver InProcess(string name, string path)
    {
        var library = NativeLibraryFile.Load(path);
        return new(name, () => new NativeDriver(library));
    }
}
