using System.Text;

namespace SmmuConformance.Bench;

/// <summary>What an engineer reads when monitor rules were broken: the rule, its clause, what happened, the trace.</summary>
internal static class ViolationText
{
    private const int LinesBefore = 14;
    private const int LinesAfter = 4;

    public static string Of(IReadOnlyList<Violation> violations, Trace trace)
    {
        var text = new StringBuilder();
        foreach (var violation in violations)
        {
            text.Append(
                $"{violation.Rule.Id} ({violation.Rule.Clause}): {violation.Rule.Sentence}\n"
            );
            foreach (var line in violation.Message.TrimEnd('\n').Split('\n'))
                text.Append("    ").Append(line).Append('\n');
        }
        var first = violations[0].At;
        text.Append("trace:\n");
        text.Append(
            TraceText.Of(
                trace.Entries.Skip(Math.Max(0, first - LinesBefore)).Take(LinesBefore + LinesAfter),
                arrow: first
            )
        );
        return text.ToString();
    }
}
