using System.Globalization;

namespace SmmuConformance.Conformance.Cases;

/// <summary>
/// A part of the catalogue: <c>SMMU_SHARD=2/5</c> is the second of five. Which executions belong to it depends on case id,
/// row and profile only, so it is the same on every machine, and the parts are disjoint and together the whole.
/// </summary>
/// <param name="Number">From 1.</param>
/// <param name="Count">How many parts there are.</param>
public readonly record struct Shard(int Number, int Count)
{
    /// <summary>Name of the environment variable.</summary>
    public const string Variable = "SMMU_SHARD";

    /// <summary>Everything.</summary>
    public static Shard Whole => new(1, 1);

    /// <summary>The part that the environment names; everything if it names none.</summary>
    /// <exception cref="FormatException">The value is not like 2/5.</exception>
    public static Shard FromEnvironment() => Parse(Environment.GetEnvironmentVariable(Variable));

    /// <summary>Reads a value like 2/5; empty means everything.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static Shard Parse(string? value)
    {
        if (string.IsNullOrEmpty(value))
            return Whole;
        var slash = value.IndexOf('/', StringComparison.Ordinal);
        if (
            slash < 0
            || !int.TryParse(value.AsSpan(0, slash), NumberStyles.None, null, out var number)
            || !int.TryParse(value.AsSpan(slash + 1), NumberStyles.None, null, out var count)
            || number < 1
            || number > count
        )
            throw new FormatException(
                $"{Variable}='{value}' is not a shard: write the part and the number of parts, as 2/5"
            );
        return new Shard(number, count);
    }

    /// <summary>True if the execution with that key belongs to this part.</summary>
    public bool Contains(string key) => Hash(key) % (ulong)Count == (ulong)(Number - 1);

    /// <inheritdoc/>
    public override string ToString() => $"{Number}/{Count}";

    // FNV-1a, 64 bits, over UTF-16 code units: string.GetHashCode differs from process to process.
    private static ulong Hash(string key)
    {
        var hash = 0xcbf2_9ce4_8422_2325;
        foreach (var c in key)
            hash = unchecked((hash ^ c) * 0x100_0000_01b3);
        // The low bits of FNV-1a spread badly for short moduli; fold the high half in.
        return hash ^ (hash >> 32);
    }
}
