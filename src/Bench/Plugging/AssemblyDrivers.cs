using Microsoft.Extensions.DependencyInjection;
using SmmuConformance.Driver.Adapters;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Bench;

/// <summary>Drivers in assemblies, each in a load context of its own.</summary>
internal static class AssemblyDrivers
{
    private static readonly PluginRole Driver = new(
        "driver",
        [typeof(IDriverPlugin), typeof(ISmmuDriver)],
        path => $" A library in C is `native:{path}`.",
        (message, inner) => new DriverFaultException(message, inner)
    );

    /// <summary>The driver of an assembly.</summary>
    /// <param name="name">What was said to choose it.</param>
    /// <param name="text"><c>path</c> or <c>path,type</c>.</param>
    /// <param name="options">What goes with it.</param>
    /// <exception cref="DriverFaultException">There is none, or there are several.</exception>
    public static PluggedDriver Plug(string name, string text, PlugOptions options)
    {
        var type = PluginAssembly.Find(Driver, name, text, options.Folder);
        return new(name, () => Create(name, type));
    }

    private static ISmmuDriver Create(string name, Type type)
    {
        try
        {
            var made = PluginAssembly.Make(Driver, name, type);
            if (made is ISmmuDriver driver)
                return driver;
            return Registered((IDriverPlugin)made)
                ?? throw new DriverFaultException(
                    $"driver {name}: {type.FullName} registers no ISmmuDriver. AddDriver must add one to the services it is given."
                );
        }
        catch (Exception e) when (e is not DriverFaultException)
        {
            throw new DriverFaultException(
                $"driver {name}: {type.FullName} makes no driver: AddDriver, or the making of what it registers, threw {e.GetType().Name}: {e.Message}",
                e
            );
        }
    }

    private static ISmmuDriver? Registered(IDriverPlugin plugin)
    {
        var services = new ServiceCollection();
        plugin.AddDriver(services);
        return services.BuildServiceProvider().GetService<ISmmuDriver>();
    }
}
