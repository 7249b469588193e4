using System.Collections.Immutable;
using SmmuConformance.Driver.Contract;
using Xunit.Sdk;

namespace SmmuConformance.Conformance.Cases;

/// <summary>
/// Marks a method as a case of the catalogue. The method takes a profile, and after it a row if it has
/// <see cref="RowsAttribute"/>; it runs once for every profile it applies to. Its name, with spaces, is its title.
/// </summary>
/// <remarks>
/// An attribute cannot hold what is decided by hardware: see <see cref="AppliesWhereAttribute"/> and <see cref="AppliesIfAttribute"/>.
/// </remarks>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer(
    "SmmuConformance.Conformance.Cases.CaseDiscoverer",
    "SmmuConformance.Conformance"
)]
public sealed class CaseAttribute : FactAttribute
{
    /// <summary>A case.</summary>
    /// <param name="id">Stable and dotted, its area first (<c>multi.share.granule</c>); never reused.</param>
    /// <param name="level">Who demands it.</param>
    /// <param name="rules">The rules it proves; at least one, each in the registry.</param>
    public CaseAttribute(string id, Level level, params string[] rules)
    {
        Id = id;
        Level = level;
        Rules = [.. rules];
    }

    /// <summary>Stable, dotted.</summary>
    public string Id { get; }

    /// <summary>Who demands it.</summary>
    public Level Level { get; }

    /// <summary>The rules it proves.</summary>
    public ImmutableArray<string> Rules { get; }

    /// <summary>What the driver must be able to do; without it the case does not apply.</summary>
    public Capabilities Needs { get; set; }

    /// <summary>How finely the driver's stores must be visible; below that the case is not observable.</summary>
    public Observation Observes { get; set; } = Observation.AtDoorbell;

    /// <summary>
    /// Asserts that something is still cached, or what becomes of it: on an SMMU that caches nothing the verdict may differ.
    /// Every other case ends the same without caches, which is tested.
    /// </summary>
    public bool AboutCaches { get; set; }

    /// <summary>Edition of the catalogue in which the case first appeared.</summary>
    public string Since { get; set; } = "0.1";
}
