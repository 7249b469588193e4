using System.Collections.Immutable;
using SmmuConformance.Architecture;

namespace SmmuConformance.Decode;

/// <summary>Puts 64-bit words together from what was printed: whole words, halves, or bytes, little-endian.</summary>
internal static class WordAssembly
{
    /// <summary>A structure in the form in which this project prints it; null: the text is in another.</summary>
    /// <exception cref="InputException">The text contradicts itself.</exception>
    public static ImmutableArray<ulong[]>? FromText(string text, string source, Layout layout)
    {
        if (!text.Contains($"{layout.Name}[", StringComparison.Ordinal))
            return null;
        try
        {
            return layout.Name switch
            {
                "STE" => [WordsOf(LayoutParser.Parse<Ste>(text))],
                "CD" => [WordsOf(LayoutParser.Parse<Cd>(text))],
                "L1STD" => [WordsOf(LayoutParser.Parse<L1Std>(text))],
                "L1CD" => [WordsOf(LayoutParser.Parse<L1Cd>(text))],
                _ => null,
            };
        }
        catch (FormatException wrong)
        {
            throw new InputException($"{source}: {wrong.Message}");
        }
    }

    /// <summary>The words of each structure.</summary>
    /// <param name="tokens">What was printed.</param>
    /// <param name="layout">Which structure.</param>
    /// <param name="width">Bits of a word as printed; null: as it looks.</param>
    /// <param name="source">Where it stood.</param>
    /// <exception cref="InputException">The numbers make no whole number of structures.</exception>
    public static ImmutableArray<ulong[]> Of(
        IReadOnlyList<HexToken> tokens,
        Layout layout,
        int? width,
        string source
    )
    {
        var size = layout.WordCount;
        if (tokens.Count == 0)
            throw new InputException($"{source}: there is no word in it; {Expected(layout)}");
        if (tokens.Count > size && tokens.All(token => token.Digits == 4))
            throw new InputException(
                $"{source}: groups of 4 digits; xxd and hexdump order the bytes in them differently, so dump again with hexdump -C -v"
            );
        var words =
            tokens.All(token => token.Digits == 2) && width is null && tokens.Count % 8 == 0
                ? Joined(tokens, 8)
            : width == 32 || (width is null && AreHalves(tokens, size))
                ? Joined(Halves(tokens, source), 32)
            : [.. tokens.Select(token => token.Value)];
        if (words.Length % size != 0)
            throw new InputException(
                $"{source}: {words.Length} word{(words.Length == 1 ? "" : "s")} of 64 bits; {Expected(layout)}. A word that is missing is not guessed: "
                    + "give 0 for one that is zero, and --width 32 if these are halves"
            );
        return [.. words.Chunk(size)];
    }

    /// <summary>The words of a typed structure.</summary>
    public static ulong[] WordsOf<T>(in T value)
        where T : struct, ILayout<T>
    {
        var words = new ulong[T.Layout.WordCount];
        for (var word = 0; word < words.Length; word++)
            words[word] = value.Word(word);
        return words;
    }

    private static string Expected(Layout layout) =>
        layout.WordCount == 1 ? $"{layout.Name} has one" : $"{layout.Name} has {layout.WordCount}";

    // Halves are printed with all their digits. A single word of 8 digits may be a small word as well.
    private static bool AreHalves(IReadOnlyList<HexToken> tokens, int size) =>
        size > 1 && tokens.Count % (2 * size) == 0 && tokens.All(token => token.Digits == 8);

    private static IReadOnlyList<HexToken> Halves(IReadOnlyList<HexToken> tokens, string source)
    {
        foreach (var token in tokens)
            if (token.Value > uint.MaxValue)
                throw new InputException(
                    $"{source}: line {token.Line}: 0x{token.Value:x} has more than 32 bits"
                );
        return tokens.Count % 2 == 0
            ? tokens
            : throw new InputException(
                $"{source}: {tokens.Count} halves of 32 bits make no whole number of words"
            );
    }

    private static ulong[] Joined(IReadOnlyList<HexToken> tokens, int bits)
    {
        var parts = 64 / bits;
        var words = new ulong[tokens.Count / parts];
        for (var i = 0; i < words.Length * parts; i++)
            words[i / parts] |= tokens[i].Value << (bits * (i % parts));
        return words;
    }
}
