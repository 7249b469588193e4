namespace SmmuConformance.Emulator;

/// <summary>
/// The machine was asked for something it does not model. The verdict of the case becomes inconclusive: silent success
/// would be a lie.
/// </summary>
/// <param name="feature">What was asked for, in the manual's words.</param>
/// <param name="clause">The section that defines it, without the sign.</param>
public sealed class NotModelledException(string feature, string clause)
    : Exception($"{feature} is not modelled (§{clause})")
{
    /// <summary>What was asked for.</summary>
    public string Feature => feature;

    /// <summary>The section that defines it.</summary>
    public string Clause => clause;

    /// <summary>Of a feature that was found to be missing.</summary>
    /// <exception cref="InvalidOperationException">Nothing is missing.</exception>
    internal static NotModelledException Of((string Feature, string Clause)? missing) =>
        missing is var (feature, clause)
            ? new(feature, clause)
            : throw new InvalidOperationException("Everything asked for is modelled.");
}
