using System.Globalization;
using SmmuConformance.Conformance.Cases;
using Xunit.Abstractions;
using Xunit.Sdk;

[assembly: TestCaseOrderer(
    "SmmuConformance.Conformance.Results.ShuffledOrder",
    "SmmuConformance.Conformance"
)]
[assembly: TestCollectionOrderer(
    "SmmuConformance.Conformance.Results.ShuffledOrder",
    "SmmuConformance.Conformance"
)]

namespace SmmuConformance.Conformance.Results;

/// <summary>
/// Cases run in an order that a seed decides (<c>SMMU_ORDER</c>; 1 if it is not set): who depends on what ran before is
/// found, and found again.
/// </summary>
public sealed class ShuffledOrder : ITestCaseOrderer, ITestCollectionOrderer
{
    /// <summary>Name of the environment variable.</summary>
    public const string Variable = "SMMU_ORDER";

    /// <summary>The seed of this run.</summary>
    /// <exception cref="FormatException">The environment has something that is no number.</exception>
    public static int Seed { get; } = Parse(Environment.GetEnvironmentVariable(Variable));

    /// <summary>Reads a seed; empty means 1.</summary>
    /// <exception cref="FormatException">It is no number.</exception>
    public static int Parse(string? value) =>
        string.IsNullOrEmpty(value) ? 1
        : int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seed) ? seed
        : throw new FormatException(
            $"{Variable}='{value}' is not a seed: write a number, as 20250101"
        );

    /// <summary>Things in the order of a seed; the same things give the same order.</summary>
    public static IEnumerable<T> Shuffle<T>(IEnumerable<T> things, Func<T, string> name, int seed)
    {
        var ordered = things.OrderBy(name, StringComparer.Ordinal).ToArray();
        new Random(seed).Shuffle(ordered);
        return ordered;
    }

    /// <inheritdoc/>
    public IEnumerable<T> OrderTestCases<T>(IEnumerable<T> testCases)
        where T : ITestCase => Shuffle(testCases, test => test.UniqueID, Seed);

    /// <inheritdoc/>
    public IEnumerable<ITestCollection> OrderTestCollections(
        IEnumerable<ITestCollection> testCollections
    ) => Shuffle(testCollections, collection => collection.DisplayName, Seed);
}
