namespace SmmuConformance.Conformance.Hardware.Layouts;

/// <summary>Several facts as one, for what the manual says of many structures alike.</summary>
/// <param name="Statements">Each of them.</param>
public sealed record All(params LayoutCheck[] Statements) : LayoutCheck
{
    /// <summary>One fact about each of several structures.</summary>
    public static All Of(IEnumerable<string> structures, Func<string, LayoutCheck> statement) =>
        new([.. structures.Select(statement)]);

    /// <inheritdoc/>
    public override IEnumerable<string> Findings() =>
        Statements.SelectMany(statement => statement.Findings());
}
