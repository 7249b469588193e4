using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace SmmuConformance.Decode;

/// <summary>One number of a text.</summary>
/// <param name="Value">What it says.</param>
/// <param name="Digits">How many digits it was written with.</param>
/// <param name="Line">Where it stands, counted from 1.</param>
internal readonly record struct HexToken(ulong Value, int Digits, int Line);

/// <summary>What a line of a log says of the words behind it.</summary>
internal enum Announcement : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>They are an event record.</summary>
    Event,

    /// <summary>They are a command at which the queue stopped.</summary>
    Command,
}

/// <summary>A stretch of numbers, and what the log says before them.</summary>
/// <param name="Kind">What the line before announces.</param>
/// <param name="EventId">The number of the event announced.</param>
/// <param name="Line">Where it begins.</param>
/// <param name="Tokens">The numbers.</param>
internal sealed record HexGroup(Announcement Kind, byte EventId, int Line, List<HexToken> Tokens)
{
    /// <summary>A group of which nothing is announced.</summary>
    public static HexGroup At(int line) => new(Announcement.None, 0, line, []);

    /// <summary>How many words are announced; what follows belongs to something else.</summary>
    public int Most =>
        Kind switch
        {
            Announcement.Event => 4,
            Announcement.Command => 2,
            _ => int.MaxValue,
        };
}

/// <summary>
/// The numbers of a text that a kernel, a debugger or a hex dump printed. What stands before the last colon of a line is
/// where the line comes from; lines of a log that are no numbers are passed over, and anything else is an error.
/// </summary>
internal static partial class HexText
{
    private static readonly char[] Blanks = [' ', '\t', ','];

    /// <summary>The groups of a text that are of a kind: those announced as such, or, if none is, those of which nothing is said.</summary>
    public static ImmutableArray<HexGroup> Of(ImmutableArray<HexGroup> groups, Announcement kind) =>
        groups.Any(group => group.Kind == kind)
            ? [.. groups.Where(group => group.Kind == kind)]
            : [.. groups.Where(group => group.Kind == Announcement.None)];

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="source">What to call it in messages.</param>
    /// <exception cref="InputException">A line is neither numbers nor of a log.</exception>
    public static ImmutableArray<HexGroup> Read(string text, string source)
    {
        var groups = new List<HexGroup> { HexGroup.At(1) };
        var number = 0;
        var inDump = false;
        foreach (var raw in text.ReplaceLineEndings("\n").Split('\n'))
        {
            number++;
            var line = raw.Trim();
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (line == "*")
                throw new InputException(
                    $"{source}: line {number}: \"*\" stands for lines that were left out; dump again with hexdump -v"
                );
            if (Announced().Match(line) is { Success: true } announced)
            {
                var id = Convert.ToByte(announced.Groups["id"].Value, 16);
                groups.Add(new(Announcement.Event, id, number, []));
                continue;
            }
            if (line.EndsWith("command in error state:", StringComparison.Ordinal))
            {
                groups.Add(new(Announcement.Command, 0, number, []));
                continue;
            }
            if (groups[^1].Tokens.Count >= groups[^1].Most)
                groups.Add(HexGroup.At(number));
            if (Bytes().Match(line) is { Success: true } dump)
            {
                inDump = true;
                Add(groups[^1], dump.Groups["bytes"].Value, number, source);
                continue;
            }
            // The last line of a hex dump is where it ends.
            if (inDump && OffsetOnly().IsMatch(line))
                continue;
            ReadLine(groups[^1], line, number, source);
        }
        return
        [
            .. groups.Where(group => group.Tokens.Count > 0 || group.Kind != Announcement.None),
        ];
    }

    private static void ReadLine(HexGroup group, string line, int number, string source)
    {
        var rest = LogPrefix().Replace(line, "");
        var isLog = rest.Length < line.Length;
        var colon = LastColon(rest);
        isLog |= colon > 0;
        var origin = rest[..colon];
        rest = rest[colon..].Trim();
        // Debuggers print the characters behind the numbers.
        if (colon > 0 && Behind().Match(rest) is { Success: true } characters)
            rest = rest[..characters.Index];
        var tokens = rest.Split(Blanks, StringSplitOptions.RemoveEmptyEntries);
        var odd = tokens.FirstOrDefault(token => !Hex.Is(token, out _));
        if (odd is not null && (!isLog || Mistyped().IsMatch(odd)))
            throw new InputException(
                $"{source}: line {number}: \"{Hex.Short(odd)}\" is no hexadecimal word; give words such as 0x1f or 000000000000001f, a hex dump, or lines of a kernel's log"
            );
        // A number behind a name is one the log talks of; words stand behind a device, an address, or together.
        if (odd is null && (colon == 0 || tokens.Length > 1 || Device().IsMatch(origin)))
            Add(group, rest, number, source);
    }

    private static void Add(HexGroup group, string numbers, int line, string source)
    {
        foreach (var token in numbers.Split(Blanks, StringSplitOptions.RemoveEmptyEntries))
        {
            Hex.Is(token, out var digits);
            var value = Hex.Parse(token, 64, $"{source}: line {line}");
            group.Tokens.Add(new(value, digits.Length, line));
        }
    }

    // A colon belongs to what stands before it if something stands behind it.
    private static int LastColon(string text)
    {
        var at = text.LastIndexOfAny([':'], Math.Max(0, text.Length - 2));
        return at < 0 || !char.IsWhiteSpace(text[at + 1]) ? 0 : at + 1;
    }

    // <3>[   12.345678][  T123], or the time of day.
    [GeneratedRegex(
        @"^(<\d+>)?\s*(\[\s*(\d+\.\d+|[^\]]*\d:\d\d:\d\d[^\]]*)\]\s*(\[\s*[TC]\d+\]\s*)?)?"
    )]
    private static partial Regex LogPrefix();

    // 9050000.smmuv3: or 0000000048180000: or kernel:
    [GeneratedRegex(@"(^|\s)(kernel|\S*\.\S*|(0x)?[0-9a-f]{4,16}):$", RegexOptions.IgnoreCase)]
    private static partial Regex Device();

    [GeneratedRegex(@"event 0x(?<id>[0-9a-fA-F]{2}) received")]
    private static partial Regex Announced();

    [GeneratedRegex(
        @"(?:^|[\s:])[0-9a-f]{4,16}:?\s+(?<bytes>(?:[0-9a-f]{2}\s+){1,31}[0-9a-f]{2})(\s+\|.*|\s{2,}.*)?$",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex Bytes();

    [GeneratedRegex("^[0-9a-f]{7,16}$", RegexOptions.IgnoreCase)]
    private static partial Regex OffsetOnly();

    [GeneratedRegex(@"\s{3,}\S.*$")]
    private static partial Regex Behind();

    // Meant as a word, but with letters that are none.
    [GeneratedRegex(@"^0x\w{8,}$", RegexOptions.IgnoreCase)]
    private static partial Regex Mistyped();
}
