namespace SmmuConformance.Emulator;

/// <summary>
/// Other conditions for machines whose makers do not know of them: while a variant is in use, every machine that this flow of
/// control makes is of that variant. So a whole suite runs on SMMUs that cache nothing, or whose stores come late.
/// </summary>
public static class MachineVariant
{
    private static readonly AsyncLocal<Func<MachineOptions, MachineOptions>?> Current = new();

    /// <summary>Uses a variant until the answer is disposed of.</summary>
    public static IDisposable Use(Func<MachineOptions, MachineOptions> variant)
    {
        var before = Current.Value;
        Current.Value = variant;
        return new Restoring(before);
    }

    /// <summary>The options as the variant in use changes them.</summary>
    internal static MachineOptions Apply(MachineOptions options) =>
        Current.Value?.Invoke(options) ?? options;

    private sealed class Restoring(Func<MachineOptions, MachineOptions>? before) : IDisposable
    {
        public void Dispose() => Current.Value = before;
    }
}
