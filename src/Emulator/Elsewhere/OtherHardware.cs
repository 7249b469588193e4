namespace SmmuConformance.Emulator;

/// <summary>
/// Other hardware for machines whose makers do not know of it: while it is in use, it answers for every machine that this flow of
/// control makes.
/// </summary>
public static class OtherHardware
{
    private static readonly AsyncLocal<Func<MachineOptions, IOtherHardware>?> Current = new();

    /// <summary>Uses other hardware until the answer is disposed of.</summary>
    /// <param name="start">What stands for a machine, as reset leaves it.</param>
    public static IDisposable Use(Func<MachineOptions, IOtherHardware> start) => Set(start);

    /// <summary>Uses none until the answer is disposed of: what stands for a machine may be made of emulated ones itself.</summary>
    public static IDisposable UseNone() => Set(null);

    private static Restoring Set(Func<MachineOptions, IOtherHardware>? start)
    {
        var before = Current.Value;
        Current.Value = start;
        return new Restoring(before);
    }

    /// <summary>What answers for a machine; null: nobody but the emulator.</summary>
    /// <exception cref="NotOnThisPlatformException">It cannot be such a machine.</exception>
    internal static IOtherHardware? For(MachineOptions options) => Current.Value?.Invoke(options);

    private sealed class Restoring(Func<MachineOptions, IOtherHardware>? before) : IDisposable
    {
        public void Dispose() => Current.Value = before;
    }
}
