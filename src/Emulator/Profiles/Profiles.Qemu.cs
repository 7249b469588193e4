using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

// QEMU's model, published by its registers, and what differs from it in one thing, which is chosen.
public static partial class Profiles
{
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
            Choices = ImplementationChoices.PagesAlias,
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

    /// <summary>Translation tables are read the other way round.</summary>
    public static Profile BigEndian { get; } =
        Qemu10 with
        {
            Name = nameof(BigEndian),
            Reason = "Structures stay little-endian while tables, and CD.ENDI, may not.",
            IDR0 = Qemu10.IDR0 with { TTENDIAN = WalkEndianness.Big },
        };
}
