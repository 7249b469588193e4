using System.Text;

namespace SmmuConformance.Bench;

/// <summary>What an engineer reads when monitor rules were broken: the rule, its clause, what happened, the trace.</summary>
internal static class ViolationText
{
    private const int LinesBefore = 24;
    private const int MessagesOfOneRule = 2;
    private const int LinesAfter = 4;

    public static string Of(IReadOnlyList<Violation> violations, Trace trace)
    {
        var text = new StringBuilder();
        foreach (var broken in violations.GroupBy(violation => violation.Rule))
        {
            text.Append($"{broken.Key.Id} ({broken.Key.Clause}): {broken.Key.Sentence}\n");
            foreach (var violation in broken.Take(MessagesOfOneRule))
            foreach (var line in violation.Message.TrimEnd('\n').Split('\n'))
                text.Append("    ").Append(line).Append('\n');
            if (broken.Count() > MessagesOfOneRule)
                text.Append($"    and {broken.Count() - MessagesOfOneRule} more of this kind\n");
        }
        // The violation stands in the trace right behind the act that was the last straw.
        var first = violations[0].At + 1;
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
