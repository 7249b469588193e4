using SmmuConformance.Driver.Adapters.Native;
using SmmuConformance.Driver.Adapters.Wire;

namespace SmmuConformance.Host;

/// <summary>Where a library finds the memory window.</summary>
internal static class WindowPointer
{
    /// <summary>The window of a machine; it stays mapped as long as this process lives.</summary>
    public static unsafe NativeWindow Of(ServedSystem system)
    {
        if (system.Window is not { } view)
            return default;
        byte* pointer = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        return new((nint)pointer, system.WindowStart.Value, system.WindowBytes);
    }
}
