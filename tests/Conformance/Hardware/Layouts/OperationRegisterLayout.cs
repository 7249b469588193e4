using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware.Layouts;

/// <summary>Registers of the address translation operations and of the Device Permission Table. §6.3.38 to §6.3.48, §9.1.5</summary>
public sealed class OperationRegisterLayout
{
    /// <summary>One row per rule.</summary>
    // csharpier-ignore
    public static IEnumerable<LayoutRule> Rules =>
    [
        new("other.006",
            new Location("SMMU_GATOS_SID", 0x0108, 64, Access.ReadWrite),
            new Position("SMMU_GATOS_SID", "STREAMID", 31, 0),
            new Position("SMMU_GATOS_SID", "SUBSTREAMID", 51, 32),
            new Position("SMMU_GATOS_SID", "SSID_VALID", 52),
            new Reserved("SMMU_GATOS_SID", 63, 53)),
        new("other.007",
            new Location("SMMU_GATOS_ADDR", 0x0110, 64, Access.ReadWrite),
            new Reserved("SMMU_GATOS_ADDR", 5, 0),
            new Position("SMMU_GATOS_ADDR", "HTTUI", 6),
            new Position("SMMU_GATOS_ADDR", "InD", 7),
            new Position("SMMU_GATOS_ADDR", "RnW", 8),
            new Position("SMMU_GATOS_ADDR", "PnU", 9),
            new Position("SMMU_GATOS_ADDR", "TYPE", 11, 10),
            new Position("SMMU_GATOS_ADDR", "ADDR", 63, 12),
            new Encodings("SMMU_GATOS_ADDR", "TYPE", (0b01, "Stage1"), (0b10, "Stage2"), (0b11, "Both"))),
        new("other.008",
            new Location("SMMU_GATOS_PAR", 0x0118, 64, Access.ReadOnly),
            new Position("SMMU_GATOS_PAR", "FAULT", 0),
            new Reserved("SMMU_GATOS_PAR", 7, 1),
            new Position("SMMU_GATOS_PAR", "SH", 9, 8),
            new Reserved("SMMU_GATOS_PAR", 10),
            new Position("SMMU_GATOS_PAR", "Size", 11),
            new Position("SMMU_GATOS_PAR", "ADDR", 55, 12),
            new Position("SMMU_GATOS_PAR", "ATTR", 63, 56),
            new Encodings("SMMU_GATOS_PAR", "SH", SharedValues.Shareability),
            new Position("SMMU_GATOS_PAR fault", "FAULT", 0),
            new Position("SMMU_GATOS_PAR fault", "REASON", 2, 1),
            new Reserved("SMMU_GATOS_PAR fault", 3),
            new Position("SMMU_GATOS_PAR fault", "FAULTCODE", 11, 4),
            new Position("SMMU_GATOS_PAR fault", "FADDR", 55, 12),
            new Reserved("SMMU_GATOS_PAR fault", 59, 56),
            new Encodings("SMMU_GATOS_PAR fault", "REASON",
                (0b00, "Stage1OrOther"), (0b01, "FetchingCd"), (0b10, "WalkingStage1"), (0b11, "InputAddress"))),
        new("other.019",
            new Position("SMMU_GATOS_PAR fault", "FAULTCODE", 11, 4),
            new Encodings("SMMU_GATOS_PAR fault", "FAULTCODE",
                (0xff, "InvReq"), (0xfe, "InvStage"), (0xfd, "InternalErr"),
                (0x02, "CBadStreamid"), (0x03, "FSteFetch"), (0x04, "CBadSte"), (0x06, "FStreamDisabled"),
                (0x08, "CBadSubstreamid"), (0x09, "FCdFetch"), (0x0a, "CBadCd"), (0x0b, "FWalkEabt"),
                (0x10, "FTranslation"), (0x11, "FAddrSize"), (0x12, "FAccess"), (0x13, "FPermission"),
                (0x20, "FTlbConflict"), (0x21, "FCfgConflict"), (0x25, "FVmsFetch"))),
        new("other.010",
            new Location("SMMU_VATOS_SEL", 0x0180, 32, Access.ReadWrite),
            new Position("SMMU_VATOS_SEL", "VMID", 15, 0),
            new Reserved("SMMU_VATOS_SEL", 31, 16)),
        new("ats.078",
            new Location("SMMU_DPT_BASE", 0x0200, 64, Access.ReadWrite),
            new Position("SMMU_DPT_BASE", "BADDR", 55, 12),
            new Position("SMMU_DPT_BASE", "RA", 62),
            new NothingBut("SMMU_DPT_BASE", "BADDR", "RA"),
            new Location("SMMU_DPT_BASE_CFG", 0x0208, 32, Access.ReadWrite),
            new Position("SMMU_DPT_BASE_CFG", "DPTPS", 2, 0),
            new Position("SMMU_DPT_BASE_CFG", "DPTGS", 15, 14),
            new Position("SMMU_DPT_BASE_CFG", "L0DPTSZ", 23, 20),
            new NothingBut("SMMU_DPT_BASE_CFG", "DPTPS", "DPTGS", "L0DPTSZ"),
            new Encodings("SMMU_DPT_BASE_CFG", "DPTPS",
                (0b000, "Bits32"), (0b001, "Bits36"), (0b010, "Bits40"), (0b011, "Bits42"), (0b100, "Bits44"), (0b101, "Bits48"), (0b110, "Bits52")),
            new Encodings("SMMU_DPT_BASE_CFG", "DPTGS", (0b00, "Granule4K"), (0b01, "Granule64K"), (0b10, "Granule16K")),
            new Encodings("SMMU_DPT_BASE_CFG", "L0DPTSZ", (0b0000, "Bits30"), (0b0100, "Bits34"), (0b0110, "Bits36"), (0b1001, "Bits39"))),
        new("ats.079",
            new Location("SMMU_DPT_CFG_FAR", 0x0210, 64, Access.ReadWrite),
            new Position("SMMU_DPT_CFG_FAR", "FAULT", 0),
            new Position("SMMU_DPT_CFG_FAR", "LEVEL", 1),
            new Position("SMMU_DPT_CFG_FAR", "DPT_FAULTCODE", 7, 4),
            new Position("SMMU_DPT_CFG_FAR", "FADDR", 55, 12),
            new NothingBut("SMMU_DPT_CFG_FAR", "FAULT", "LEVEL", "DPT_FAULTCODE", "FADDR"),
            new Encodings("SMMU_DPT_CFG_FAR", "DPT_FAULTCODE",
                (0b0000, "Disabled"), (0b0001, "Walk"), (0b0010, "GranuleProtection"), (0b0011, "ExternalAbort"))),
    ];

    /// <summary>§6.3.38 to §6.3.40, §6.3.44, §6.3.46 to §6.3.48, §9.1.5</summary>
    [Case(
        "hw.registers.operations-layout",
        Level.Architecture,
        "other.006",
        "other.007",
        "other.008",
        "other.010",
        "other.019",
        "ats.078",
        "ats.079"
    )]
    [Rows(nameof(Rules)), OncePerRun]
    public void The_registers_of_operations_are_where_the_manual_prints_them(
        Profile profile,
        LayoutRule rule
    ) => rule.AssertHolds();
}
