using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Bench;

/// <summary>
/// Another driver for benches whose makers do not know of it: while a variant is in use, every bench that this flow of control
/// makes has that driver in the place of the reference driver. So a whole catalogue runs on one that makes other choices.
/// </summary>
public static class DriverVariant
{
    private static readonly AsyncLocal<Func<ISmmuDriver>?> Current = new();

    /// <summary>Uses a variant until the answer is disposed of.</summary>
    public static IDisposable Use(Func<ISmmuDriver> make)
    {
        var before = Current.Value;
        Current.Value = make;
        return new Restoring(before);
    }

    /// <summary>A driver of the variant in use, or null.</summary>
    internal static ISmmuDriver? Make() => Current.Value?.Invoke();

    private sealed class Restoring(Func<ISmmuDriver>? before) : IDisposable
    {
        public void Dispose() => Current.Value = before;
    }
}
