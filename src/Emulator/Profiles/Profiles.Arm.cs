using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

// Parts of Arm's own, by revision. Their errata are published, and found by IIDR.
public static partial class Profiles
{
    /// <summary>
    /// Arm MMU-600 r0p0, an SMMUv3.1. ID registers and GBPA are what is published for the r2p2 in Intel's Agilex 5, except
    /// IIDR; the errata of r0p0 are published.
    /// </summary>
    public static Profile Mmu600 { get; } =
        new()
        {
            Name = nameof(Mmu600),
            Reason =
                "Its errata are found by IIDR alone: SEV and nesting are offered and must not be used.",
            IDR0 = new(0x080f_7e3f),
            IDR1 = new(0x0e73_9d18),
            IDR3 = new(0x0000_003c),
            IDR5 = new(0x0040_0075),
            IIDR = new() { Implementer = ArmLimited, ProductID = 0x483 },
            AIDR = new(0x0000_0001),
            GBPA = default,
            Quirks = Quirks.LosesWakeEvents | Quirks.MissesNestedEntries,
        };

    /// <summary>
    /// Arm MMU-600 r1p0, without wake-up events, PRI and coherent accesses of its own, as Linux finds an MMU-600 in
    /// Rockchip's RK3588. The erratum of r1p0 is published; that broadcasts are missing is chosen.
    /// </summary>
    public static Profile Mmu600R1 { get; } =
        Mmu600 with
        {
            Name = nameof(Mmu600R1),
            Reason =
                "It writes messages that no cache sees: a driver that polls for one in its cache waits for ever.",
            IDR0 = Mmu600.IDR0 with { COHACC = false, BTM = false, SEV = false, PRI = false },
            IDR1 = Mmu600.IDR1 with { PRIQS = 0 },
            IDR3 = Mmu600.IDR3 with { PPS = false },
            IIDR = Mmu600.IIDR with { Variant = 1 },
            Coherent = false,
            Quirks = Quirks.MissesNestedEntries,
        };

    /// <summary>
    /// Arm MMU-700 r1p1, the first revision that may be nested. Part number, revisions and errata are published; the rest
    /// is chosen, after <see cref="Mmu600"/>, as an SMMUv3.2.
    /// </summary>
    public static Profile Mmu700 { get; } =
        new()
        {
            Name = nameof(Mmu700),
            Reason =
                "It offers broadcast TLB maintenance that must not be relied on, and forced write-back at stage 2.",
            IDR0 = Mmu600.IDR0 with
            {
                TTF = TableFormats.AArch64,
                HTTU = HardwareUpdate.AccessAndDirty,
                NS1ATS = false,
            },
            IDR1 = Mmu600.IDR1,
            IDR3 = new()
            {
                HAD = true,
                XNX = true,
                FWB = true,
                STT = true,
                RIL = true,
                BBML = BreakBeforeMake.Level2,
            },
            IDR5 = Mmu600.IDR5,
            IIDR = new()
            {
                Implementer = ArmLimited,
                Revision = 1,
                Variant = 1,
                ProductID = 0x487,
            },
            AIDR = new() { ArchMinorRev = 2 },
            Quirks = Quirks.MissesBroadcasts,
        };

    /// <summary>Arm MMU-700 r0p0. The errata are published; the rest is as in <see cref="Mmu700"/>.</summary>
    public static Profile Mmu700R0 { get; } =
        Mmu700 with
        {
            Name = nameof(Mmu700R0),
            Reason = "Commands of different kinds get lost if no CMD_SYNC stands between them.",
            IIDR = Mmu700.IIDR with { Revision = 0, Variant = 0 },
            Quirks =
                Quirks.LosesUnsyncedCommands | Quirks.MissesNestedEntries | Quirks.MissesBroadcasts,
        };

    /// <summary>
    /// Arm MMU-S3 r0p0. Part number and erratum are published; an SMMUv3.3 with addresses of 52 bits is chosen.
    /// </summary>
    public static Profile MmuS3 { get; } =
        Mmu700 with
        {
            Name = nameof(MmuS3),
            Reason =
                "Addresses of 52 bits, but in 64 KiB tables only: a driver that takes 4 KiB has 48.",
            IDR0 = Mmu700.IDR0 with { ATSRECERR = true },
            IDR3 = Mmu700.IDR3 with { PPS = true, E0PD = true, PTWNNC = true },
            IDR5 = Mmu700.IDR5 with
            {
                OAS = PhysicalSize.Bits52,
                VAX = VirtualAddressSize.Bits52,
                STALL_MAX = 256,
            },
            IIDR = new() { Implementer = ArmLimited, ProductID = 0x498 },
            AIDR = new() { ArchMinorRev = 3 },
        };

    private const ushort ArmLimited = 0x43b;
}
