using System.Globalization;
using System.Text.RegularExpressions;

namespace SmmuConformance.Decode;

/// <summary>Hexadecimal numbers as people and kernels write them: with 0x or not, with underscores, with a suffix of C.</summary>
internal static partial class Hex
{
    // A word of 64 bits with 0x, underscores and a suffix is shorter.
    private const int Longest = 40;

    /// <summary>True if a text is such a number; its digits.</summary>
    public static bool Is(string text, out string digits)
    {
        var match = Number().Match(text);
        digits = match.Groups["digits"].Value.Replace("_", "", StringComparison.Ordinal);
        return match.Success && digits.Length > 0;
    }

    /// <summary>A number of at most so many bits.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="bits">32 or 64.</param>
    /// <param name="what">What it is, for the message.</param>
    /// <exception cref="InputException">It is none.</exception>
    public static ulong Parse(string text, int bits, string what)
    {
        if (!Is(text, out var digits))
            throw new InputException(
                $"{what}: \"{Short(text)}\" is no hexadecimal number; write it like 0x1f or 1f"
            );
        digits = digits.TrimStart('0');
        if (digits.Length > bits / 4)
            throw new InputException($"{what}: 0x{Short(digits)} has more than {bits} bits");
        return digits.Length == 0
            ? 0
            : ulong.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }

    /// <summary>A text as a message shows it: its beginning, if it is long.</summary>
    public static string Short(string text) =>
        text.Length > Longest ? $"{text[..Longest]}..." : text;

    // A suffix needs the 0x: "all" is no number.
    [GeneratedRegex(
        "^(0x(?<digits>[0-9a-f_]+)(u?ll?|u)?|(?<digits>[0-9a-f_]+))$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex Number();
}
