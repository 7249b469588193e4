using System.Collections.Concurrent;
using SmmuConformance.Conformance.Cases;

namespace SmmuConformance.Conformance.Results;

/// <summary>How one execution ended.</summary>
/// <param name="Execution">What was run.</param>
/// <param name="Ending">Its verdict, with the reason.</param>
/// <param name="Time">Wall time it took.</param>
public readonly record struct Result(Execution Execution, Ending Ending, TimeSpan Time);

/// <summary>The result of every execution of a run; may be written to from several threads.</summary>
public sealed class Tally
{
    private readonly ConcurrentQueue<Result> _results = new();

    /// <summary>Everything recorded, in order of arrival.</summary>
    public IReadOnlyCollection<Result> Results => _results;

    /// <summary>Records how an execution ended.</summary>
    public void Record(Result result) => _results.Enqueue(result);
}
