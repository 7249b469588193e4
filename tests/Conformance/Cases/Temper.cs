using System.Collections.Immutable;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Cases;

/// <summary>
/// How unkind machines are in what the architecture leaves to them. Verdicts do not depend on it;
/// <c>SMMU_MACHINE=late-stores</c> runs the cases about drivers on such machines, so that one whose verdict does can be
/// looked at.
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="Change">What it makes of a machine's options.</param>
public sealed record Temper(string Name, Func<MachineOptions, MachineOptions> Change)
{
    /// <summary>Name of the environment variable.</summary>
    public const string Variable = "SMMU_MACHINE";

    /// <summary>As each case asks for it.</summary>
    public static Temper Kind { get; } = new("kind", options => options);

    /// <summary>Nothing is cached.</summary>
    public static Temper NoCaches { get; } =
        new("no-caches", options => options with { Caches = false });

    /// <summary>All that drivers must bear.</summary>
    public static ImmutableArray<Temper> Unkind { get; } =
    [
        // Stores of PEs are seen at a barrier and not before.
        new("late-stores", options => options with { Stores = StoreVisibility.AtBarrier }),
        // An invalidation takes effect at a CMD_SYNC and not before.
        new(
            "late-invalidations",
            options => options with { Invalidations = InvalidationEffect.AtSync }
        ),
        // Events and flags of descriptors come late, events one for many, and what is stalled may be over before it is told.
        new(
            "late-events",
            options =>
                options with
                {
                    DelayEvents = true,
                    MergeEvents = true,
                    RetryStallsEarly = true,
                    Flags = FlagVisibility.AtSync,
                }
        ),
        // Everything takes its time, and what may happen in any order does.
        new(
            "slow-and-any-order",
            options =>
                options with
                {
                    Invalidations = InvalidationEffect.Seeded,
                    Stores = StoreVisibility.Seeded,
                    AckDelay = Math.Max(options.AckDelay, 3),
                    // A case that says when commands are consumed means it, and changes them before that.
                    FetchesCommandsAhead = options.Consumption == CommandConsumption.Eager,
                    Consumption =
                        options.Consumption == CommandConsumption.Eager
                            ? CommandConsumption.Seeded
                            : options.Consumption,
                }
        ),
    ];

    /// <summary>All of them.</summary>
    public static ImmutableArray<Temper> All { get; } = [Kind, NoCaches, .. Unkind];

    /// <summary>The one that the environment names; <see cref="Kind"/> if it names none.</summary>
    /// <exception cref="FormatException">There is none of that name.</exception>
    public static Temper FromEnvironment() => Parse(Environment.GetEnvironmentVariable(Variable));

    /// <summary>The one of a name; empty means <see cref="Kind"/>.</summary>
    /// <exception cref="FormatException">There is none of that name.</exception>
    public static Temper Parse(string? name) =>
        string.IsNullOrEmpty(name)
            ? Kind
            : All.FirstOrDefault(temper => temper.Name == name)
                ?? throw new FormatException(
                    $"{Variable}='{name}' is no machine: write one of {string.Join(", ", All.Select(temper => temper.Name))}"
                );

    /// <summary>Machines are so until the answer is disposed of.</summary>
    public IDisposable Use() => MachineVariant.Use(Change);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
