namespace SmmuConformance.Conformance.Cases;

/// <summary>
/// Runs a case on one profile instead of on every one: for what the manual says of each SMMU alike, as where a field lies.
/// The profile is the first that the case applies to.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OncePerRunAttribute : Attribute;
