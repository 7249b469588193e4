using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using SmmuConformance.Driver.Adapters;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Bench;

/// <summary>Drivers in assemblies, each in a load context of its own.</summary>
internal static class AssemblyDrivers
{
    /// <summary>The driver of an assembly.</summary>
    /// <param name="name">What was said to choose it.</param>
    /// <param name="text"><c>path</c> or <c>path,type</c>.</param>
    /// <param name="options">What goes with it.</param>
    /// <exception cref="DriverFaultException">There is none, or there are several.</exception>
    public static PluggedDriver Plug(string name, string text, PlugOptions options)
    {
        var comma = text.LastIndexOf(',');
        var path = (comma < 0 ? text : text[..comma]).Trim();
        var wanted = comma < 0 ? null : text[(comma + 1)..].Trim();
        var type = Find(name, Types(name, Path.Combine(options.Folder, path)), wanted);
        return new(name, () => Create(name, type));
    }

    private static Type[] Types(string name, string path)
    {
        var full = Path.GetFullPath(path);
        if (!File.Exists(full))
            throw new DriverFaultException(
                $"driver {name}: there is no such file (looked for {full}). Build it, or name it from the folder that `dotnet test` is run in."
            );
        try
        {
            return new PluginLoadContext(full).LoadFromAssemblyPath(full).GetExportedTypes();
        }
        catch (BadImageFormatException e)
        {
            throw new DriverFaultException(
                $"driver {name}: {full} is no assembly of .NET. A library in C is `native:{path}`.",
                e
            );
        }
        catch (Exception e)
            when (e
                    is FileLoadException
                        or FileNotFoundException
                        or TypeLoadException
                        or ReflectionTypeLoadException
            )
        {
            throw new DriverFaultException(
                $"driver {name}: {full} cannot be loaded: {e.Message} It must be built against this version of the suite, with what it needs beside it (EnableDynamicLoading).",
                e
            );
        }
    }

    private static Type Find(string name, Type[] types, string? wanted)
    {
        var plugins = types.Where(t => IsMade(t) && t.IsAssignableTo(typeof(IDriverPlugin)));
        var drivers = types.Where(t => IsMade(t) && t.IsAssignableTo(typeof(ISmmuDriver)));
        Type[] all = [.. plugins, .. drivers];
        if (wanted is not null)
            return all.FirstOrDefault(t => t.FullName == wanted || t.Name == wanted)
                ?? throw new DriverFaultException(
                    $"driver {name}: no public class `{wanted}` with a constructor without parameters is an ISmmuDriver or an IDriverPlugin. {There(all)}"
                );
        // A plug-in knows how the drivers beside it are made.
        Type[] candidates = plugins.Any() ? [.. plugins] : [.. drivers];
        return candidates switch
        {
            [var one] => one,
            [] => throw new DriverFaultException(
                $"driver {name}: no public class with a constructor without parameters is an ISmmuDriver or an IDriverPlugin"
            ),
            _ => throw new DriverFaultException(
                $"driver {name}: there is more than one driver; say which, `assembly:path,type`. {There(candidates)}"
            ),
        };
    }

    private static bool IsMade(Type type) =>
        type is { IsClass: true, IsAbstract: false }
        && type.GetConstructor(Type.EmptyTypes) is not null;

    private static string There(Type[] types) =>
        types.Length == 0
            ? "There is none at all."
            : $"There are: {string.Join(", ", types.Select(t => t.FullName))}.";

    private static ISmmuDriver Create(string name, Type type)
    {
        try
        {
            var made = Activator.CreateInstance(type)!;
            if (made is ISmmuDriver driver)
                return driver;
            return Registered((IDriverPlugin)made)
                ?? throw new DriverFaultException(
                    $"driver {name}: {type.FullName} registers no ISmmuDriver. AddDriver must add one to the services it is given."
                );
        }
        catch (TargetInvocationException e)
        {
            throw new DriverFaultException(
                $"driver {name}: the constructor of {type.FullName} threw {e.InnerException!.GetType().Name}: {e.InnerException.Message}",
                e.InnerException
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
