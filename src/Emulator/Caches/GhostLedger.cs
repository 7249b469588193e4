using System.Collections.Immutable;
using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>What one invalidation was worth: how many of the copies it removed were out of date.</summary>
/// <param name="Command">The command.</param>
/// <param name="Needed">Copies removed that memory no longer agreed with: what it was for.</param>
/// <param name="Collateral">Copies removed that were still true, and have to be fetched again: what it costs.</param>
public readonly record struct InvalidationCost(Command Command, int Needed, int Collateral)
{
    /// <summary>It removed nothing that had to go: it came twice, too early, or for nothing.</summary>
    public bool IsRedundant => Needed == 0;

    /// <inheritdoc/>
    public override string ToString() => $"{Command}  needed {Needed}, collateral {Collateral}";
}

/// <summary>
/// An account of every invalidation while it is kept (<see cref="SmmuCaches.Ledger"/>): which was needed, which was too
/// wide, which was redundant. What was missing is found by <see cref="SmmuCaches.Stale"/>, what was late by
/// <see cref="SmmuCaches.LeadsInto"/>.
/// </summary>
public sealed class GhostLedger
{
    private readonly List<InvalidationCost> _costs = [];

    /// <summary>Every invalidation, in order.</summary>
    public IReadOnlyList<InvalidationCost> Costs => _costs;

    /// <summary>Those that removed nothing that had to go.</summary>
    public ImmutableArray<InvalidationCost> Redundant =>
        [.. _costs.Where(cost => cost.IsRedundant)];

    /// <summary>Those that removed something that was still true.</summary>
    public ImmutableArray<InvalidationCost> TooWide =>
        [.. _costs.Where(cost => cost.Collateral > 0)];

    /// <summary>Starts anew.</summary>
    public void Clear() => _costs.Clear();

    internal void Add(in Command command, int needed, int collateral) =>
        _costs.Add(new InvalidationCost(command, needed, collateral));
}
