using System.Globalization;
using System.Text.RegularExpressions;

namespace SmmuConformance.Architecture;

/// <summary>Reads the text form of <see cref="LayoutText"/> back into raw words.</summary>
public static partial class LayoutParser
{
    /// <summary>
    /// The words of one structure. Raw words that the text leaves out are zero. Field lines are not needed, but one that
    /// is there must agree with its raw word: an edited dump that contradicts itself is refused, not guessed at.
    /// </summary>
    /// <param name="text">What <see cref="LayoutText.Of{T}"/> printed.</param>
    /// <exception cref="FormatException">A line is no such text, or contradicts its raw word; the line is named.</exception>
    public static T Parse<T>(string text)
        where T : struct, ILayout<T>
    {
        var layout = T.Layout;
        var words = new ulong[layout.WordCount];
        var current = -1;
        var number = 0;
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            number++;
            if (line.Length == 0)
                continue;
            if (RawWord().Match(line) is { Success: true } raw)
                current = ReadWord(layout, raw, words, number);
            else if (FieldLine().Match(line) is { Success: true } field && current >= 0)
                CheckField(layout, field, words[current], number);
            else if (ReservedLine().Match(line) is { Success: true } stray && current >= 0)
                CheckReserved(layout, stray, words[current], current, number);
            else
                throw new FormatException($"line {number} is no line of a {layout.Name}: `{line}`");
        }
        return T.FromWords(words);
    }

    private static int ReadWord(Layout layout, Match raw, ulong[] words, int number)
    {
        var index = int.Parse(raw.Groups["index"].ValueSpan, CultureInfo.InvariantCulture);
        if (raw.Groups["name"].Value != layout.Name || index >= words.Length)
            throw new FormatException(
                $"line {number}: {raw.Groups["name"].Value}[{index}] is no word of {layout.Name}, which has {words.Length}"
            );
        words[index] = ulong.Parse(
            raw.Groups["value"].ValueSpan,
            NumberStyles.AllowHexSpecifier,
            CultureInfo.InvariantCulture
        );
        return index;
    }

    private static void CheckField(Layout layout, Match line, ulong word, int number)
    {
        var name = line.Groups["name"].Value;
        var field = layout.Fields.FirstOrDefault(f =>
            f.Name == name && f.Range == line.Groups["range"].Value
        );
        if (field is null)
            throw new FormatException(
                $"line {number}: {layout.Name} has no field {line.Groups["range"].Value} {name}"
            );
        var printed = line.Groups["value"].Value.TrimEnd();
        if (printed != field.Print(word))
            throw new FormatException(
                $"line {number}: {name} is printed as `{printed}`, but the raw word {word:x16} holds `{field.Print(word)}`"
            );
    }

    private static void CheckReserved(Layout layout, Match line, ulong word, int index, int number)
    {
        var stray = word & layout.Reserved(index);
        if (line.Groups["value"].Value != $"{stray:x}")
            throw new FormatException(
                $"line {number}: RES0 is printed as 0x{line.Groups["value"].Value}, but the raw word {word:x16} has 0x{stray:x} there"
            );
    }

    [GeneratedRegex(@"^(?<name>\w+)\[(?<index>\d{1,2})\]  (?<value>[0-9a-f]{16})$")]
    private static partial Regex RawWord();

    [GeneratedRegex(@"^  (?<range>\[\d+(:\d+)?\]) +(?<name>\w+) +(?<value>.*?)(  \([^)]*\))?$")]
    private static partial Regex FieldLine();

    [GeneratedRegex(@"^ +RES0 +0x(?<value>[0-9a-f]+)  \(must be zero\)$")]
    private static partial Regex ReservedLine();
}
