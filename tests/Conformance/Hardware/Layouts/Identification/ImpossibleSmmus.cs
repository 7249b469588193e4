using System.Collections.Immutable;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware.Layouts;

/// <summary>
/// ID registers that no SMMU can have. Each row is an SMMU that could exist with one change, so that the change is what
/// must be noticed; whichever rule notices it.
/// </summary>
public sealed class ImpossibleSmmus
{
    /// <summary>An SMMU that could exist, and one that could not.</summary>
    public sealed record Row(
        string Name,
        Profile Possible,
        Func<Profile, Profile> Change,
        params string[] Proves
    ) : IRuleRow
    {
        /// <inheritdoc/>
        public ImmutableArray<string> Rules => [.. Proves];

        /// <inheritdoc/>
        public override string ToString() => Name;
    }

    /// <summary>One row per demand.</summary>
    public static IEnumerable<Row> Rows =>
        [
            .. ImpossibleRows.Sizes,
            .. ImpossibleRows.Dependencies,
            .. ImpossibleRows.Addresses,
            .. ImpossibleRows.Versions,
            .. ImpossibleRows.Extensions,
        ];

    /// <summary>§6.3.1 to §6.3.8, §6.3.45</summary>
    [Case(
        "hw.profiles.impossible",
        Level.Architecture,
        "stage1.017",
        "stage1.019",
        "stage1.020",
        "stage2.022",
        "stage2.023",
        "nested.012",
        "s2fwb.005",
        "stream-table.021",
        "stream-table.007",
        "stream-table.022",
        "substream.025",
        "vmid.017",
        "events.022",
        "queues.023",
        "queues.024",
        "queues.025",
        "stall.047",
        "stall.050",
        "tlb.062",
        "tlb.063",
        "ats.071",
        "ats.072",
        "pri.011",
        "probe.001",
        "probe.004",
        "probe.010",
        "probe.011",
        "probe.015",
        "probe.016",
        "probe.019",
        "probe.020",
        "probe.024",
        "probe.025",
        "probe.026",
        "probe.030",
        "probe.036",
        "probe.038",
        "probe.039",
        "probe.040",
        "probe.042",
        "probe.043",
        "probe.046",
        "probe.047",
        "probe.049",
        "probe.050",
        "probe.051",
        "probe.052",
        "probe.053",
        "probe.054",
        "probe.055",
        "probe.056",
        "probe.059",
        "probe.060",
        "probe.061",
        "probe.062",
        "probe.063",
        "probe.066",
        "probe.069",
        "probe.070",
        "probe.071",
        "probe.072",
        "probe.073",
        "probe.074",
        "probe.075",
        "probe.076",
        "probe.077",
        "probe.078",
        "probe.079",
        "probe.080",
        "probe.084",
        "probe.085",
        "probe.086"
    )]
    [Rows(nameof(Rows)), OncePerRun]
    public void An_SMMU_that_cannot_exist_is_noticed(Profile profile, Row row)
    {
        var impossible = row.Change(row.Possible);

        Assert.Empty(IdentificationRules.BrokenBy(row.Possible));
        Assert.True(
            IdentificationRules.BrokenBy(impossible).Any(),
            $"no rule of IdentificationRules is broken by {row}"
        );
    }
}
