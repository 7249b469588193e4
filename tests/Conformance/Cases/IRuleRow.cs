using System.Collections.Immutable;

namespace SmmuConformance.Conformance.Cases;

/// <summary>
/// A row that proves some of the rules of its case, and no other. <c>--filter Rule=...</c> then selects the row and not
/// the whole case; every rule that the case cites must have a row, and every rule of a row must be cited by the case.
/// </summary>
public interface IRuleRow
{
    /// <summary>The rules it proves; at least one.</summary>
    ImmutableArray<string> Rules { get; }
}
