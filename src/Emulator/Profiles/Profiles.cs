using System.Collections.Immutable;
using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>The SMMUs that cases run on. Each differs from the others in something a driver has to notice.</summary>
public static class Profiles
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
    /// Arm MMU-600 r0p0, an SMMUv3.1. Part number, revision and feature set are public; what an integrator chooses
    /// (sizes, coherency) is set as a server would.
    /// </summary>
    public static Profile Mmu600 { get; } =
        new()
        {
            Name = nameof(Mmu600),
            Reason =
                "Its errata are found by IIDR alone: SEV and nesting are offered and must not be used.",
            IDR0 = new()
            {
                S2P = true,
                S1P = true,
                TTF = TableFormats.Both,
                COHACC = true,
                HTTU = HardwareUpdate.AccessAndDirty,
                Hyp = true,
                ATS = true,
                ASID16 = true,
                MSI = true,
                SEV = true,
                VMW = true,
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
                EVENTQS = 19,
                CMDQS = 19,
                ATTR_PERMS_OVR = true,
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
            IIDR = new() { Implementer = 0x43b, ProductID = 0x483 },
            AIDR = new() { ArchMinorRev = 1 },
            Quirks = Quirks.LosesWakeEvents | Quirks.MissesNestedEntries,
        };

    /// <summary>
    /// Arm MMU-700 r1p1, an SMMUv3.2: the first revision that may be nested. Chosen as <see cref="Mmu600"/> is.
    /// </summary>
    public static Profile Mmu700 { get; } =
        new()
        {
            Name = nameof(Mmu700),
            Reason =
                "It offers broadcast TLB maintenance that must not be relied on, and forced write-back at stage 2.",
            IDR0 = Mmu600.IDR0 with { TTF = TableFormats.AArch64, BTM = true, PRI = true },
            IDR1 = Mmu600.IDR1 with { PRIQS = 19 },
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
                Implementer = 0x43b,
                Revision = 1,
                Variant = 1,
                ProductID = 0x487,
            },
            AIDR = new() { ArchMinorRev = 2 },
            Quirks = Quirks.MissesBroadcasts,
        };

    /// <summary>The ID registers of QEMU 10.0's virt machine, bit for bit; the base of the profiles below.</summary>
    public static Profile Qemu10 { get; } =
        new()
        {
            Name = nameof(Qemu10),
            Reason =
                "What stock kernels wrote on it is known, so a driver's words can be compared with theirs.",
            IDR0 = new(0x0d44_101b),
            IDR1 = new(0x0273_0010),
            IDR3 = new(0x0000_1414),
            IDR5 = new(0x0000_0074),
            AIDR = new(0x0000_0001),
        };

    /// <summary>Accesses of the SMMU do not snoop.</summary>
    public static Profile NonCoherent { get; } =
        Qemu10 with
        {
            Name = nameof(NonCoherent),
            Reason = "A table or command that was not cleaned to memory is not seen.",
            IDR0 = Qemu10.IDR0 with { COHACC = false },
            Coherent = false,
        };

    /// <summary>ASIDs and VMIDs of 8 bits.</summary>
    public static Profile EightBitIds { get; } =
        Qemu10 with
        {
            Name = nameof(EightBitIds),
            Reason = "Identifiers run out after 255, and one above is illegal.",
            IDR0 = Qemu10.IDR0 with { ASID16 = false, VMID16 = false },
        };

    /// <summary>Every fault that may stall does, so nothing behind it is PCIe.</summary>
    public static Profile ForcedStall { get; } =
        Qemu10 with
        {
            Name = nameof(ForcedStall),
            Reason = "CD.S and STE.S2S must be 1, and each fault needs an answer.",
            IDR0 = Qemu10.IDR0 with { STALL_MODEL = StallModel.StallOnly },
            IDR5 = Qemu10.IDR5 with { STALL_MAX = 16 },
        };

    /// <summary>Message signalled interrupts, also for CMD_SYNC.</summary>
    public static Profile MsiSync { get; } =
        Qemu10 with
        {
            Name = nameof(MsiSync),
            Reason = "A driver may wait for a write to memory instead of the consumer index.",
            IDR0 = Qemu10.IDR0 with { MSI = true },
        };

    /// <summary>No two-level Stream table, and therefore 64 streams at most.</summary>
    public static Profile LinearTable { get; } =
        Qemu10 with
        {
            Name = nameof(LinearTable),
            Reason = "All entries lie in one table, which exists from the start.",
            IDR0 = Qemu10.IDR0 with { ST_LEVEL = StreamTableLevels.Linear },
            IDR1 = Qemu10.IDR1 with { SIDSIZE = 6 },
        };

    /// <summary>TLB invalidation of one address at a time.</summary>
    public static Profile NoRangeInvalidation { get; } =
        Qemu10 with
        {
            Name = nameof(NoRangeInvalidation),
            Reason =
                "Range fields in a command are illegal, and a long range must not become endless commands.",
            IDR3 = Qemu10.IDR3 with { RIL = false },
        };

    /// <summary>Memory type, shareability and hints of a transaction can be replaced.</summary>
    public static Profile AttributeOverrides { get; } =
        Qemu10 with
        {
            Name = nameof(AttributeOverrides),
            Reason = "A zero in STE.SHCFG now changes the transaction instead of being reserved.",
            IDR1 = Qemu10.IDR1 with { ATTR_TYPES_OVR = true },
        };

    /// <summary>Physical addresses of 48 bits.</summary>
    public static Profile Oas48 { get; } =
        Qemu10 with
        {
            Name = nameof(Oas48),
            Reason = "Stage 2 starts at another level, and its input size changes.",
            IDR5 = Qemu10.IDR5 with { OAS = PhysicalSize.Bits48 },
        };

    /// <summary>Every profile, in the order of this page.</summary>
    public static ImmutableArray<Profile> All { get; } =
    [
        Minimal,
        Maximal,
        Mmu600,
        Mmu700,
        Qemu10,
        NonCoherent,
        EightBitIds,
        ForcedStall,
        MsiSync,
        LinearTable,
        NoRangeInvalidation,
        AttributeOverrides,
        Oas48,
    ];

    /// <summary>The profile of that name.</summary>
    /// <exception cref="KeyNotFoundException">There is none; the message lists those there are.</exception>
    public static Profile ByName(string name) =>
        All.FirstOrDefault(profile => profile.Name == name)
        ?? throw new KeyNotFoundException(
            $"there is no profile {name}; there are {string.Join(", ", All)}"
        );
}
