using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware.Layouts;

/// <summary>Where software finds the ID registers, by literal offsets. §6.3.1 to §6.3.8, §6.3.45</summary>
public sealed class IdentificationPlaces
{
    /// <summary>An ID register, and its value on a profile.</summary>
    public sealed record Row(
        string Name,
        uint Offset,
        Func<Profile, uint> Value,
        params string[] Proves
    ) : RegisterPlace(Name, Offset, 32, Proves);

    /// <summary>One row per register.</summary>
    public static IEnumerable<Row> Rows =>
        [
            new("idr0", 0x0000, p => p.IDR0.Value, "probe.027"),
            new("idr1", 0x0004, p => p.IDR1.Value, "probe.045"),
            new("idr2", 0x0008, p => p.IDR2.Value, "probe.050"),
            new("idr3", 0x000c, p => p.IDR3.Value, "probe.051"),
            new("idr4", 0x0010, p => p.IDR4.Value, "probe.057"),
            new("idr5", 0x0014, p => p.IDR5.Value, "probe.058"),
            new("iidr", 0x0018, p => p.IIDR.Value, "probe.064"),
            new("aidr", 0x001c, p => p.AIDR.Value, "probe.065"),
            new("idr6", 0x0190, p => p.IDR6.Value, "probe.066"),
        ];

    /// <summary>§6.3.1 to §6.3.8, §6.3.45: read-only means that writes are ignored (§6.2).</summary>
    [Case(
        "hw.profiles.places",
        Level.Architecture,
        "probe.027",
        "probe.045",
        "probe.050",
        "probe.051",
        "probe.057",
        "probe.058",
        "probe.064",
        "probe.065",
        "probe.066"
    )]
    [Rows(nameof(Rows))]
    public void An_ID_register_reads_at_its_place_and_cannot_be_written(Profile profile, Row row)
    {
        var rig = new Rig(profile);

        row.WriteTo(rig.Smmu, ~row.Value(profile));

        Assert.Equal(row.Value(profile), row.ReadFrom(rig.Smmu));
    }
}
