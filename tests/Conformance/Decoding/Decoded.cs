using SmmuConformance.Decode;

namespace SmmuConformance.Conformance.Decoding;

/// <summary>What the decoder answered.</summary>
/// <param name="Code">Its exit code.</param>
/// <param name="Out">Standard output.</param>
/// <param name="Error">Standard error.</param>
internal sealed record Decoded(int Code, string Out, string Error)
{
    /// <summary>Runs it as from a shell, without anything piped into it.</summary>
    public static Decoded Of(params string[] args) => Run(args, input: null);

    /// <summary>Runs it with a text piped into it.</summary>
    public static Decoded Piped(string input, params string[] args) => Run(args, input);

    /// <summary>Splits a command line at its blanks; double quotes keep words together.</summary>
    public static string[] Split(string line) =>
        [
            .. line.Split('"')
                .SelectMany(
                    (part, i) =>
                        i % 2 == 1 ? [part] : part.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                ),
        ];

    /// <summary>The lines that say what is wrong.</summary>
    public IReadOnlyList<string> Wrong =>
        [.. Out.Split('\n').Where(line => line.StartsWith("WRONG", StringComparison.Ordinal))];

    private static Decoded Run(string[] args, string? input)
    {
        using var from = new StringReader(input ?? "");
        using var to = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var code = DecodeCommand.Run(args, new(from, to, error, HasInput: input is not null));
        return new(code, to.ToString(), error.ToString());
    }
}
