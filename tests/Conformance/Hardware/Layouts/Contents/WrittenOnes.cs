using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware.Layouts;

/// <summary>
/// What is left of ones that software writes to a register: the fields that this SMMU has, at the bits the manual gives
/// them. Offsets and masks are literal, so this also fails where declaration and emulator err together.
/// </summary>
public sealed class WrittenOnes
{
    /// <summary>A register, and what it keeps of ones.</summary>
    public sealed record Row(string Name, uint Offset, int Bits, params string[] Proves)
        : RegisterPlace(Name, Offset, Bits, Proves)
    {
        /// <summary>Where the ones are written, if not to this register.</summary>
        public uint? Cause { get; init; }

        /// <summary>The bits that read as ones; all others read as zero.</summary>
        public required Func<Profile, ulong> Keeps { get; init; }

        /// <summary>The bits that may read as anything.</summary>
        public Func<Profile, ulong> Open { get; init; } = _ => 0;

        /// <summary>The profile with a feature that few have.</summary>
        public Func<Profile, Profile> With { get; init; } = profile => profile;
    }

    /// <summary>One row per register. The queues have 8 entries, so that index and wrap bit are [3:0].</summary>
    public static IEnumerable<Row> Rows =>
        [.. WrittenOnesRows.Controls, .. WrittenOnesRows.Interrupts, .. WrittenOnesRows.Places];

    /// <summary>§6.2: reserved bits, and fields of absent features, read as zero.</summary>
    [Case(
        "hw.registers.fields",
        Level.Architecture,
        "registers.018",
        "registers.026",
        "registers.029",
        "registers.038",
        "registers.040",
        "registers.044",
        "registers.046",
        "registers.047",
        "registers.049",
        "registers.050",
        "vmid.017",
        "gerror.005",
        "gerror.013",
        "msi.014",
        "msi.019",
        "msi.022",
        "msi.023",
        "msi.024",
        "msi.025",
        "stream-table.021",
        "stream-table.024",
        "stream-table.028",
        "queues.002",
        "queues.026",
        "queues.029",
        "queues.034",
        "queues.036",
        "events.029",
        "events.034",
        "pri.014",
        "pri.016",
        "pri.017",
        "stage2.024",
        "other.006",
        "other.007",
        "other.010",
        "ats.078",
        "ats.079",
        "probe.083"
    )]
    [Rows(nameof(Rows))]
    public void A_register_keeps_the_bits_that_the_SMMU_has(Profile profile, Row row)
    {
        var adapted = row.With(profile);
        var rig = new Rig(adapted);
        rig.PlaceQueues();

        (row with { Offset = row.Cause ?? row.Offset }).WriteTo(rig.Smmu, ulong.MaxValue);

        rig.Machine.Run();
        var (read, open) = (row.ReadFrom(rig.Smmu), row.Open(adapted));
        var wrong = (read ^ row.Keeps(adapted)) & ~open;
        Assert.True(
            wrong == 0,
            $"0x{row.Offset:x} reads as 0x{read:x} after a write of ones; the SMMU has 0x{row.Keeps(adapted):x}"
                + (open == 0 ? "" : $", and 0x{open:x} may read as anything")
                + $": wrong are 0x{wrong:x}"
        );
    }
}
