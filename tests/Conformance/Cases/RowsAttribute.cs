namespace SmmuConformance.Conformance.Cases;

/// <summary>
/// Gives a case its rows: a public static property of the same class, an enumerable of any type. Each row runs once for
/// every profile; its <see cref="object.ToString"/> is the variant in the id (<c>probe.oas@48</c>), so it must be short and unique.
/// </summary>
/// <param name="member">Name of the property.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RowsAttribute(string member) : Attribute
{
    /// <summary>Name of the property.</summary>
    public string Member { get; } = member;
}
