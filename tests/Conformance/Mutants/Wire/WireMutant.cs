using System.Collections.Immutable;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Monitor;

namespace SmmuConformance.Conformance.Mutants;

/// <summary>What happens to one thing on its way from a driver to the machine.</summary>
public enum WireKind : byte
{
    /// <summary>It does not arrive.</summary>
    Lose,

    /// <summary>It arrives too late.</summary>
    Delay,

    /// <summary>It arrives twice.</summary>
    Duplicate,

    /// <summary>It arrives before what it should follow.</summary>
    Reorder,

    /// <summary>It arrives with a bit changed.</summary>
    Corrupt,
}

/// <summary>A bug that needs no driver of its own: it stands between any driver and the machine.</summary>
/// <param name="Id">Kind first, dashed.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Wrong">What the driver then seems to do wrong, in one sentence.</param>
/// <param name="Rules">The rules that are broken; empty: a field of a structure is wrong, and any rule may say so.</param>
/// <param name="Likely">Where to look first: areas, or beginnings of ids of cases.</param>
/// <param name="Make">What stands between, for one machine.</param>
internal sealed record WireMutant(
    string Id,
    WireKind Kind,
    string Wrong,
    ImmutableArray<string> Rules,
    ImmutableArray<string> Likely,
    Func<Wire> Make
)
{
    /// <summary>A driver behind it.</summary>
    /// <param name="driver">The driver.</param>
    /// <param name="acted">Told each time something is changed on the way.</param>
    public Suspect On(PluggedDriver driver, Action acted) =>
        new(
            Id,
            Wrong,
            Rules,
            driver with
            {
                Create = () =>
                {
                    var wire = Make();
                    wire.Changed = acted;
                    return new SabotagedDriver(
                        new SabotagedDriver(driver.Create(), new ActLimit()),
                        wire
                    );
                },
            },
            Likely,
            []
        );

    /// <inheritdoc/>
    public override string ToString() => Id;
}
