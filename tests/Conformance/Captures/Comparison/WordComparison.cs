using SmmuConformance.Architecture;
using SmmuConformance.Bench;

namespace SmmuConformance.Conformance.Captures;

/// <summary>How a field of ours stands to a kernel's.</summary>
public enum WordVerdict : byte
{
    /// <summary>The same value.</summary>
    Equal,

    /// <summary>An address each: the drivers allocate on their own.</summary>
    Address,

    /// <summary>A tag each: the drivers number on their own.</summary>
    Tag,

    /// <summary>Different for a listed reason.</summary>
    Explained,

    /// <summary>Different.</summary>
    Different,
}

/// <summary>One field of one structure, with the values it had on both sides.</summary>
/// <param name="Structure">The structure.</param>
/// <param name="Case">What it is for.</param>
/// <param name="Position">Order of the field.</param>
/// <param name="Field">The field.</param>
/// <param name="Linux">The kernel's value.</param>
/// <param name="Ours">The reference driver's.</param>
/// <param name="Verdict">How they stand.</param>
/// <param name="Reason">Why they differ; empty: they do not.</param>
public sealed record WordRow(
    string Structure,
    string Case,
    int Position,
    string Field,
    string Linux,
    string Ours,
    WordVerdict Verdict,
    string Reason
);

/// <summary>Compares structures field by field and keeps each distinct pair of values once.</summary>
public sealed class WordComparison(ComparisonTally tally)
{
    private static readonly string[] Tags =
    [
        nameof(Cd.ASID),
        nameof(Ste.S2VMID),
        nameof(TlbiS12Vmall.VMID),
    ];

    private readonly Dictionary<WordRow, HashSet<string>> _rows = [];

    /// <summary>Each distinct row with the captures that have it.</summary>
    public IEnumerable<(WordRow Row, IReadOnlyCollection<string> Captures)> Rows =>
        _rows
            .OrderBy(row => row.Key.Structure, StringComparer.Ordinal)
            .ThenBy(row => row.Key.Case, StringComparer.Ordinal)
            .ThenBy(row => row.Key.Position)
            .ThenBy(row => row.Key.Verdict)
            .ThenBy(row => row.Key.Linux, StringComparer.Ordinal)
            .ThenBy(row => row.Key.Ours, StringComparer.Ordinal)
            .Select(row => (row.Key, (IReadOnlyCollection<string>)row.Value));

    /// <summary>Compares a structure.</summary>
    public void Compare<T>(Capture capture, string use, in T linux, in T ours)
        where T : struct, ILayout<T>
    {
        Span<ulong> theirs = stackalloc ulong[T.Layout.WordCount];
        Span<ulong> mine = stackalloc ulong[T.Layout.WordCount];
        for (var word = 0; word < theirs.Length; word++)
            (theirs[word], mine[word]) = (linux.Word(word), ours.Word(word));
        Compare(capture, use, T.Layout, theirs, mine);
    }

    /// <summary>Compares the words of a structure.</summary>
    public void Compare(
        Capture capture,
        string use,
        Layout layout,
        ReadOnlySpan<ulong> linux,
        ReadOnlySpan<ulong> ours
    )
    {
        for (var word = 0; word < layout.WordCount; word++)
        {
            var reasons = new HashSet<string>();
            foreach (var field in layout.Fields)
                if (field.Word == word && IsCompared(layout, field))
                {
                    var reason = Add(capture, use, layout, field, linux[word], ours[word]);
                    if (reason.Length > 0)
                        reasons.Add(reason);
                }
            if ((linux[word] | ours[word]) != 0)
                tally.Word(capture, reasons);
        }
    }

    // The number of a command is the command, and of a device's streams either may come first.
    private static bool IsCompared(Layout layout, Field field) =>
        layout.Kind != LayoutKind.Command
        || (field.Low != 0 && field.Name != nameof(CfgiSte.StreamID));

    // The id of the reason for which it differs; empty: it does not.
    private string Add(
        Capture capture,
        string use,
        Layout layout,
        Field field,
        ulong linux,
        ulong ours
    )
    {
        var (verdict, reason) = Judge(
            capture,
            layout,
            field,
            field.RawIn(linux),
            field.RawIn(ours)
        );
        var hidden = verdict is WordVerdict.Address or WordVerdict.Tag;
        var row = new WordRow(
            layout.Name,
            use,
            field.Low,
            field.Name,
            hidden ? "set" : Print(field, linux),
            hidden ? "set" : Print(field, ours),
            verdict,
            reason?.Text ?? ""
        );
        if (!_rows.TryGetValue(row, out var captures))
            _rows.Add(row, captures = []);
        captures.Add(capture.Name);
        return reason?.Id ?? "";
    }

    private static (WordVerdict, WordReason?) Judge(
        Capture capture,
        Layout layout,
        Field field,
        ulong linux,
        ulong ours
    )
    {
        var both = linux != 0 && ours != 0;
        if (both && field.Form == FieldForm.Address && !IsInvalidated(layout))
            return (WordVerdict.Address, null);
        if (both && Tags.Contains(field.Name))
            return (WordVerdict.Tag, null);
        if (linux == ours)
            return (WordVerdict.Equal, null);
        var reason = WordReason.All.FirstOrDefault(listed =>
            listed.Structure == layout.Name
            && listed.Fields.Contains(field.Name)
            && listed.Applies(capture)
        );
        return (reason is null ? WordVerdict.Different : WordVerdict.Explained, reason);
    }

    // An address to invalidate is given, not chosen.
    private static bool IsInvalidated(Layout layout) =>
        layout.Name.StartsWith("CMD_TLBI", StringComparison.Ordinal);

    // As many digits as it takes to tell, and the name of an encoding.
    private static string Print(Field field, ulong word) =>
        field.Print(word).Replace("  ", " ", StringComparison.Ordinal);
}
