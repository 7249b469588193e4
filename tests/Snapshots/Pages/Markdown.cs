using System.Text;
using SmmuConformance.Architecture;

namespace SmmuConformance.Snapshots;

/// <summary>The parts that the reference pages share.</summary>
internal static class Markdown
{
    private const int MostValuesInACell = 4;

    /// <summary>Heading of a page and how it comes about.</summary>
    public static void Title(StringBuilder page, string title, string introduction) =>
        page.Append($"# {title}\n\n{introduction}\n\n")
            .Append(
                "Written from the declarations in `src/Architecture`, with the positions and names of Arm IHI 0070 G.b; "
            )
            .Append("a test fails when page and declarations part.\n");

    /// <summary>The sign in front of a section of the manual; another document's sections come with its name.</summary>
    public static string Clause(Layout layout) =>
        char.IsAsciiDigit(layout.Clause[0]) ? $"§{layout.Clause}" : layout.Clause;

    /// <summary>Meaning of a field, followed by its named encodings if they are few.</summary>
    public static string Meaning(Field field) =>
        Cell(
            field.Values.Length is 0 or > MostValuesInACell
                ? field.Summary
                : $"{field.Summary} {Values(field)}."
        );

    /// <summary>The longer encodings of a table, each once for all fields that use it.</summary>
    public static void Encodings(StringBuilder page, Layout layout)
    {
        var encodings = layout
            .Fields.Where(f => f.Values.Length > MostValuesInACell)
            .GroupBy(Values)
            .ToList();
        if (encodings.Count > 0)
            page.Append("\nEncodings\n\n");
        foreach (var encoding in encodings)
            page.Append($"* {string.Join(", ", encoding.Select(f => f.Name))}: {encoding.Key}\n");
    }

    /// <summary>Text that cannot end its table cell.</summary>
    public static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    /// <summary>An expression.</summary>
    public static string Code(string text) => $"`{text}`";

    private static string Values(Field field) =>
        string.Join(
            ", ",
            field.Values.Select(v => $"`0b{v.Value.ToString("b" + field.Width)}` {v.Name}")
        );
}
