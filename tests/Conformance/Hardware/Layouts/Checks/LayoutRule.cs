using System.Collections.Immutable;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Conformance.Rules;

namespace SmmuConformance.Conformance.Hardware.Layouts;

/// <summary>
/// One rule about a layout, and the statements that make it up. They are transcribed from the manual by hand and never
/// from the declarations that they judge; emulator and driver share those, and could be wrong together.
/// </summary>
/// <param name="rule">Id of the rule.</param>
/// <param name="statements">What the rule says, one fact each.</param>
public sealed class LayoutRule(string rule, params LayoutCheck[] statements) : IRuleRow
{
    /// <inheritdoc/>
    public ImmutableArray<string> Rules { get; } = [rule];

    /// <summary>Fails with every statement that the declarations do not keep.</summary>
    public void AssertHolds()
    {
        var findings = statements.SelectMany(statement => statement.Findings()).ToList();

        Assert.True(
            findings.Count == 0,
            $"{rule}, {RuleRegistry.Catalogue.Find(rule)?.Clause}:\n  {string.Join("\n  ", findings)}"
        );
    }

    /// <inheritdoc/>
    public override string ToString() => rule;
}

/// <summary>One fact that the manual states about a layout.</summary>
public abstract record LayoutCheck
{
    /// <summary>What the declarations say against it: a sentence each; none if they agree.</summary>
    public abstract IEnumerable<string> Findings();
}
