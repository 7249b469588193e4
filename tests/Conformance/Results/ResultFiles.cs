using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SmmuConformance.Conformance.Cases;

namespace SmmuConformance.Conformance.Results;

/// <summary>Writes <c>TestResults/results.json</c>, <c>verdicts.txt</c> and <c>summary.txt</c> beside the project.</summary>
public static class ResultFiles
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        // Traces are read by people: arrows and quotation marks stay what they are.
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        IndentSize = 1,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    /// <summary>The JSON Schema of <c>results.json</c>.</summary>
    public static string Schema => SchemaText.Of("results.json", typeof(RunResults), s_json);

    /// <summary>Writes what a run came to, and says it.</summary>
    public static Summary Write(Tally tally, TimeSpan elapsed)
    {
        var results = tally.Results;
        var run = Provenance.Of(Subject.Description, results, elapsed);
        var claim = Claim.Of($"{run.Driver} {run.DriverVersion}", Catalogue.Executions, results);
        Directory.CreateDirectory(Resource.ResultsFolder);
        using (var file = File.Create(Path.Combine(Resource.ResultsFolder, "results.json")))
            Write(file, RunResults.Of(run, claim, results));
        File.WriteAllText(Path.Combine(Resource.ResultsFolder, "verdicts.txt"), Verdicts(results));
        var summary = new Summary(results, run, claim) { Beside = WriteBeside(run, results) };
        File.WriteAllText(Path.Combine(Resource.ResultsFolder, "summary.txt"), summary.Text + "\n");
        return summary;
    }

    // The page about a second driver, and where it is; null if there is none.
    private static string? WriteBeside(Provenance run, IReadOnlyCollection<Result> results)
    {
        if (SideBySide.OfThisRun is not { } beside)
            return null;
        var path = Path.Combine(Resource.ResultsFolder, "side-by-side.md");
        File.WriteAllText(
            path,
            SideBySide.Text(
                run.Driver,
                beside.Second.Description.Name,
                results,
                beside.Tally.Results
            )
        );
        return path;
    }

    /// <summary>One line an execution, the same for the same verdicts in whatever order: two runs are compared with <c>diff</c>.</summary>
    public static string Verdicts(IEnumerable<Result> results) =>
        string.Concat(
            results
                .Select(result => $"{result.Execution.Key}: {result.Ending.Verdict.Name()}\n")
                .Order(StringComparer.Ordinal)
        );

    /// <summary>Writes results.</summary>
    public static void Write(Stream to, RunResults results) =>
        JsonSerializer.Serialize(to, results, s_json);

    /// <summary>Reads results.</summary>
    /// <exception cref="JsonException">It is no such file.</exception>
    public static RunResults Read(Stream from) =>
        JsonSerializer.Deserialize<RunResults>(from, s_json)
        ?? throw new JsonException("results.json is empty");
}
