using System.Text;

namespace SmmuConformance.Bench;

/// <summary>A command line as a person writes it.</summary>
internal static class CommandLine
{
    /// <summary>The program and its arguments: blanks part them, quotes of either kind hold them together.</summary>
    /// <param name="line">As it was typed.</param>
    /// <param name="refused">What is thrown if a quote is not closed.</param>
    public static IReadOnlyList<string> Split(string line, Func<string, Exception> refused)
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
            throw refused($"the quote {missing} in `{line}` is not closed");
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
