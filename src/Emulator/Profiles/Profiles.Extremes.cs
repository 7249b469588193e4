using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

// No part in particular: as little, and as much, as the architecture allows. All of it is chosen.
public static partial class Profiles
{
    /// <summary>As little as the architecture allows: SMMUv3.0 with stage 1 alone.</summary>
    public static Profile Minimal { get; } =
        new()
        {
            Name = nameof(Minimal),
            Reason = "A driver that takes an optional feature for granted fails here.",
            IDR0 = new()
            {
                S1P = true,
                TTF = TableFormats.AArch64,
                COHACC = true,
                TTENDIAN = WalkEndianness.Little,
                STALL_MODEL = StallModel.TerminateOnly,
                TERM_MODEL = true,
                ST_LEVEL = StreamTableLevels.Linear,
            },
            // More than 64 streams would need a two-level table. §6.3.2
            IDR1 = new()
            {
                SIDSIZE = 6,
                EVENTQS = 7,
                CMDQS = 7,
            },
            IDR5 = new() { OAS = PhysicalSize.Bits36, GRAN4K = true },
        };

    /// <summary>SMMUv3.3 with every feature that a driver of this contract can use.</summary>
    public static Profile Maximal { get; } =
        new()
        {
            Name = nameof(Maximal),
            Reason = "Every feature a driver may use is there to be used wrongly.",
            IDR0 = new()
            {
                S2P = true,
                S1P = true,
                TTF = TableFormats.AArch64,
                COHACC = true,
                BTM = true,
                HTTU = HardwareUpdate.AccessAndDirty,
                Hyp = true,
                ATOS = true,
                ATS = true,
                ASID16 = true,
                MSI = true,
                SEV = true,
                PRI = true,
                VMID16 = true,
                CD2L = true,
                TTENDIAN = WalkEndianness.Mixed,
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
                ATTR_PERMS_OVR = true,
                ATTR_TYPES_OVR = true,
            },
            IDR3 = new()
            {
                HAD = true,
                XNX = true,
                PPS = true,
                FWB = true,
                STT = true,
                RIL = true,
                BBML = BreakBeforeMake.Level2,
                E0PD = true,
                PTWNNC = true,
            },
            IDR5 = new()
            {
                OAS = PhysicalSize.Bits48,
                GRAN4K = true,
                GRAN16K = true,
                GRAN64K = true,
                STALL_MAX = 64,
            },
            AIDR = new() { ArchMinorRev = 3 },
        };

    /// <summary>
    /// SMMUv3.4: addresses of 52 bits in tables of 4 KiB and 16 KiB, and an Access flag in table descriptors.
    /// </summary>
    public static Profile Lpa2 { get; } =
        Maximal with
        {
            Name = nameof(Lpa2),
            Reason =
                "CD.DS and STE.S2DS change every descriptor, and invalid bits of old ones become addresses.",
            IDR0 = Maximal.IDR0 with
            {
                HTTU = HardwareUpdate.AccessDirtyAndTable,
                ATSRECERR = true,
                TTENDIAN = WalkEndianness.Little,
            },
            IDR3 = Maximal.IDR3 with { PASIDTT = true, EPAN = true, MTEPERM = true },
            IDR5 = new()
            {
                OAS = PhysicalSize.Bits52,
                GRAN4K = true,
                GRAN16K = true,
                DS = true,
                VAX = VirtualAddressSize.Bits52,
                STALL_MAX = 64,
            },
            AIDR = new() { ArchMinorRev = 4 },
        };
}
