using System.Text;
using SmmuConformance.Architecture;

namespace SmmuConformance.Snapshots;

/// <summary>One table per structure, command or event record.</summary>
internal static class StructurePage
{
    /// <summary>The page.</summary>
    public static string Write(string title, string introduction, IEnumerable<Layout> layouts)
    {
        var page = new StringBuilder();
        Markdown.Title(page, title, introduction);
        foreach (var layout in layouts)
            Append(page, layout);
        return page.ToString();
    }

    private static void Append(StringBuilder page, Layout layout)
    {
        var code = layout.Kind == LayoutKind.Structure ? "" : $" 0x{layout.Code:x2}";
        page.Append(
            $"\n## {layout.Name}{code}\n\n{layout.Summary} {layout.Bits} bits, {Markdown.Clause(layout)}.\n\n"
        );
        page.Append("| bits | field | meaning | read when |\n|---|---|---|---|\n");
        foreach (var field in layout.Fields)
            page.Append(
                $"| {field.Range} | {field.Name} | {Markdown.Meaning(field)} | {ReadWhen(field)} |\n"
            );
        for (var word = 0; word < layout.WordCount; word++)
            if (layout.Reserved(word) is var reserved and not 0)
                page.Append($"| word {word} | RES0 | `{reserved:x16}` | |\n");

        Markdown.Encodings(page, layout);
        if (!layout.Conditions.IsEmpty)
            page.Append("\nConditions\n\n");
        foreach (var condition in layout.Conditions)
            page.Append($"* {condition.Name}: {Markdown.Code(condition.Expression)}\n");
    }

    private static string ReadWhen(Field field) => field.When.Length == 0 ? "always" : field.When;
}
