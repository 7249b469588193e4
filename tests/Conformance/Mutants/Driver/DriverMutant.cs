using System.Collections.Immutable;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Monitor;
using SmmuConformance.Conformance.Plugging;

namespace SmmuConformance.Conformance.Mutants;

/// <summary>The reference driver with one bug: a small change of its source.</summary>
/// <param name="Id">Short and dashed; reports name it so.</param>
/// <param name="File">Source file, from the reference driver's folder.</param>
/// <param name="Old">The text; must occur once.</param>
/// <param name="New">What replaces it.</param>
/// <param name="Wrong">What the driver then does wrong, in one sentence.</param>
/// <param name="Rules">The rules that it breaks: of the registry, or of the monitor. A failure must name one of them.</param>
/// <param name="Row">The bug of history that it re-creates; null: of none.</param>
/// <param name="Also">Other places that change.</param>
/// <param name="Likely">Where to look first: areas, or beginnings of ids of cases.</param>
/// <param name="Profiles">Where to look first: names of profiles.</param>
public sealed record DriverMutant(
    string Id,
    string File,
    string Old,
    string New,
    string Wrong,
    ImmutableArray<string> Rules,
    string? Row = null,
    ImmutableArray<Replacement> Also = default,
    ImmutableArray<string> Likely = default,
    ImmutableArray<string> Profiles = default
)
{
    /// <summary>The driver with the bug, plugged in as anybody's.</summary>
    /// <exception cref="FormatException">The mutant does not apply, or does not compile.</exception>
    public Suspect Suspect()
    {
        Replacement[] changes = [new(File, Old, New), .. Also.IsDefault ? [] : Also];
        var path = Path.Combine(TemporaryFolder.OfRun, $"mutant-{Id}-{Guid.NewGuid():n}.dll");
        System.IO.File.WriteAllBytes(path, SourceTree.Driver.Compile(Id, changes));
        var driver = PluggedDriver.Parse($"assembly:{path},ReferenceDriver");
        return new(
            Id,
            Wrong,
            Rules,
            // Whoever goes round in circles is stopped.
            driver with
            {
                Create = () => new SabotagedDriver(driver.Create(), new ActLimit()),
            },
            Likely.IsDefault ? [] : Likely,
            Profiles.IsDefault ? [] : Profiles
        );
    }

    /// <inheritdoc/>
    public override string ToString() => Id;
}
