using System.Text;

namespace SmmuConformance.Bench;

/// <summary>A command line as a person writes it.</summary>
internal static class CommandLine
{
    /// <summary>The program and its arguments: blanks part them, quotes of either kind hold them together.</summary>
    /// <exception cref="FormatException">A quote is not closed.</exception>
    public static IReadOnlyList<string> Split(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var isWord = false;
        char? quote = null;
        foreach (var c in line)
        {
            if (quote is { } open)
            {
                if (c == open)
                    quote = null;
                else
                    word.Append(c);
            }
            else if (c is '"' or '\'')
                (quote, isWord) = (c, true);
            else if (char.IsWhiteSpace(c))
                End();
            else
            {
                word.Append(c);
                isWord = true;
            }
        }
        if (quote is { } missing)
            throw new FormatException($"the quote {missing} in `{line}` is not closed");
        End();
        return words;

        void End()
        {
            if (isWord)
                words.Add(word.ToString());
            word.Clear();
            isWord = false;
        }
    }
}
