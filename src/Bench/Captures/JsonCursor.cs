using System.Globalization;
using System.Text.Json;

namespace SmmuConformance.Bench;

/// <summary>A capture does not hold what the reader needs; the message names the file, the line and the field.</summary>
public sealed class CaptureFormatException : Exception
{
    /// <inheritdoc cref="Exception()"/>
    public CaptureFormatException() { }

    /// <inheritdoc cref="Exception(string)"/>
    public CaptureFormatException(string message)
        : base(message) { }

    /// <inheritdoc cref="Exception(string, Exception)"/>
    public CaptureFormatException(string message, Exception inner)
        : base(message, inner) { }
}

/// <summary>A place in a JSON file that knows where it is, so that every complaint can say so.</summary>
internal readonly struct JsonCursor(string file, JsonLines lines, string path, JsonElement element)
{
    /// <summary>File, line and path, as messages print them.</summary>
    public string Source =>
        string.Create(CultureInfo.InvariantCulture, $"{file}: line {lines[path]}: {path}");

    /// <summary>The member of that name.</summary>
    public JsonCursor this[string name] =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member)
            ? new JsonCursor(file, lines, $"{path}.{name}", member)
            : throw Wrong($"has no \"{name}\"");

    /// <summary>True if there is a member of that name that is not null.</summary>
    public bool Has(string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out var member)
        && member.ValueKind != JsonValueKind.Null;

    /// <summary>The elements of an array.</summary>
    public IEnumerable<JsonCursor> Items()
    {
        if (element.ValueKind != JsonValueKind.Array)
            throw Wrong("is not an array");
        var (name, known, at) = (file, lines, path);
        return element
            .EnumerateArray()
            .Select((e, i) => new JsonCursor(name, known, $"{at}[{i}]", e));
    }

    /// <summary>The members of an object by name.</summary>
    public IEnumerable<KeyValuePair<string, JsonCursor>> Members()
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw Wrong("is not an object");
        var (name, known, at) = (file, lines, path);
        return element
            .EnumerateObject()
            .Select(m =>
                KeyValuePair.Create(m.Name, new JsonCursor(name, known, $"{at}.{m.Name}", m.Value))
            );
    }

    /// <summary>A string.</summary>
    public string Text() =>
        element.ValueKind == JsonValueKind.String
            ? element.GetString()!
            : throw Wrong("is not a string");

    /// <summary>A string, or null.</summary>
    public string? TextOrNull() => element.ValueKind == JsonValueKind.Null ? null : Text();

    /// <summary>An unsigned decimal number.</summary>
    public uint Number() =>
        element.ValueKind == JsonValueKind.Number && element.TryGetUInt32(out var number)
            ? number
            : throw Wrong("is not an unsigned number");

    /// <summary>A number as a string of hexadecimal digits, with or without 0x.</summary>
    public ulong Hex()
    {
        var digits = Text();
        if (digits.StartsWith("0x", StringComparison.Ordinal))
            digits = digits[2..];
        if (digits.Length > 16)
            throw Wrong($"\"{Text()}\" exceeds 64 bits");
        return ulong.TryParse(
            digits,
            NumberStyles.AllowHexSpecifier,
            CultureInfo.InvariantCulture,
            out var value
        )
            ? value
            : throw Wrong($"is not hexadecimal: \"{Text()}\"");
    }

    /// <summary>An address that is a multiple of some bytes.</summary>
    public ulong Aligned(uint bytes)
    {
        var value = Hex();
        return value % bytes == 0
            ? value
            : throw Wrong($"0x{value:x} is not a multiple of {bytes} bytes");
    }

    /// <summary>A hexadecimal number of at most 32 bits.</summary>
    public uint Hex32()
    {
        var value = Hex();
        return value <= uint.MaxValue ? (uint)value : throw Wrong($"0x{value:x} exceeds 32 bits");
    }

    /// <summary>Words of a structure, word 0 first; words not listed are zero.</summary>
    public ulong[] Words(int count)
    {
        var words = Items().Select(word => word.Hex()).ToArray();
        if (words.Length > count)
            throw Wrong($"has {words.Length} words, not at most {count}");
        Array.Resize(ref words, count);
        return words;
    }

    /// <summary>A complaint about this place.</summary>
    public CaptureFormatException Wrong(string what) => new($"{Source} {what}");
}
