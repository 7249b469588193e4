using System.Text;

namespace SmmuConformance.Snapshots;

/// <summary>
/// The difference of two texts as a failing test prints it: removed and added lines with a little of what surrounds them,
/// first differences first, and no more than a screen or two.
/// </summary>
internal static class UnifiedDiff
{
    private const int Context = 3;
    private const int LongestReport = 80;

    // Above this many pairs of lines the texts share too little for a line-by-line match to tell anything.
    private const long MostPairs = 4_000_000;

    private readonly record struct Line(char Sign, string Text);

    /// <summary>The report; empty if the texts are equal.</summary>
    public static string Of(string before, string after)
    {
        var lines = Compare(Lines(before), Lines(after));
        var report = new StringBuilder();
        var printed = 0;
        var next = 0;
        while (NextChange(lines, next) is var change and >= 0)
        {
            if (printed >= LongestReport)
            {
                report.Append(
                    $"... and {lines.Skip(change).Count(l => l.Sign != ' ')} more changed lines\n"
                );
                break;
            }
            var start = Math.Max(next, change - Context);
            report.Append(Heading(lines, start));
            next = EndOfHunk(lines, change);
            for (var i = start; i < next; i++)
            {
                if (printed++ >= LongestReport)
                {
                    // The rest of this hunk belongs to the count of what is left out.
                    next = i;
                    break;
                }
                report.Append($"{lines[i].Sign}{lines[i].Text}\n");
            }
        }
        return report.ToString();
    }

    private static int NextChange(List<Line> lines, int from) =>
        lines.FindIndex(from, line => line.Sign != ' ');

    // Two changes share a hunk if the lines between them would be shown anyway.
    private static int EndOfHunk(List<Line> lines, int change)
    {
        var last = change;
        for (var i = change; i < lines.Count && i - last <= 2 * Context; i++)
            if (lines[i].Sign != ' ')
                last = i;
        return Math.Min(lines.Count, last + Context + 1);
    }

    // As git does: the nearest line above that starts at the margin, a changed one too, says what the hunk is part of.
    private static string Heading(List<Line> lines, int start)
    {
        var number = lines.Take(start).Count(line => line.Sign != '+') + 1;
        var part = lines.FindLastIndex(
            Math.Max(0, start - 1),
            line => line is { Sign: not '-', Text: [var first, ..] } && first != ' '
        );
        var name = start > 0 && part >= 0 ? $" {lines[part].Text}" : "";
        return $"@@ line {number} @@{name}\n";
    }

    private static List<Line> Compare(List<string> before, List<string> after)
    {
        var shortest = Math.Min(before.Count, after.Count);
        var head = 0;
        while (head < shortest && before[head] == after[head])
            head++;
        var tail = 0;
        while (tail < shortest - head && before[^(tail + 1)] == after[^(tail + 1)])
            tail++;

        var lines = new List<Line>(before.Count + after.Count);
        lines.AddRange(before.Take(head).Select(text => new Line(' ', text)));
        Middle(lines, before[head..^tail], after[head..^tail]);
        lines.AddRange(before.Skip(before.Count - tail).Select(text => new Line(' ', text)));
        return lines;
    }

    // The longest common subsequence; removed lines come before the added lines that replace them.
    private static void Middle(List<Line> lines, List<string> before, List<string> after)
    {
        var tooDifferent = (long)before.Count * after.Count > MostPairs;
        var common = tooDifferent ? null : CommonLengths(before, after);
        int b = 0,
            a = 0;
        while (b < before.Count && a < after.Count && common is not null)
        {
            if (before[b] == after[a])
            {
                lines.Add(new(' ', before[b++]));
                a++;
            }
            else if (common[b + 1, a] >= common[b, a + 1])
                lines.Add(new('-', before[b++]));
            else
                lines.Add(new('+', after[a++]));
        }
        lines.AddRange(before.Skip(b).Select(text => new Line('-', text)));
        lines.AddRange(after.Skip(a).Select(text => new Line('+', text)));
    }

    private static int[,] CommonLengths(List<string> before, List<string> after)
    {
        var lengths = new int[before.Count + 1, after.Count + 1];
        for (var b = before.Count - 1; b >= 0; b--)
        for (var a = after.Count - 1; a >= 0; a--)
            lengths[b, a] =
                before[b] == after[a]
                    ? lengths[b + 1, a + 1] + 1
                    : Math.Max(lengths[b + 1, a], lengths[b, a + 1]);
        return lengths;
    }

    // A missing newline at the end is a difference too, and must be seen as one.
    private static List<string> Lines(string text)
    {
        if (text.Length == 0)
            return [];
        var lines = text.Split('\n').ToList();
        if (lines[^1].Length == 0)
            lines.RemoveAt(lines.Count - 1);
        else
            lines.Add("\\ no newline at the end");
        return lines;
    }
}
