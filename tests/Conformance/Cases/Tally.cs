using System.Collections.Concurrent;

namespace SmmuConformance.Conformance.Cases;

/// <summary>Every execution of a run with its ending; may be written to from several threads.</summary>
public sealed class Tally
{
    private readonly ConcurrentQueue<(Execution Execution, Ending Ending)> _endings = new();

    /// <summary>Everything recorded, in order of arrival.</summary>
    public IReadOnlyCollection<(Execution Execution, Ending Ending)> Endings => _endings;

    /// <summary>Records how an execution ended.</summary>
    public void Record(Execution execution, Ending ending) => _endings.Enqueue((execution, ending));
}
