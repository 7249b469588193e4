using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

// No part in particular: one thing is missing, or alone. All of it is chosen.
public static partial class Profiles
{
    /// <summary>SMMUv3.2 without stage 1, with both table formats and physical addresses of 36 bits.</summary>
    public static Profile Stage2Only { get; } =
        new()
        {
            Name = nameof(Stage2Only),
            Reason =
                "No CD exists, and an input address has 40 bits although an output address has 36.",
            IDR0 = new()
            {
                S2P = true,
                TTF = TableFormats.Both,
                COHACC = true,
                ATS = true,
                MSI = true,
                VMW = true,
                TTENDIAN = WalkEndianness.Little,
                STALL_MODEL = StallModel.StallAndTerminate,
                ST_LEVEL = StreamTableLevels.TwoLevel,
            },
            IDR1 = new()
            {
                SIDSIZE = 10,
                EVENTQS = 8,
                CMDQS = 8,
            },
            IDR3 = new()
            {
                XNX = true,
                FWB = true,
                RIL = true,
                BBML = BreakBeforeMake.Level1,
            },
            IDR5 = new()
            {
                OAS = PhysicalSize.Bits36,
                GRAN4K = true,
                GRAN64K = true,
                STALL_MAX = 4,
            },
            AIDR = new() { ArchMinorRev = 2 },
        };

    /// <summary>SMMUv3.1 with stage 1 alone and 256 substreams, in one CD table; it refuses everything until enabled.</summary>
    public static Profile Substreams { get; } =
        new()
        {
            Name = nameof(Substreams),
            Reason =
                "A CD table has one level, and privilege can be overridden where types cannot.",
            IDR0 = new()
            {
                S1P = true,
                TTF = TableFormats.AArch64,
                COHACC = true,
                HTTU = HardwareUpdate.AccessAndDirty,
                ATS = true,
                ASID16 = true,
                MSI = true,
                PRI = true,
                STALL_MODEL = StallModel.StallAndTerminate,
                TERM_MODEL = true,
                ST_LEVEL = StreamTableLevels.TwoLevel,
            },
            IDR1 = new()
            {
                SIDSIZE = 8,
                SSIDSIZE = 8,
                PRIQS = 8,
                EVENTQS = 10,
                CMDQS = 10,
                ATTR_PERMS_OVR = true,
            },
            IDR3 = new() { HAD = true },
            IDR5 = new()
            {
                OAS = PhysicalSize.Bits42,
                GRAN4K = true,
                GRAN64K = true,
                STALL_MAX = 16,
            },
            AIDR = new() { ArchMinorRev = 1 },
            GBPA = new() { ABORT = true, SHCFG = ShCfg.Incoming },
        };

    /// <summary>SMMUv3.0 with tables of 16 KiB alone and physical addresses of 40 bits.</summary>
    public static Profile Granule16K { get; } =
        new()
        {
            Name = nameof(Granule16K),
            Reason =
                "Sixteen first tables of stage 2 stand side by side; ASIDs and VMIDs differ in size.",
            IDR0 = new()
            {
                S2P = true,
                S1P = true,
                TTF = TableFormats.AArch64,
                COHACC = true,
                HTTU = HardwareUpdate.AccessFlag,
                SEV = true,
                VMID16 = true,
                TTENDIAN = WalkEndianness.Little,
                STALL_MODEL = StallModel.TerminateOnly,
                ST_LEVEL = StreamTableLevels.TwoLevel,
            },
            IDR1 = new()
            {
                SIDSIZE = 12,
                EVENTQS = 12,
                CMDQS = 12,
            },
            IDR5 = new() { OAS = PhysicalSize.Bits40, GRAN16K = true },
        };

    /// <summary>SMMUv3.1 with tables of 64 KiB alone and addresses of 52 bits.</summary>
    public static Profile Granule64K { get; } =
        new()
        {
            Name = nameof(Granule64K),
            Reason =
                "The upper bits of an address stand at the bottom of a descriptor, and a page is 64 KiB.",
            IDR0 = new()
            {
                S2P = true,
                S1P = true,
                TTF = TableFormats.AArch64,
                COHACC = true,
                Hyp = true,
                ASID16 = true,
                MSI = true,
                VMID16 = true,
                TTENDIAN = WalkEndianness.Little,
                STALL_MODEL = StallModel.TerminateOnly,
                TERM_MODEL = true,
                ST_LEVEL = StreamTableLevels.TwoLevel,
            },
            IDR1 = new()
            {
                SIDSIZE = 16,
                EVENTQS = 15,
                CMDQS = 15,
            },
            IDR3 = new() { HAD = true, XNX = true },
            IDR5 = new()
            {
                OAS = PhysicalSize.Bits52,
                GRAN64K = true,
                VAX = VirtualAddressSize.Bits52,
            },
            AIDR = new() { ArchMinorRev = 1 },
        };
}
