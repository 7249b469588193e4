using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Emulator;

namespace SmmuConformance.Decode;

/// <summary>Prints structures and what is wrong with them, and remembers whether anything was.</summary>
/// <param name="to">Where to.</param>
/// <param name="whole">Print fields, too, that are ignored and zero.</param>
internal sealed class Report(TextWriter to, bool whole)
{
    private readonly List<string> _wrong = [];
    private bool _any;

    /// <summary>The exit code for everything printed.</summary>
    public int ExitCode => _any ? DecodeCommand.Violations : DecodeCommand.Legal;

    /// <summary>Records printed so far, for who counts.</summary>
    public int Records { get; set; }

    /// <summary>Prints the SMMU by which everything is judged.</summary>
    public void Judge(Hardware hardware)
    {
        Line($"judged by: {hardware.Name}");
        foreach (var doubt in hardware.Doubts)
            Line($"  {doubt}");
    }

    /// <summary>Prints a line.</summary>
    public void Line(string text = "") => to.Write($"{text}\n");

    /// <summary>Prints the fields of a structure.</summary>
    /// <param name="layout">Which structure.</param>
    /// <param name="words">Its words.</param>
    /// <param name="hardware">The SMMU; null: nothing of it is judged by features.</param>
    /// <param name="ignored">Fields that the SMMU does not look at for want of a feature, each with the reason.</param>
    public void Structure(
        Layout layout,
        ReadOnlySpan<ulong> words,
        Hardware? hardware = null,
        IReadOnlyDictionary<string, string>? ignored = null
    )
    {
        var used = LayoutUse.Of(layout, words);
        var remarks = new Dictionary<string, string>();
        foreach (var field in layout.Fields)
            if ((used[field.Word] & field.Mask) != 0 && Unread(field) is { } why)
            {
                remarks[field.Name] = why;
                used[field.Word] &= ~field.Mask;
            }
        to.Write(
            LayoutText.Of(
                layout,
                words,
                used,
                field => remarks.GetValueOrDefault(field.Name),
                whole
            )
        );
        for (var word = 0; word < layout.WordCount; word++)
        {
            if ((words[word] & layout.Reserved(word)) is var stray and not 0)
                Wrong($"RES0 bits 0x{stray:x} of word {word} must be zero  (§{layout.Clause})");
            if (hardware is not null)
                foreach (
                    var gated in GatedFields.OfWord(layout, word, words[word], hardware.Profile)
                )
                    Wrong(gated);
        }

        string? Unread(Field field) =>
            hardware is not null
            && GatedFields.Missing(layout, field, hardware.Profile) is { } missing
                ? $"RES0 on this SMMU: {missing}"
            : ignored?.TryGetValue(field.Name, out var why) == true ? $"ignored: {why}"
            : null;
    }

    /// <summary>Takes note of what the SMMU would say against what was printed.</summary>
    public void Wrong(IEnumerable<Objection> objections)
    {
        foreach (var objection in objections)
            Wrong($"{objection}");
    }

    /// <summary>Takes note of something that is wrong with what was printed.</summary>
    public void Wrong(string what) => _wrong.Add(what);

    /// <summary>Prints what is wrong with what was printed last, or that nothing is.</summary>
    public void Verdict(string whenLegal)
    {
        foreach (var wrong in _wrong)
            Line($"WRONG  {wrong}");
        if (_wrong.Count == 0)
            Line(whenLegal);
        _any |= _wrong.Count > 0;
        _wrong.Clear();
    }
}
