using System.Text;

namespace SmmuConformance.Architecture;

/// <summary>The text form of every structure: what snapshots, dumps and messages print.</summary>
public static class LayoutText
{
    /// <summary>
    /// One field a line, in bit order, under each raw word. A field the SMMU reads is always shown, so that a change is
    /// one changed line; a field it ignores is shown only if it is not zero. Bits nobody declares are shown as RES0.
    /// </summary>
    /// <param name="layout">Which structure it is.</param>
    /// <param name="words">Its words.</param>
    /// <param name="used">The bits that the SMMU reads.</param>
    /// <param name="remark">
    /// What else is to be said of a field, in place of that it is ignored; null: nothing.
    /// </param>
    /// <param name="whole">Show every field, also one that is ignored and zero.</param>
    public static string Of(
        Layout layout,
        ReadOnlySpan<ulong> words,
        ReadOnlySpan<ulong> used,
        Func<Field, string?>? remark = null,
        bool whole = false
    )
    {
        var text = new StringBuilder();
        for (var w = 0; w < layout.WordCount; w++)
        {
            if ((words[w] | used[w]) == 0 && !whole)
                continue;
            text.Append($"{layout.Name}[{w}]  {words[w]:x16}\n");
            foreach (var field in layout.Fields)
            {
                if (field.Word != w)
                    continue;
                var read = (used[w] & field.Mask) != 0;
                if (whole || read || (words[w] & field.Mask) != 0)
                    text.Append(
                        FieldLine(
                            field,
                            words[w],
                            remark?.Invoke(field) ?? (read ? null : "ignored")
                        )
                    );
            }
            var stray = words[w] & layout.Reserved(w);
            if (stray != 0)
                text.Append($"  {"", -9}  {"RES0", -13}  0x{stray:x}  (must be zero)\n");
        }
        return text.ToString();
    }

    /// <summary>The text form of a typed structure.</summary>
    public static string Of<T>(in T value)
        where T : struct, ILayout<T>
    {
        var layout = T.Layout;
        var read = value.UsedBits();
        Span<ulong> words = stackalloc ulong[layout.WordCount];
        Span<ulong> used = stackalloc ulong[layout.WordCount];
        for (var w = 0; w < words.Length; w++)
        {
            words[w] = value.Word(w);
            used[w] = read.Word(w);
        }
        return Of(layout, words, used);
    }

    /// <summary>One line: the name, then each field that is not zero (an opcode or event number is the name).</summary>
    public static string Line(Layout layout, ReadOnlySpan<ulong> words)
    {
        var text = new StringBuilder(layout.Name);
        foreach (var field in layout.Fields)
            if (!IsTheName(layout, field) && (words[field.Word] & field.Mask) != 0)
                text.Append($" {field.Name}={OneWord(field, words[field.Word])}");
        for (var w = 0; w < layout.WordCount; w++)
            if ((words[w] & layout.Reserved(w)) is var stray and not 0)
                text.Append($" RES0[{w}]=0x{stray:x}");
        return text.ToString();
    }

    private static bool IsTheName(Layout layout, Field field) =>
        layout.Kind is LayoutKind.Command or LayoutKind.Event && field.Low == 0;

    // An encoding by its name where it has one: a line must stay short.
    private static string OneWord(Field field, ulong word) =>
        field.Form == FieldForm.Choice
            ? field.NameOf(field.RawIn(word)) ?? $"0x{field.RawIn(word):x}"
            : field.Print(word);

    private static string FieldLine(Field field, ulong word, string? remark) =>
        $"  {field.Range, -9}  {field.Name, -13}  {field.Print(word)}{(remark is null ? "" : $"  ({remark})")}\n";
}
