namespace SmmuConformance.Conformance.Mutants;

/// <summary>The table of <c>docs/reference/detection-samples.csv</c>.</summary>
internal sealed class SampleWireTable
{
    /// <summary>Its file, in the reference.</summary>
    public const string File = "detection-samples.csv";

    private const string Header = "sample,mutant,end,first,rule";

    private static readonly Lazy<SampleWireTable> s_committed = new(() =>
        Parse(Resource.Text($"Mutants/{File}"))
    );

    private readonly Dictionary<(string Sample, string Mutant), SampleWire> _tried;

    /// <summary>A table of records, in their order.</summary>
    public SampleWireTable(IReadOnlyList<SampleWire> records)
    {
        Records = records;
        _tried = records.ToDictionary(one => (one.Sample, one.Mutant));
    }

    /// <summary>The one that is part of this assembly.</summary>
    public static SampleWireTable Committed => s_committed.Value;

    /// <summary>The records.</summary>
    public IReadOnlyList<SampleWire> Records { get; }

    /// <summary>What became of a mutant on a sample; null: it was not tried.</summary>
    public SampleWire? Of(string sample, string mutant) =>
        _tried.GetValueOrDefault((sample, mutant));

    /// <summary>This table with what was found out later.</summary>
    public SampleWireTable With(IEnumerable<SampleWire> later)
    {
        var all = new Dictionary<(string Sample, string Mutant), SampleWire>(_tried);
        foreach (var one in later)
            all[(one.Sample, one.Mutant)] = one;
        return new([
            .. Records.Select(one => all[(one.Sample, one.Mutant)]),
            .. all.Values.Where(one => Of(one.Sample, one.Mutant) is null),
        ]);
    }

    /// <summary>A table from its text.</summary>
    /// <exception cref="FormatException">A line is no record; says which.</exception>
    public static SampleWireTable Parse(string text) =>
        new([
            .. text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Skip(1)
                .Select(
                    (line, i) =>
                        line.Split(',') is [var sample, var mutant, var end, var first, var rule]
                        && Enum.TryParse<WireEnd>(end, out var how)
                            ? new SampleWire(sample, mutant, how, first, rule)
                            : throw new FormatException($"{File}, line {i + 2}: not {Header}")
                ),
        ]);

    /// <summary>The table's text.</summary>
    public override string ToString() =>
        $"{Header}\n"
        + string.Concat(
            Records.Select(one => $"{one.Sample},{one.Mutant},{one.End},{one.First},{one.Rule}\n")
        );
}
