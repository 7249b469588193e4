namespace SmmuConformance.Perf.Comparison;

/// <summary>One line of the comparison.</summary>
/// <param name="Name">What each transaction needs.</param>
/// <param name="Goal">How many times the time of the baseline it may take.</param>
/// <param name="Count">Transactions a round.</param>
/// <param name="Base">A round of the baseline.</param>
/// <param name="Ours">A round of ours; gives the same sum of output addresses.</param>
internal sealed record Row(
    string Name,
    double Goal,
    long Count,
    Func<long, ulong> Base,
    Func<long, ulong> Ours
);
