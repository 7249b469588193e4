using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware.Layouts;

/// <summary>What reset leaves in each field: zero where the manual says so, anything where it says UNKNOWN.</summary>
public sealed class AfterReset
{
    private const int Seeds = 12;

    /// <summary>A register, and some of its bits.</summary>
    public sealed record Row(string Name, uint Offset, int Bits, params string[] Proves)
        : RegisterPlace(Name, Offset, Bits, Proves)
    {
        /// <summary>The fields meant, each by its bits.</summary>
        public required Func<Profile, ulong[]> Fields { get; init; }
    }

    /// <summary>Fields that reset to zero.</summary>
    // csharpier-ignore
    public static IEnumerable<Row> Known =>
    [
        new("cr0", 0x0020, 32, "registers.018", "registers.029") { Fields = p => [0xffff_ffff] },
        new("cr0ack", 0x0024, 32, "registers.026", "registers.038") { Fields = p => [0xffff_ffff] },
        new("statusr", 0x0040, 32, "registers.046") { Fields = p => [0xffff_ffff] },
        new("gbpa-update", 0x0044, 32, "registers.047") { Fields = p => [0x8000_0000] },
        new("irq-ctrl", 0x0050, 32, "registers.049") { Fields = p => [0xffff_ffff] },
        new("irq-ctrlack", 0x0054, 32, "registers.050") { Fields = p => [0xffff_ffff] },
        new("gerror", 0x0060, 32, "gerror.005") { Fields = p => [0xffff_ffff] },
        new("gerrorn", 0x0064, 32, "gerror.013") { Fields = p => [0xffff_ffff] },
        new("priq-prod-ovflg", 0x1_00c8, 32, "pri.016") { Fields = p => [0x8000_0000] },
        new("dpt-cfg-far-fault", 0x0210, 64, "ats.079") { Fields = p => [0x1] },
    ];

    /// <summary>Fields that reset to an UNKNOWN value; none where the SMMU has no such register or presets it.</summary>
    // csharpier-ignore
    public static IEnumerable<Row> Unknown =>
    [
        new("strtab-base", 0x0080, 64, "stream-table.024") { Fields = p => p.IDR1.TABLES_PRESET ? [] : [1ul << 62, 0x0000_0000_ffff_ffc0] },
        new("strtab-base-cfg", 0x0088, 32, "stream-table.028") { Fields = p => p.IDR1.TABLES_PRESET ? [] : [0x3f] },
        new("cmdq-base", 0x0090, 64, "queues.026") { Fields = p => p.IDR1.QUEUES_PRESET ? [] : [1ul << 62, 0x0000_0000_ffff_ffe0, 0x1f] },
        new("cmdq-prod", 0x0098, 32, "queues.029") { Fields = p => [0xf_ffff] },
        new("cmdq-cons", 0x009c, 32, "queues.034") { Fields = p => [0xf_ffff, 0x7f00_0000] },
        new("eventq-base", 0x00a0, 64, "queues.036") { Fields = p => p.IDR1.QUEUES_PRESET ? [] : [1ul << 62, 0x0000_0000_ffff_ffe0, 0x1f] },
        new("eventq-prod", 0x1_00a8, 32, "events.029") { Fields = p => [0xf_ffff, 0x8000_0000] },
        new("eventq-cons", 0x1_00ac, 32, "events.034") { Fields = p => [0xf_ffff, 0x8000_0000] },
        new("priq-base", 0x00c0, 64, "pri.014") { Fields = p => p.IDR0.PRI && !p.IDR1.QUEUES_PRESET ? [1ul << 62, 0x0000_0000_ffff_ffe0, 0x1f] : [] },
        new("priq-prod", 0x1_00c8, 32, "pri.016") { Fields = p => p.IDR0.PRI ? [0xf_ffff] : [] },
        new("priq-cons", 0x1_00cc, 32, "pri.017") { Fields = p => p.IDR0.PRI ? [0xf_ffff, 0x8000_0000] : [] },
        new("gerror-irq-cfg0", 0x0068, 64, "msi.019") { Fields = p => p.IDR0.MSI ? [0x0000_0000_ffff_fffc] : [] },
        new("gerror-irq-cfg1", 0x0070, 32, "msi.022") { Fields = p => p.IDR0.MSI ? [0xffff_ffff] : [] },
    ];

    /// <summary>§6.3.9 to §6.3.20, §6.3.48, §6.3.97</summary>
    [Case(
        "hw.reset.known",
        Level.Architecture,
        "registers.018",
        "registers.026",
        "registers.029",
        "registers.038",
        "registers.046",
        "registers.047",
        "registers.049",
        "registers.050",
        "gerror.005",
        "gerror.013",
        "pri.016",
        "ats.079"
    )]
    [Rows(nameof(Known))]
    public void What_the_manual_resets_to_zero_is_zero_whatever_the_rest_is(
        Profile profile,
        Row row
    )
    {
        var field = Assert.Single(row.Fields(profile));

        var values = ValuesOf(row, profile);

        var wrong = values.Aggregate(0ul, (bits, value) => bits | (value & field));
        Assert.True(
            wrong == 0,
            $"0x{row.Offset:x} & 0x{field:x} is not zero after reset: 0x{wrong:x}"
        );
    }

    /// <summary>§6.3.21, §6.3.22, §6.3.24 to §6.3.29, §6.3.33, §6.3.95 to §6.3.98: whoever relies on a value is found out.</summary>
    [Case(
        "hw.reset.unknown-fields",
        Level.Architecture,
        "stream-table.024",
        "stream-table.028",
        "queues.026",
        "queues.029",
        "queues.034",
        "queues.036",
        "events.029",
        "events.034",
        "pri.014",
        "pri.016",
        "pri.017",
        "msi.019",
        "msi.022"
    )]
    [Rows(nameof(Unknown))]
    public void What_the_manual_leaves_UNKNOWN_is_not_always_the_same(Profile profile, Row row)
    {
        var fields = row.Fields(profile);
        if (fields.Length == 0)
            throw VerdictException.NotApplicable($"nothing resets to UNKNOWN at 0x{row.Offset:x}");

        var values = ValuesOf(row, profile);

        foreach (var field in fields)
            Assert.True(
                values.Select(value => value & field).Distinct().Count() > 1,
                $"0x{row.Offset:x} & 0x{field:x} is 0x{values[0] & field:x} after every one of {Seeds} resets"
            );
    }

    private static ulong[] ValuesOf(Row row, Profile profile) =>
        [
            .. Enumerable
                .Range(1, Seeds)
                .Select(seed =>
                    row.ReadFrom(
                        new Rig(profile, options => options with { Seed = (ulong)seed }).Smmu
                    )
                ),
        ];
}
