using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Cases;

/// <summary>
/// Restricts a case to parts without some fault: what it demands is what the fault breaks. A driver's case says so only where
/// the way around the fault costs what the case forbids.
/// </summary>
/// <param name="quirks">Any of these.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NotOnAttribute(Quirks quirks) : Attribute
{
    /// <summary>The faults.</summary>
    public Quirks Quirks { get; } = quirks;

    /// <summary>Why the case does not apply to a profile, or null if it does.</summary>
    public string? Refusal(Profile profile) =>
        (profile.Quirks & Quirks) is var faults and not Quirks.None
            ? $"the part has a fault: {faults}"
            : null;
}
