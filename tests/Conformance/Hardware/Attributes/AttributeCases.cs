using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Memory type, shareability and hints of what goes out, stage by stage (§13.1, §13.4, §13.5, §13.6).</summary>
public sealed class AttributeCases
{
    private const string Full = "Normal-iWB/RAWAnTR-oWB/RAWAnTR-";

    // Bytes of MAIR: outer level in the upper nibble.
    private static readonly MemoryAttributes NoReadAllocate = MemoryAttributes.Of(
        0xdd,
        Shareability.Outer
    );
    private static readonly MemoryAttributes Device = MemoryAttributes.Of(
        0x0c,
        Shareability.NonShareable
    );
    private static readonly MemoryAttributes Uncached = MemoryAttributes.Of(
        0x44,
        Shareability.Inner
    );

    /// <summary>§13.4.2: type and shareability of the leaf, hints of both if both are cacheable.</summary>
    internal static IEnumerable<AttributeRow> Stage1Rows =>
        [
            new("wb-ish", Full + "ISH") { Mair = 0xff },
            new("wb-osh", Full + "OSH") { Mair = 0xff, Share1 = Shareability.Outer },
            new("wb-nsh", Full + "NSH") { Mair = 0xff, Share1 = Shareability.NonShareable },
            new("wt", "Normal-iWT/RAWAnTR-oWT/RAWAnTR-ISH") { Mair = 0xbb },
            new("wt-transient", "Normal-iWT/RAWATR-oWT/RAWATR-ISH") { Mair = 0x33 },
            new("no-hints", "Normal-iWB/nRAnWAnTR-oWB/nRAnWAnTR-ISH") { Mair = 0xcc },
            new("inner-nc", "Normal-iNC-oWB/RAWAnTR-ISH") { Mair = 0xf4 },
            new("nc", "Normal-iNC-oNC") { Mair = 0x44 },
            new("nGnRnE", "Device-nGnRnE") { Mair = 0x00, Share1 = Shareability.NonShareable },
            new("nGnRE", "Device-nGnRE") { Mair = 0x04 },
            new("nGRE", "Device-nGRE") { Mair = 0x08 },
            new("GRE", "Device-GRE") { Mair = 0x0c },
            new("hints-combine", "Normal-iWB/nRAWAnTR-oWB/nRAWAnTR-ISH")
            {
                Mair = 0xff,
                Incoming = NoReadAllocate,
            },
            // What allocates on nothing is not transient. §13.1.7
            new("no-allocation-no-transience", "Normal-iWB/nRAnWAnTR-oWB/nRAnWAnTR-ISH")
            {
                Mair = 0x77,
                Incoming = MemoryAttributes.Of(0xcc, Shareability.Inner),
            },
            new("from-device", Full + "ISH") { Mair = 0xff, Incoming = Device },
            new("from-nc", Full + "ISH") { Mair = 0xff, Incoming = Uncached },
            new("to-device", "Device-nGnRE") { Mair = 0x04, Incoming = NoReadAllocate },
        ];

    /// <summary>§5.4, MAIR0: bytes that VMSAv8-64 leaves UNPREDICTABLE.</summary>
    internal static IEnumerable<AttributeRow> ReservedMairs =>
        [
            new("0x01", "Device-nGnRnE") { Mair = 0x01 },
            new("0x06", "Device-nGnRE") { Mair = 0x06 },
            new("0x0b", "Device-nGRE") { Mair = 0x0b },
            new("0x0f", "Device-GRE") { Mair = 0x0f },
            new("0xf0", "Normal-iWT/RAWATR-oWB/RAWAnTR-ISH") { Mair = 0xf0 },
            new("0x40", "Normal-iWT/RAWATR-oNC-ISH") { Mair = 0x40 },
        ];

    /// <summary>§13.4.3: stage 2 alone combines what came in with its leaf.</summary>
    internal static IEnumerable<AttributeRow> Stage2Rows =>
        [
            new("wb-ish", Full + "ISH") { MemAttr = 0b1111 },
            new("wb-nsh", Full + "NSH") { MemAttr = 0b1111, Share2 = Shareability.NonShareable },
            new("wt", "Normal-iWT/RAWAnTR-oWT/RAWAnTR-ISH") { MemAttr = 0b1010 },
            new("nc", "Normal-iNC-oNC") { MemAttr = 0b0101 },
            new("mixed", "Normal-iNC-oWB/RAWAnTR-ISH") { MemAttr = 0b1101 },
            new("nGRE", "Device-nGRE") { MemAttr = 0b0010 },
            new("hints-stay", "Normal-iWB/nRAWAnTR-oWB/nRAWAnTR-OSH")
            {
                MemAttr = 0b1111,
                Incoming = NoReadAllocate,
            },
            new("device-stays", "Device-GRE") { MemAttr = 0b1111, Incoming = Device },
            new("device-stronger", "Device-nGnRE") { MemAttr = 0b0001, Incoming = Device },
            new("nc-stays", "Normal-iNC-oNC") { MemAttr = 0b1111, Incoming = Uncached },
        ];

    /// <summary>§13.1.5, §13.4: the stronger of both stages in each respect; the input has no say in type and shareability.</summary>
    internal static IEnumerable<AttributeRow> NestedRows =>
        [
            new("wb-wb", Full + "ISH") { Mair = 0xff, MemAttr = 0b1111 },
            new("wb-wt", "Normal-iWT/RAWAnTR-oWT/RAWAnTR-ISH") { Mair = 0xff, MemAttr = 0b1010 },
            new("wt-wb", "Normal-iWT/RAWAnTR-oWT/RAWAnTR-ISH") { Mair = 0xbb, MemAttr = 0b1111 },
            new("wb-nc", "Normal-iNC-oNC") { Mair = 0xff, MemAttr = 0b0101 },
            new("nc-wb", "Normal-iNC-oNC") { Mair = 0x44, MemAttr = 0b1111 },
            new("nc-GRE", "Device-GRE") { Mair = 0x44, MemAttr = 0b0011 },
            new("GRE-nGRE", "Device-nGRE") { Mair = 0x0c, MemAttr = 0b0010 },
            new("nGnRE-nGRE", "Device-nGnRE") { Mair = 0x04, MemAttr = 0b0010 },
            new("nGnRnE-wb", "Device-nGnRnE") { Mair = 0x00, MemAttr = 0b1111 },
            new("nsh-ish", Full + "ISH")
            {
                Mair = 0xff,
                Share1 = Shareability.NonShareable,
                MemAttr = 0b1111,
            },
            new("ish-osh", Full + "OSH")
            {
                Mair = 0xff,
                MemAttr = 0b1111,
                Share2 = Shareability.Outer,
            },
            new("osh-nsh", Full + "OSH")
            {
                Mair = 0xff,
                Share1 = Shareability.Outer,
                MemAttr = 0b1111,
                Share2 = Shareability.NonShareable,
            },
            new("hints-of-stage1", "Normal-iWB/RAnWAnTR-oWB/RAnWAnTR-ISH")
            {
                Mair = 0xee,
                MemAttr = 0b1111,
            },
            new("transient", "Normal-iWB/RAWATR-oWB/RAWATR-ISH") { Mair = 0x77, MemAttr = 0b1111 },
            new("input-discarded", Full + "ISH")
            {
                Mair = 0xff,
                MemAttr = 0b1111,
                Incoming = Device,
            },
        ];

    /// <summary>§13.1.6, Arm ARM D8.6.6: MemAttr[2:0] forces, bit 3 does not count.</summary>
    internal static IEnumerable<AttributeRow> ForcedRows =>
        [
            Forced("wb-over-device", Full + "OSH", 0x00, 0b0110),
            Forced("wb-over-nc", Full + "OSH", 0x44, 0b0110),
            Forced("wb-over-wt", "Normal-iWB/RAnWAnTR-oWB/RAnWAnTR-ISH", 0xaa, 0b0110),
            Forced("stage1-device", "Device-nGnRE", 0x04, 0b0111),
            Forced("stage1-wt", "Normal-iWT/RAWAnTR-oWT/RAWAnTR-ISH", 0xbb, 0b0111),
            Forced("stage1-shared-wider", Full + "OSH", 0xff, 0b0111) with
            {
                Share1 = Shareability.Outer,
            },
            Forced("nc-over-wb", "Normal-iNC-oNC", 0xff, 0b0101),
            Forced("nc-under-device", "Device-nGnRE", 0x04, 0b0101),
            Forced("device-nGRE", "Device-nGRE", 0xff, 0b0010),
            Forced("device-stronger", "Device-nGnRnE", 0x00, 0b0011),
        ];

    /// <summary>§13.6.1.1: after everything, S2FWB included.</summary>
    internal static IEnumerable<AttributeRow> NoSnoopRows =>
        [
            new("stage1-wb", "Normal-iNC-oNC") { Mair = 0xff, NoSnoop = true },
            new("device", "Device-nGRE") { Mair = 0x08, NoSnoop = true },
            new("bypass", "Normal-iNC-oNC") { NoSnoop = true },
            new("stage2", "Normal-iNC-oNC") { MemAttr = 0b1111, NoSnoop = true },
        ];

    [Case(
        "hw.attributes.stage1",
        Level.Architecture,
        "attributes.037",
        "attributes.038",
        "attributes.039",
        "attributes.040",
        "attributes.044",
        "attributes.025"
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Stage1Rows))]
    public void Stage_1_gives_type_and_shareability_and_combines_hints(
        Profile profile,
        object row
    ) => Check(profile, row);

    [Case("hw.attributes.mair-reserved", Level.Architecture, "attributes.017")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(ReservedMairs))]
    public void A_Reserved_byte_of_MAIR_acts_as_its_table_says(Profile profile, object row) =>
        Check(profile, row);

    [Case(
        "hw.attributes.stage2",
        Level.Architecture,
        "attributes.038",
        "attributes.035",
        "attributes.040",
        "attributes.044",
        "stage2.025",
        "attributes.025"
    )]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    [Rows(nameof(Stage2Rows))]
    public void Stage_2_combines_what_comes_in_with_its_leaf(Profile profile, object row) =>
        Check(profile, row);

    [Case(
        "hw.attributes.nested",
        Level.Architecture,
        "attributes.035",
        "attributes.038",
        "attributes.040",
        "attributes.044",
        "stage2.025",
        "attributes.036"
    )]
    [AppliesIf(nameof(CannotNest))]
    [Rows(nameof(NestedRows))]
    public void Both_stages_combine_to_the_stronger(Profile profile, object row) =>
        Check(profile, row);

    [Case(
        "hw.attributes.fwb",
        Level.Architecture,
        "s2fwb.006",
        "s2fwb.002",
        "stage2.025",
        "attributes.044"
    )]
    [AppliesIf(nameof(CannotNest))]
    [AppliesWhere("SMMU_IDR3.FWB", 1)]
    [Rows(nameof(ForcedRows))]
    public void With_S2FWB_stage_2_may_override_stage_1(Profile profile, object row) =>
        Check(profile, row);

    [Case("hw.attributes.no-snoop", Level.Architecture, "attributes.041")]
    [AppliesIf(nameof(CannotNest))]
    [Rows(nameof(NoSnoopRows))]
    public void No_snoop_makes_what_is_cacheable_Non_cacheable(Profile profile, object row) =>
        Check(profile, row);

    /// <summary>§13.1.6, §13.6.1.1: the guest's device still goes round the caches.</summary>
    [Case("hw.attributes.no-snoop-fwb", Level.Architecture, "s2fwb.008", "attributes.041")]
    [AppliesIf(nameof(CannotNest))]
    [AppliesWhere("SMMU_IDR3.FWB", 1)]
    public void S2FWB_does_not_stop_No_snoop(Profile profile) =>
        Assert.Equal(
            "Normal-iNC-oNC",
            (Forced("", "", 0xff, 0b0110) with { NoSnoop = true }).On(profile)
        );

    private static void Check(Profile profile, object row) =>
        Assert.Equal(((AttributeRow)row).Expected, ((AttributeRow)row).On(profile));

    private static AttributeRow Forced(string name, string expected, byte mair, byte memAttr) =>
        new(name, expected)
        {
            Mair = mair,
            MemAttr = memAttr,
            ForcedWriteBack = true,
        };

    private static string? CannotNest(Profile profile) => Needs.BothStages(profile);
}
