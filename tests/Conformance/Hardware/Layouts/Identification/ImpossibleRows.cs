using SmmuConformance.Architecture;
using SmmuConformance.Emulator;
using Row = SmmuConformance.Conformance.Hardware.Layouts.ImpossibleSmmus.Row;

namespace SmmuConformance.Conformance.Hardware.Layouts;

/// <summary>The rows of <see cref="ImpossibleSmmus"/>, by subject.</summary>
internal static class ImpossibleRows
{
    // SMMUv3.0, stage 1 alone; and stage 2 alone.
    private static readonly Profile Small = Profiles.Minimal;
    private static readonly Profile Stage2 = Small with
    {
        IDR0 = Small.IDR0 with { S1P = false, S2P = true },
    };

    // SMMUv3.3 with everything; the same without ATS; and SMMUv3.4.
    private static readonly Profile Large = Profiles.Maximal;
    private static readonly Profile WithoutAts = Large with
    {
        IDR0 = Large.IDR0 with { ATS = false, PRI = false },
        IDR3 = Large.IDR3 with { PPS = false },
    };
    private static readonly Profile Newest = Large with
    {
        IDR3 = Large.IDR3 with { EPAN = true, MTEPERM = true },
        AIDR = new() { ArchMinorRev = 4 },
    };
    private static readonly Profile NewestStage1 = Newest with
    {
        IDR0 = Newest.IDR0 with { S2P = false, Hyp = false },
        IDR3 = Newest.IDR3 with { XNX = false, PTWNNC = false, MTEPERM = false },
    };
    private static readonly Profile NewestStage2 = Newest with
    {
        IDR0 = Newest.IDR0 with { S1P = false, Hyp = false },
        IDR1 = Newest.IDR1 with { SSIDSIZE = 0 },
        IDR3 = Newest.IDR3 with { HAD = false, PPS = false },
    };
    private static readonly Profile Wide = Newest with
    {
        IDR3 = Newest.IDR3 with { S1PI = true, S2PI = true, S2PO = true, AIE = true },
        IDR5 = Newest.IDR5 with { D128 = true },
    };

    // SMMUv3.2, with nothing that is younger; and 52-bit addresses in tables of 64 KiB alone.
    private static readonly Profile Middle = Profiles.Mmu700;
    private static readonly Profile Far = Large with
    {
        IDR5 = Large.IDR5 with { OAS = PhysicalSize.Bits52 },
    };
    private static readonly Profile Lpa2 = Newest with
    {
        IDR5 = Newest.IDR5 with { DS = true, VAX = VirtualAddressSize.Bits52 },
    };
    private static readonly Profile Enhanced = Large with
    {
        IDR1 = Large.IDR1 with { ECMDQ = true },
    };

    /// <summary>Numbers that are too large, and Reserved encodings.</summary>
    // csharpier-ignore
    public static IEnumerable<Row> Sizes =>
    [
        new("st-level-2", Small, p => p with { IDR0 = p.IDR0 with { ST_LEVEL = (StreamTableLevels)0b10 } }, "stream-table.021"),
        new("st-level-3", Large, p => p with { IDR0 = p.IDR0 with { ST_LEVEL = (StreamTableLevels)0b11 } }, "stream-table.021"),
        new("sidsize-33", Large, p => p with { IDR1 = p.IDR1 with { SIDSIZE = 33 } }, "stream-table.022", "probe.074"),
        new("sidsize-7-linear", Small, p => p with { IDR1 = p.IDR1 with { SIDSIZE = 7 } }, "stream-table.007", "stream-table.022", "probe.015", "probe.072"),
        new("ssidsize-21", Large, p => p with { IDR1 = p.IDR1 with { SSIDSIZE = 21 } }, "substream.025", "probe.074"),
        new("priqs-20", Large, p => p with { IDR1 = p.IDR1 with { PRIQS = 20 } }, "queues.023", "probe.074"),
        new("eventqs-20", Large, p => p with { IDR1 = p.IDR1 with { EVENTQS = 20 } }, "queues.024", "probe.074"),
        new("cmdqs-20", Large, p => p with { IDR1 = p.IDR1 with { CMDQS = 20 } }, "queues.025", "probe.074"),
        new("nump-512", Enhanced, p => p with { IDR6 = new() { CMDQ_CONTROL_PAGE_LOG2NUMP = 9 } }, "probe.086"),
        new("numq-512", Enhanced, p => p with { IDR6 = new() { CMDQ_CONTROL_PAGE_LOG2NUMQ = 9 } }, "probe.086"),
        new("stall-model-3", Large, p => p with { IDR0 = p.IDR0 with { STALL_MODEL = (StallModel)0b11 } }, "stall.047"),
        new("stall-max-without-stalls", Small, p => p with { IDR5 = p.IDR5 with { STALL_MAX = 1 } }, "stall.050"),
        new("bbml-3", Large, p => p with { IDR3 = p.IDR3 with { BBML = (BreakBeforeMake)0b11 } }, "tlb.063", "probe.004"),
        new("idr3-bit-0", Large, p => p with { IDR3 = new(p.IDR3.Value | 0x1) }, "probe.051"),
        new("idr3-bit-1", Large, p => p with { IDR3 = new(p.IDR3.Value | 0x2) }, "probe.051"),
        new("idr3-bit-6", Large, p => p with { IDR3 = new(p.IDR3.Value | 0x40) }, "probe.051"),
        new("idr3-bit-24", Large, p => p with { IDR3 = new(p.IDR3.Value | 0x100_0000) }, "probe.051"),
        new("idr3-bit-31", Large, p => p with { IDR3 = new(p.IDR3.Value | 0x8000_0000) }, "probe.051"),
        new("implementer-bit-7", Small, p => p with { IIDR = new() { Implementer = 0x080 } }, "probe.025"),
        new("major-1", Small, p => p with { AIDR = new() { ArchMajorRev = 1 } }, "probe.026"),
        new("ttf-0", Large, p => p with { IDR0 = p.IDR0 with { TTF = 0 } }, "probe.030"),
        new("ttendian-1", Large, p => p with { IDR0 = p.IDR0 with { TTENDIAN = (WalkEndianness)0b01 } }, "probe.043"),
        new("minor-5", Newest, p => p with { AIDR = new() { ArchMinorRev = 5 } }, "probe.026"),
    ];

    /// <summary>What needs something else.</summary>
    // csharpier-ignore
    public static IEnumerable<Row> Dependencies =>
    [
        new("vmw-without-stage-2", Small, p => p with { IDR0 = p.IDR0 with { VMW = true } }, "vmid.017", "probe.011"),
        new("substreams-without-stage-1", Stage2, p => p with { IDR1 = p.IDR1 with { SSIDSIZE = 1 } }, "probe.084"),
        new("hyp-without-stage-2", Small, p => p with { IDR0 = p.IDR0 with { Hyp = true } }, "probe.010", "probe.036", "probe.070"),
        new("hyp-without-stage-1", Stage2, p => p with { IDR0 = p.IDR0 with { Hyp = true } }, "probe.010", "probe.036", "probe.070"),
        new("pri-without-ats", WithoutAts, p => p with { IDR0 = p.IDR0 with { PRI = true } }, "probe.011", "probe.040", "probe.071"),
        new("ns1ats-without-ats", WithoutAts, p => p with { IDR0 = p.IDR0 with { NS1ATS = true } }, "probe.011", "probe.038", "probe.071"),
        new("ns1ats-without-stage-2", NewestStage1, p => p with { IDR0 = p.IDR0 with { NS1ATS = true } }, "probe.011", "probe.038"),
        new("ns1ats-without-stage-1", NewestStage2, p => p with { IDR0 = p.IDR0 with { NS1ATS = true } }, "probe.011", "probe.038"),
        new("atsrecerr-without-ats", WithoutAts, p => p with { IDR0 = p.IDR0 with { ATSRECERR = true } }, "events.022", "probe.011", "probe.071"),
        new("dpt-without-ats", WithoutAts, p => p with { IDR3 = p.IDR3 with { DPT = true } }, "ats.071"),
        new("pasidtt-without-ats", WithoutAts with { AIDR = Newest.AIDR, IDR3 = Newest.IDR3 with { PPS = false } }, p => p with { IDR3 = p.IDR3 with { PASIDTT = true } }, "ats.072"),
        new("pasidtt-without-substreams", Newest with { IDR1 = Newest.IDR1 with { SSIDSIZE = 0 }, IDR3 = Newest.IDR3 with { PPS = false } }, p => p with { IDR3 = p.IDR3 with { PASIDTT = true } }, "ats.072"),
        new("pps-without-pri", WithoutAts, p => p with { IDR3 = p.IDR3 with { PPS = true } }, "pri.011"),
        new("pps-without-substreams", Large with { IDR1 = Large.IDR1 with { SSIDSIZE = 0 }, IDR3 = Large.IDR3 with { PPS = false } }, p => p with { IDR3 = p.IDR3 with { PPS = true } }, "pri.011"),
        new("vatos-without-atos", Large with { IDR0 = Large.IDR0 with { ATOS = false } }, p => p with { IDR0 = p.IDR0 with { VATOS = true } }, "probe.042", "probe.011", "probe.069", "probe.039"),
        new("vatos-without-stage-2", Small with { IDR0 = Small.IDR0 with { ATOS = true } }, p => p with { IDR0 = p.IDR0 with { VATOS = true } }, "probe.042", "probe.069"),
        new("vatos-without-stage-1", Stage2 with { IDR0 = Stage2.IDR0 with { ATOS = true } }, p => p with { IDR0 = p.IDR0 with { VATOS = true } }, "probe.042", "probe.069"),
        new("ba-vatos-without-vatos", Large, p => p with { IDR2 = new() { BA_VATOS = 1 } }, "probe.050"),
        new("rel-without-preset", Small, p => p with { IDR1 = p.IDR1 with { REL = true } }, "probe.046"),
        new("ecmdq-without-cohacc", Enhanced, p => p with { IDR0 = p.IDR0 with { COHACC = false } }, "probe.049", "probe.016", "probe.073"),
        new("ecmdq-without-msi", Enhanced, p => p with { IDR0 = p.IDR0 with { MSI = false } }, "probe.049", "probe.016", "probe.073"),
        new("ecmdq-with-preset-queues", Enhanced, p => p with { IDR1 = p.IDR1 with { QUEUES_PRESET = true } }, "probe.049", "probe.016", "probe.073", "probe.047"),
        new("idr6-without-ecmdq", Large, p => p with { IDR6 = new() { CMDQ_CONTROL_PAGE_LOG2NUMQ = 1 } }, "probe.066", "probe.073"),
        new("had-without-stage-1", Stage2, p => p with { IDR3 = p.IDR3 with { HAD = true } }, "probe.020", "probe.085"),
        new("pbha-without-had", NewestStage2, p => p with { IDR3 = p.IDR3 with { PBHA = true } }, "probe.020", "probe.052"),
        new("ptwnnc-without-stage-2", NewestStage1, p => p with { IDR3 = p.IDR3 with { PTWNNC = true } }, "probe.085"),
        new("vax-56-without-d128", Newest with { IDR5 = Newest.IDR5 with { VAX = VirtualAddressSize.Bits52 } }, p => p with { IDR5 = p.IDR5 with { VAX = VirtualAddressSize.Bits56 } }, "probe.085"),
    ];

    /// <summary>Widths of addresses, and what they need of tables.</summary>
    // csharpier-ignore
    public static IEnumerable<Row> Addresses =>
    [
        new("52-bits-without-64k", Far, p => p with { IDR5 = p.IDR5 with { GRAN64K = false } }, "probe.024", "probe.059", "probe.079"),
        new("56-bits-without-d128", Wide with { IDR5 = Wide.IDR5 with { OAS = PhysicalSize.Bits56 } }, p => p with { IDR5 = p.IDR5 with { D128 = false } }, "probe.024", "probe.059"),
        new("vax-52-without-64k", Large with { IDR5 = Large.IDR5 with { VAX = VirtualAddressSize.Bits52 } }, p => p with { IDR5 = p.IDR5 with { GRAN64K = false } }, "probe.024", "probe.063", "probe.079"),
        new("ds-without-vax", Lpa2, p => p with { IDR5 = p.IDR5 with { VAX = VirtualAddressSize.Bits48 } }, "probe.061", "probe.079"),
        new("ds-without-small-granules", Lpa2 with { IDR5 = Lpa2.IDR5 with { GRAN4K = false } }, p => p with { IDR5 = p.IDR5 with { GRAN16K = false } }, "probe.061"),
        new("lpae-without-4k", Large with { IDR0 = Large.IDR0 with { TTF = TableFormats.Both } }, p => p with { IDR5 = p.IDR5 with { GRAN4K = false } }, "probe.030", "probe.060", "probe.080"),
        new("dpt-with-lpae", Large with { IDR3 = Large.IDR3 with { DPT = true } }, p => p with { IDR0 = p.IDR0 with { TTF = TableFormats.Both } }, "probe.030", "probe.080"),
    ];

    /// <summary>What a version brings.</summary>
    // csharpier-ignore
    public static IEnumerable<Row> Versions =>
    [
        new("3.1-without-had", Small with { AIDR = new() { ArchMinorRev = 1 }, IDR3 = new() { HAD = true } }, p => p with { IDR3 = new() }, "stage1.017", "probe.020", "probe.075"),
        new("3.1-without-xnx", Stage2 with { AIDR = new() { ArchMinorRev = 1 }, IDR3 = new() { XNX = true } }, p => p with { IDR3 = new() }, "stage2.022", "stage2.023", "probe.075"),
        new("3.0-with-xnx", Stage2, p => p with { IDR3 = new() { XNX = true } }, "stage2.023", "probe.075"),
        new("3.0-with-pbha", Small with { IDR3 = new() { HAD = true } }, p => p with { IDR3 = new() { HAD = true, PBHA = true } }, "probe.052", "probe.075"),
        new("3.0-with-vax", Small with { IDR5 = Small.IDR5 with { GRAN64K = true } }, p => p with { IDR5 = p.IDR5 with { VAX = VirtualAddressSize.Bits52 } }, "probe.063", "probe.075"),
        new("3.0-with-52-bits", Small with { IDR5 = Small.IDR5 with { GRAN64K = true } }, p => p with { IDR5 = p.IDR5 with { OAS = PhysicalSize.Bits52 } }, "probe.059", "probe.075"),
        new("3.0-with-ril", Small with { IDR3 = new() { HAD = true } }, p => p with { IDR3 = p.IDR3 with { RIL = true } }, "probe.001"),
        new("3.0-with-fwb", Small with { IDR3 = new() { HAD = true } }, p => p with { IDR3 = p.IDR3 with { FWB = true } }, "probe.001"),
        new("3.0-with-bbml", Small with { IDR3 = new() { HAD = true } }, p => p with { IDR3 = p.IDR3 with { BBML = BreakBeforeMake.Level1 } }, "probe.001"),
        new("3.1-with-e0pd", Small with { AIDR = new() { ArchMinorRev = 1 }, IDR3 = new() { HAD = true, RIL = true, BBML = BreakBeforeMake.Level2 } }, p => p with { IDR3 = p.IDR3 with { E0PD = true } }, "probe.001"),
        new("3.2-with-epan", Middle with { IDR3 = Middle.IDR3 with { E0PD = true } }, p => p with { IDR3 = p.IDR3 with { EPAN = true } }, "probe.001"),
        new("3.2-with-haft", Middle, p => p with { IDR0 = p.IDR0 with { HTTU = HardwareUpdate.AccessDirtyAndTable } }, "probe.001"),
        new("3.2-without-hyp", Middle, p => p with { IDR0 = p.IDR0 with { Hyp = false } }, "probe.010", "probe.036", "probe.070"),
        new("3.3-with-56-bits", Wide with { AIDR = new() { ArchMinorRev = 3 } }, p => p with { IDR5 = p.IDR5 with { OAS = PhysicalSize.Bits56 } }, "probe.059", "probe.077"),
        new("3.2-without-fwb", Large, p => p with { IDR3 = p.IDR3 with { FWB = false } }, "s2fwb.005", "probe.019", "probe.076"),
        new("3.2-without-ril", Large, p => p with { IDR3 = p.IDR3 with { RIL = false } }, "tlb.062", "probe.019", "probe.076"),
        new("3.2-without-bbml", Large, p => p with { IDR3 = p.IDR3 with { BBML = BreakBeforeMake.Level0 } }, "tlb.063", "probe.019", "probe.076", "probe.004"),
        new("3.3-without-e0pd", Large, p => p with { IDR3 = p.IDR3 with { E0PD = false } }, "stage1.019", "probe.019", "probe.077"),
        new("3.3-without-ptwnnc", Large, p => p with { IDR3 = p.IDR3 with { PTWNNC = false } }, "nested.012", "probe.019", "probe.077"),
        new("3.4-without-epan", Newest, p => p with { IDR3 = p.IDR3 with { EPAN = false } }, "stage1.020", "probe.019", "probe.078"),
        new("3.4-without-mteperm", Newest, p => p with { IDR3 = p.IDR3 with { MTEPERM = false } }, "probe.055", "probe.019", "probe.078"),
    ];

    /// <summary>Permission indirection, hardening, tags and 128-bit descriptors.</summary>
    // csharpier-ignore
    public static IEnumerable<Row> Extensions =>
    [
        new("mteperm-without-stage-2", NewestStage1, p => p with { IDR3 = p.IDR3 with { MTEPERM = true } }, "probe.055", "probe.085"),
        new("aie-without-stage-1", NewestStage2, p => p with { IDR3 = p.IDR3 with { AIE = true } }, "probe.056", "probe.085"),
        new("s1pi-without-stage-1", NewestStage2, p => p with { IDR3 = p.IDR3 with { S1PI = true } }, "probe.053", "probe.085"),
        new("s2pi-without-stage-2", NewestStage1, p => p with { IDR3 = p.IDR3 with { S2PI = true } }, "probe.053", "probe.085"),
        new("s2po-without-s2pi", Newest, p => p with { IDR3 = p.IDR3 with { S2PO = true } }, "probe.053"),
        new("the-without-stage-1", NewestStage2 with { IDR3 = NewestStage2.IDR3 with { S2PI = true } }, p => p with { IDR3 = p.IDR3 with { THE = true } }, "probe.054", "probe.085"),
        new("the-without-s2pi", Newest, p => p with { IDR3 = p.IDR3 with { THE = true } }, "probe.054"),
        new("d128-without-s1pi", Wide, p => p with { IDR3 = p.IDR3 with { S1PI = false } }, "probe.053", "probe.062"),
        new("d128-without-s2po", Wide, p => p with { IDR3 = p.IDR3 with { S2PO = false } }, "probe.053", "probe.062"),
        new("d128-without-aie", Wide, p => p with { IDR3 = p.IDR3 with { AIE = false } }, "probe.056", "probe.062"),
        new("d128-without-mteperm", Wide, p => p with { IDR3 = p.IDR3 with { MTEPERM = false } }, "probe.062"),
        new("d128-with-lpae", Wide, p => p with { IDR0 = p.IDR0 with { TTF = TableFormats.Both } }, "probe.062", "probe.080", "probe.030"),
    ];
}
