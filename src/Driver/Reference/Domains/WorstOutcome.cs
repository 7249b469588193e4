using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>The first failure of several steps that are all taken.</summary>
internal struct WorstOutcome
{
    /// <summary>Done, if every step was.</summary>
    public Outcome Outcome { get; private set; }

    /// <summary>Counts a step.</summary>
    public void Add(Outcome step)
    {
        if (Outcome.IsDone)
            Outcome = step;
    }
}
