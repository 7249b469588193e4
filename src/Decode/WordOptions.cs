using System.Collections.Immutable;
using System.CommandLine;
using SmmuConformance.Architecture;

namespace SmmuConformance.Decode;

/// <summary>Words as arguments, in a file, or on standard input.</summary>
internal sealed class WordOptions
{
    private readonly Terminal _terminal;

    private readonly Argument<string[]> _words = new("words")
    {
        Description =
            "Words, word 0 first; or a file that holds them. Without any, standard input is read.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string> _width = new("--width")
    {
        Description =
            "Bits of a word as it was printed: 64, or 32 with the low half first. Without it, words that all have 8 digits are taken for halves where the count allows it.",
        HelpName = "32|64",
    };

    /// <summary>Options that read from a terminal.</summary>
    public WordOptions(Terminal terminal)
    {
        _terminal = terminal;
        _width.AcceptOnlyFromAmong("32", "64");
    }

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_words);
        command.Add(_width);
    }

    /// <summary>The text given, and what to call it in messages.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public (string Text, string Source) Text(ParseResult parsed)
    {
        var words = parsed.GetValue(_words) ?? [];
        if (words is [var path] && !Hex.Is(path, out _) && path != "-")
            return File.Exists(path)
                ? (File.ReadAllText(path), Path.GetFileName(path))
                : throw new InputException(
                    $"\"{Hex.Short(path)}\" is neither a hexadecimal word nor a file that is there"
                );
        if (words.Length > 0 && words is not ["-"])
            return (string.Join(' ', words), "the arguments");
        return _terminal.HasInput
            ? (_terminal.In.ReadToEnd(), "standard input")
            : throw new InputException(
                "no words were given: put them behind the command, name a file, or pipe a log into it"
            );
    }

    /// <summary>Structures of a size that were given.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="layout">Which structure.</param>
    /// <param name="kind">What a log would announce.</param>
    /// <exception cref="InputException">There are none, or part of one.</exception>
    public ImmutableArray<ulong[]> Structures(
        ParseResult parsed,
        Layout layout,
        Announcement kind = Announcement.None
    )
    {
        var (text, source) = Text(parsed);
        return WordAssembly.FromText(text, source, layout)
            ?? WordAssembly.Of(
                [.. HexText.Of(HexText.Read(text, source), kind).SelectMany(group => group.Tokens)],
                layout,
                Width(parsed),
                source
            );
    }

    /// <summary>What the command line says of the width of a word; null: nothing.</summary>
    public int? Width(ParseResult parsed) =>
        parsed.GetValue(_width) switch
        {
            "32" => 32,
            "64" => 64,
            _ => null,
        };
}
