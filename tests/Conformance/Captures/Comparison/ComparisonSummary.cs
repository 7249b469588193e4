using System.Globalization;
using System.Text;
using SmmuConformance.Bench;

namespace SmmuConformance.Conformance.Captures;

/// <summary>One line a capture: how much was compared, what differs and why, and which rules the kernel broke.</summary>
internal static class ComparisonSummary
{
    /// <summary>Writes the table.</summary>
    public static void Append(
        StringBuilder text,
        ComparisonTally tally,
        IReadOnlyList<Capture> captures
    )
    {
        text.Append(
            """
            ## Summary

            *Words*: 64-bit words of registers, entries, descriptors and commands that are not zero on both sides; equal means equal
            but for an address or a tag that each driver chooses. *Sequences*: the start, every change of a stream in every
            action, every flush of a tag, the shutdown; equal means the same stores and commands in the same order. *Stores* and
            *commands* are all of the capture: each belongs to a sequence or to an unmap, and a test counts them. A range that was
            unmapped is always forgotten by the same commands. What differs has a reason (below); *rules broken* are
            [known bugs](../../src/Bench/Captures/KnownViolation.cs) that the monitor names, each with how often.

            | capture | words | equal | explained | sequences | equal | explained | unmaps | stores | commands | rules broken | reasons |
            |---|---|---|---|---|---|---|---|---|---|---|---|

            """
        );
        foreach (var capture in captures)
            text.Append(
                Line(
                    capture.Name,
                    tally[capture.Name],
                    string.Join(
                        ", ",
                        Replays.Known(capture).Select(known => $"{known.Bug} ({known.Times})")
                    )
                )
            );
        text.Append(Line($"all {captures.Count}", tally.Sum(), ""));
        text.Append("\n| bug | kernels | rule | what the kernel does |\n|---|---|---|---|\n");
        foreach (var known in KnownViolation.All)
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {known.Bug} | {string.Join(", ", known.Releases)} | {known.Rule} | {known.Reason} |\n"
            );
        text.Append('\n');
    }

    private static string Line(string name, TallyRow row, string broken) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {row.Words} | {row.Words - row.ExplainedWords} | {row.ExplainedWords} | {row.Sequences} | {row.Sequences - row.ExplainedSequences} | {row.ExplainedSequences} | {row.Unmaps} | {row.Stores} | {row.Commands} | {broken} | {string.Join(", ", row.Reasons)} |\n"
        );
}
