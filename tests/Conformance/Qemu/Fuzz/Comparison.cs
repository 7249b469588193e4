using System.Collections.Immutable;
using SmmuConformance.Architecture;

namespace SmmuConformance.Conformance.Qemu;

/// <summary>That two SMMUs made different things of a scenario.</summary>
/// <param name="Scenario">The scenario.</param>
/// <param name="Step">Which of its steps, from 0.</param>
/// <param name="Ours">What the emulator made of it, without caches.</param>
/// <param name="Theirs">What the other made of it.</param>
/// <param name="What">The first thing that differs, in words.</param>
internal sealed record Difference(
    Scenario Scenario,
    int Step,
    Answer Ours,
    Answer Theirs,
    string What
)
{
    /// <summary>What stands in <see cref="Field"/> if QEMU came to its end.</summary>
    public const string Death = "death";

    /// <summary>What stands in <see cref="Field"/> if the emulator has not forgotten what it was told to.</summary>
    public const string Stale = "stale";

    /// <summary>What the emulator would have recorded if it had been asked for (CD.R, STE.S2R); null: there was no fault.</summary>
    public EventRecord? Fault { get; init; }

    /// <summary>The field of the record that differs; empty: more than a field does.</summary>
    public string Field { get; init; } = "";
}

/// <summary>Compares what SMMUs made of the same scenario.</summary>
internal static class Comparison
{
    // The low bits of an IPA are not part of a record (§7.3): what stands there is nobody's.
    private const ulong IpaMask = ~0xffful;

    /// <summary>The first difference, or null.</summary>
    /// <param name="scenario">What was run.</param>
    /// <param name="truth">What the emulator made of it without caches.</param>
    /// <param name="cached">The same with caches, which must come to the same wherever it was told enough.</param>
    /// <param name="theirs">What the other SMMU made of it.</param>
    public static Difference? Of(
        Scenario scenario,
        ImmutableArray<Answer> truth,
        ImmutableArray<Answer> cached,
        ImmutableArray<Answer> theirs
    )
    {
        for (var step = 0; step < theirs.Length; step++)
        {
            if (!Settlement.Of(scenario, step))
                continue;
            if (WhatDiffers(truth[step], cached[step]) is var (stale, _))
                return new(scenario, step, truth[step], theirs[step], stale)
                {
                    Field = Difference.Stale,
                };
            if (WhatDiffers(truth[step], theirs[step]) is not var (what, field))
                continue;
            return new(scenario, step, truth[step], theirs[step], what) { Field = field };
        }
        return null;
    }

    private static (string What, string Field)? WhatDiffers(Answer ours, Answer theirs)
    {
        if (ours.Error != theirs.Error)
            return ($"a command ends in {theirs.Error} instead of {ours.Error}", "");
        if (ours.Reached != theirs.Reached)
            return ($"the access {Text(theirs)} instead of {Text(ours)}", "");
        // What is recorded more than once is one fault of an access that was split.
        var (one, other) = (ours.Records.FirstOrDefault(), theirs.Records.FirstOrDefault());
        if (ours.Records.IsEmpty != theirs.Records.IsEmpty || one.Id != other.Id)
            return ($"the access {Text(theirs)} instead of {Text(ours)}", "");
        if (ours.Records.IsEmpty || LayoutCatalogue.Event(one.Id) is not { } layout)
            return null;
        foreach (var field in layout.Fields)
        {
            var mask = field.Name == "IPA" ? IpaMask : ulong.MaxValue;
            var (a, b) = (WordOf(one, field.Word) & mask, WordOf(other, field.Word) & mask);
            if (field.RawIn(a) != field.RawIn(b))
                return (
                    $"{layout.Name}.{field.Name} is {field.Print(b)} instead of {field.Print(a)}",
                    field.Name
                );
        }
        return null;
    }

    private static string Text(Answer answer) =>
        answer.Reached.Passed ? $"reaches 0x{answer.Reached.Address:x}"
        : answer.Records.IsEmpty ? "is aborted without a record"
        : $"is recorded as {LayoutCatalogue.Event(answer.Records[0].Id)?.Name ?? $"0x{answer.Records[0].Id:x}"}";

    private static ulong WordOf(in EventRecord record, int word) =>
        word switch
        {
            0 => record.Word0,
            1 => record.Word1,
            2 => record.Word2,
            _ => record.Word3,
        };
}
