namespace SmmuConformance.Conformance.Mutants;

/// <summary>The table of <c>docs/reference/detection.csv</c>.</summary>
public sealed class KillTable
{
    private const string Header = "suite,mutant,first,rule,tried,cases";

    private static readonly Lazy<KillTable> s_committed = new(() =>
        Parse(Resource.Text("Mutants/detection.csv"))
    );

    private static readonly Lazy<Dictionary<string, (CaseDeclaration Case, int Row)>> s_rows = new(
        () =>
            Catalogue
                .Cases.SelectMany(declaration =>
                    declaration.Rows.Select((_, row) => (Case: declaration, Row: row))
                )
                .ToDictionary(one => one.Case.IdOf(one.Row))
    );

    private readonly SortedDictionary<(string Suite, string Mutant), KillRecord> _records;

    /// <summary>A table of records.</summary>
    public KillTable(IEnumerable<KillRecord> records) =>
        _records = new(
            records.ToDictionary(record => (record.Suite, record.Mutant)),
            Comparer<(string Suite, string Mutant)>.Create(
                (one, other) =>
                    string.CompareOrdinal(one.Suite, other.Suite) is not 0 and var suite
                        ? suite
                        : string.CompareOrdinal(one.Mutant, other.Mutant)
            )
        );

    /// <summary>The one that is part of this assembly.</summary>
    public static KillTable Committed => s_committed.Value;

    /// <summary>The records, in order.</summary>
    public IReadOnlyCollection<KillRecord> Records => _records.Values;

    /// <summary>The record of a mutant, or null.</summary>
    public KillRecord? Of(string suite, string mutant) =>
        _records.GetValueOrDefault((suite, mutant));

    /// <summary>This table with another record of a mutant.</summary>
    public KillTable With(KillRecord record) =>
        new([
            .. Records.Where(one => (one.Suite, one.Mutant) != (record.Suite, record.Mutant)),
            record,
        ]);

    /// <summary>What is known to kill a mutant and can still be run, or null.</summary>
    public Execution? FirstOf(string suite, string mutant) =>
        Of(suite, mutant) is { Survives: false } record ? Runnable(record.First) : null;

    /// <summary>An execution by its key, or null: there is none any more.</summary>
    public static Execution? Runnable(string key) =>
        key.Split('|') is [var id, var profile]
        && s_rows.Value.TryGetValue(id, out var row)
        && CaseProfiles.All.FirstOrDefault(one => one.Name == profile) is { } hardware
            ? new Execution(row.Case, row.Row, hardware)
            : null;

    /// <summary>A table from its text.</summary>
    /// <exception cref="FormatException">A line is no record; says which.</exception>
    public static KillTable Parse(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return new(
            lines
                .Skip(1)
                .Select(
                    (line, i) =>
                        line.Split(',')
                            is [
                                var suite,
                                var mutant,
                                var first,
                                var rule,
                                var tried
                                and ("all" or "some"),
                                var cases,
                            ]
                            ? new KillRecord(
                                suite,
                                mutant,
                                first,
                                rule,
                                [.. cases.Split(' ', StringSplitOptions.RemoveEmptyEntries)],
                                tried == "all"
                            )
                            : throw new FormatException(
                                $"detection.csv, line {i + 2}: not {Header}"
                            )
                )
        );
    }

    /// <summary>The table's text.</summary>
    public override string ToString() =>
        $"{Header}\n"
        + string.Concat(
            Records.Select(record =>
                $"{record.Suite},{record.Mutant},{record.First},{record.Rule},{(record.IsWhole ? "all" : "some")},{string.Join(' ', record.Cases)}\n"
            )
        );
}
