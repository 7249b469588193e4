using System.Globalization;
using System.Text.Json;

namespace SmmuConformance.Bench;

/// <summary>On which line each value of a JSON text begins, as far as the text can be read.</summary>
/// <remarks>The document that the values are read from does not say; an engineer wants to go there.</remarks>
internal sealed class JsonLines
{
    private readonly Dictionary<string, int> _lines = [];

    private JsonLines() { }

    /// <summary>Path of the value that was read last: where a text that breaks off does so.</summary>
    public string Last { get; private set; } = "$";

    /// <summary>Path of the first member that stands twice in its object, and on which line; null: none does.</summary>
    public (string Path, int Line)? Twice { get; private set; }

    /// <summary>Looks through a text.</summary>
    public static JsonLines Of(ReadOnlySpan<byte> utf8)
    {
        var lines = new JsonLines();
        try
        {
            lines.Read(utf8);
        }
        catch (JsonException)
        {
            // What is wrong with it says whoever reads the document.
        }
        return lines;
    }

    /// <summary>The line of the value at a path, counted from 1.</summary>
    public int this[string path] => _lines.GetValueOrDefault(path, 1);

    private void Read(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8);
        var open = new Stack<(string Path, int Next)>();
        var (member, line, counted) = ("", 1, 0);
        while (reader.Read())
        {
            var at = (int)reader.TokenStartIndex;
            line += utf8[counted..at].Count((byte)'\n');
            counted = at;
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                member = $"{open.Peek().Path}.{reader.GetString()}";
                Last = member;
            }
            else if (reader.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject)
                open.Pop();
            else
            {
                Last = PathOf(open, member);
                if (!_lines.TryAdd(Last, line))
                    Twice ??= (Last, line);
                if (reader.TokenType == JsonTokenType.StartArray)
                    open.Push((Last, 0));
                else if (reader.TokenType == JsonTokenType.StartObject)
                    open.Push((Last, -1));
            }
        }
    }

    private static string PathOf(Stack<(string Path, int Next)> open, string member)
    {
        if (open.Count == 0)
            return "$";
        if (open.Peek().Next < 0)
            return member;
        var (path, next) = open.Pop();
        open.Push((path, next + 1));
        return string.Create(CultureInfo.InvariantCulture, $"{path}[{next}]");
    }
}
