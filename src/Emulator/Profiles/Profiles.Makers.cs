using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

// Parts of other makers. Published is what Linux prints of their features when it boots, and what it works around.
public static partial class Profiles
{
    /// <summary>
    /// HiSilicon Hi161x. The quirks are published; so are, of its successor in the Kunpeng 920: both stages, both byte
    /// orders, two-level tables of both kinds, stalls, ATS without PRI, MSIs and wake-up events, coherent accesses, no
    /// EL2, 48 bits. Version, sizes and granules are chosen.
    /// </summary>
    public static Profile HiSilicon { get; } =
        new()
        {
            Name = nameof(HiSilicon),
            Reason =
                "A prefetch stops the queue, and a message overwrites four bytes more than it should.",
            IDR0 = new()
            {
                S2P = true,
                S1P = true,
                TTF = TableFormats.AArch64,
                COHACC = true,
                ATS = true,
                ASID16 = true,
                MSI = true,
                SEV = true,
                VMID16 = true,
                CD2L = true,
                STALL_MODEL = StallModel.StallAndTerminate,
                ST_LEVEL = StreamTableLevels.TwoLevel,
            },
            IDR1 = new()
            {
                SIDSIZE = 16,
                SSIDSIZE = 16,
                EVENTQS = 15,
                CMDQS = 16,
            },
            IDR5 = new()
            {
                OAS = PhysicalSize.Bits48,
                GRAN4K = true,
                GRAN64K = true,
                STALL_MAX = 128,
            },
            Model = SmmuModel.HiSiliconHi161x,
            Quirks = Quirks.RefusesPrefetch | Quirks.WidensMessages,
        };

    /// <summary>
    /// Cavium ThunderX2 CN99xx. Published: the quirks, both stages, EL2, both byte orders, a two-level Stream table but no
    /// two-level CD table, coherent accesses, queues of 2^19 entries, 44 bits; no stalls, ATS, PRI, MSIs, wake-up events.
    /// The rest is chosen.
    /// </summary>
    public static Profile ThunderX2 { get; } =
        new()
        {
            Name = nameof(ThunderX2),
            Reason =
                "It has one register page, so the indexes of the Event queue are where they never are.",
            IDR0 = new()
            {
                S2P = true,
                S1P = true,
                TTF = TableFormats.AArch64,
                COHACC = true,
                Hyp = true,
                ASID16 = true,
                VMID16 = true,
                STALL_MODEL = StallModel.TerminateOnly,
                TERM_MODEL = true,
                ST_LEVEL = StreamTableLevels.TwoLevel,
            },
            IDR1 = new()
            {
                SIDSIZE = 16,
                EVENTQS = 19,
                CMDQS = 19,
            },
            IDR3 = new() { HAD = true },
            IDR5 = new()
            {
                OAS = PhysicalSize.Bits44,
                GRAN4K = true,
                GRAN64K = true,
            },
            Model = SmmuModel.CaviumCn99xx,
            Quirks = Quirks.PageZeroOnly | Quirks.SharesInterrupt,
        };

    /// <summary>
    /// NVIDIA Tegra241 without its virtual command queues. Published: both stages, EL2, both byte orders, two-level tables
    /// of both kinds, stalls, ATS and PRI, MSIs but no wake-up events, overrides of types, coherent accesses, queues of
    /// 2^19 entries, 48 bits; neither ranges nor FWB nor hardware updates. SMMUv3.1 follows; the rest is chosen.
    /// </summary>
    public static Profile Tegra241 { get; } =
        new()
        {
            Name = nameof(Tegra241),
            Reason =
                "A queue of half a million entries takes any number of invalidations, one for each page.",
            IDR0 = new()
            {
                S2P = true,
                S1P = true,
                TTF = TableFormats.AArch64,
                COHACC = true,
                Hyp = true,
                ATS = true,
                ASID16 = true,
                MSI = true,
                PRI = true,
                VMID16 = true,
                CD2L = true,
                STALL_MODEL = StallModel.StallAndTerminate,
                ST_LEVEL = StreamTableLevels.TwoLevel,
            },
            IDR1 = new()
            {
                SIDSIZE = 24,
                SSIDSIZE = 20,
                PRIQS = 19,
                EVENTQS = 19,
                CMDQS = 19,
                ATTR_TYPES_OVR = true,
            },
            IDR3 = new() { HAD = true, XNX = true },
            IDR5 = new()
            {
                OAS = PhysicalSize.Bits48,
                GRAN4K = true,
                GRAN16K = true,
                GRAN64K = true,
                STALL_MAX = 32,
            },
            AIDR = new() { ArchMinorRev = 1 },
        };

    /// <summary>
    /// NVIDIA Tegra264 without its virtual command queues. The quirk is published, and that firmware alone tells it; an
    /// SMMUv3.2 is chosen.
    /// </summary>
    public static Profile Tegra264 { get; } =
        Tegra241 with
        {
            Name = nameof(Tegra264),
            Reason = "One invalidation is not enough, and no register says so.",
            IDR0 = Tegra241.IDR0 with { HTTU = HardwareUpdate.AccessAndDirty },
            IDR3 = new()
            {
                HAD = true,
                XNX = true,
                FWB = true,
                RIL = true,
                BBML = BreakBeforeMake.Level2,
            },
            AIDR = new() { ArchMinorRev = 2 },
            Model = SmmuModel.NvidiaTegra264,
            Quirks = Quirks.SurvivesOneInvalidation,
        };

    /// <summary>AmpereOne. StreamIDs of 32 bits are published; an SMMUv3.2 is chosen.</summary>
    public static Profile AmpereOne { get; } =
        new()
        {
            Name = nameof(AmpereOne),
            Reason =
                "The number of StreamIDs does not fit in 32 bits, and a first level for all takes 128 MiB.",
            IDR0 = new()
            {
                S2P = true,
                S1P = true,
                TTF = TableFormats.AArch64,
                COHACC = true,
                BTM = true,
                Hyp = true,
                ATS = true,
                ASID16 = true,
                MSI = true,
                VMID16 = true,
                CD2L = true,
                TTENDIAN = WalkEndianness.Little,
                STALL_MODEL = StallModel.TerminateOnly,
                TERM_MODEL = true,
                ST_LEVEL = StreamTableLevels.TwoLevel,
            },
            IDR1 = new()
            {
                SIDSIZE = 32,
                SSIDSIZE = 20,
                EVENTQS = 17,
                CMDQS = 17,
                ATTR_TYPES_OVR = true,
            },
            IDR3 = new()
            {
                HAD = true,
                XNX = true,
                FWB = true,
                RIL = true,
                BBML = BreakBeforeMake.Level1,
            },
            IDR5 = new()
            {
                OAS = PhysicalSize.Bits48,
                GRAN4K = true,
                GRAN64K = true,
            },
            AIDR = new() { ArchMinorRev = 2 },
        };
}
