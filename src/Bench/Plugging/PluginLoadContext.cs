using System.Reflection;
using System.Runtime.Loader;

namespace SmmuConformance.Bench;

/// <summary>
/// Where an assembly of the user's and what it brings are loaded. What the suite has as well is the suite's, so that both mean the same
/// by the types of the contract.
/// </summary>
internal sealed class PluginLoadContext(string path)
    : AssemblyLoadContext($"plug-in {path}", isCollectible: true)
{
    private readonly AssemblyDependencyResolver _resolver = new(path);

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        try
        {
            return Default.LoadFromAssemblyName(assemblyName);
        }
        catch (FileNotFoundException)
        {
            return _resolver.ResolveAssemblyToPath(assemblyName) is { } found
                ? LoadFromAssemblyPath(found)
                : null;
        }
    }

    /// <inheritdoc/>
    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } found
            ? LoadUnmanagedDllFromPath(found)
            : 0;
}
