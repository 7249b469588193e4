using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware.Layouts;

/// <summary>
/// TLB invalidation commands. Range, hint and address fields are printed in tables (§4.4.1.1, §4.1.6), ASID and VMID of
/// CMD_TLBI_NH_ASID too; the rest is in figures, and is as Linux, QEMU and EDK2 have it.
/// </summary>
public sealed class TlbiLayout
{
    /// <summary>One row per rule.</summary>
    // csharpier-ignore
    public static IEnumerable<LayoutRule> Rules =>
    [
        new("tlb.027", All.Of(["CMD_TLBI_NH_VA", "CMD_TLBI_NH_VAA", "CMD_TLBI_EL2_VA", "CMD_TLBI_EL2_VAA", "CMD_TLBI_S2_IPA"], RangeOf)),
        new("tlb.042",
            new Opcode("CMD_TLBI_NH_ALL", 0x10),
            new Position("CMD_TLBI_NH_ALL", "VMID", 47, 32),
            new NothingBut("CMD_TLBI_NH_ALL", "Opcode", "VMID")),
        new("asid.012",
            new Opcode("CMD_TLBI_NH_ASID", 0x11),
            new Position("CMD_TLBI_NH_ASID", "VMID", 47, 32),
            new Position("CMD_TLBI_NH_ASID", "ASID", 63, 48),
            new NothingBut("CMD_TLBI_NH_ASID", "Opcode", "VMID", "ASID")),
        new("tlb.044",
            new Opcode("CMD_TLBI_NH_VA", 0x12),
            new Position("CMD_TLBI_NH_VA", "VMID", 47, 32),
            new Position("CMD_TLBI_NH_VA", "ASID", 63, 48),
            new Position("CMD_TLBI_NH_VA", "Leaf", 64),
            new Position("CMD_TLBI_NH_VA", "Address", 127, 76),
            new NothingBut("CMD_TLBI_NH_VA", ["Opcode", .. Range, "VMID", "ASID", "Leaf", "Address"])),
        new("tlb.043",
            new Opcode("CMD_TLBI_NH_VAA", 0x13),
            new Position("CMD_TLBI_NH_VAA", "VMID", 47, 32),
            new Position("CMD_TLBI_NH_VAA", "Leaf", 64),
            new Position("CMD_TLBI_NH_VAA", "Address", 127, 76),
            new NothingBut("CMD_TLBI_NH_VAA", ["Opcode", .. Range, "VMID", "Leaf", "Address"])),
        new("tlb.045",
            new Opcode("CMD_TLBI_EL2_ALL", 0x20),
            new NothingBut("CMD_TLBI_EL2_ALL", "Opcode")),
        new("asid.013",
            new Opcode("CMD_TLBI_EL2_ASID", 0x21),
            new Position("CMD_TLBI_EL2_ASID", "ASID", 63, 48),
            new NothingBut("CMD_TLBI_EL2_ASID", "Opcode", "ASID")),
        new("tlb.046",
            new Opcode("CMD_TLBI_EL2_VA", 0x22),
            new Position("CMD_TLBI_EL2_VA", "ASID", 63, 48),
            new Position("CMD_TLBI_EL2_VA", "Leaf", 64),
            new Position("CMD_TLBI_EL2_VA", "Address", 127, 76),
            new NothingBut("CMD_TLBI_EL2_VA", ["Opcode", .. Range, "ASID", "Leaf", "Address"])),
        new("tlb.048",
            new Opcode("CMD_TLBI_EL2_VAA", 0x23),
            new Position("CMD_TLBI_EL2_VAA", "Leaf", 64),
            new Position("CMD_TLBI_EL2_VAA", "Address", 127, 76),
            new NothingBut("CMD_TLBI_EL2_VAA", ["Opcode", .. Range, "Leaf", "Address"])),
        new("vmid.007",
            new Opcode("CMD_TLBI_S12_VMALL", 0x28),
            new Position("CMD_TLBI_S12_VMALL", "VMID", 47, 32),
            new NothingBut("CMD_TLBI_S12_VMALL", "Opcode", "VMID")),
        new("tlb.050",
            new Opcode("CMD_TLBI_S2_IPA", 0x2a),
            new Position("CMD_TLBI_S2_IPA", "VMID", 47, 32),
            new Position("CMD_TLBI_S2_IPA", "Leaf", 64),
            new Position("CMD_TLBI_S2_IPA", "Address", 119, 76),
            new Reserved("CMD_TLBI_S2_IPA", 127, 120),
            new NothingBut("CMD_TLBI_S2_IPA", ["Opcode", .. Range, "VMID", "Leaf", "Address"])),
        new("tlb.052",
            new Opcode("CMD_TLBI_NSNH_ALL", 0x30),
            new NothingBut("CMD_TLBI_NSNH_ALL", "Opcode")),
    ];

    private static string[] Range => ["NUM", "SCALE", "TTL128", "TTL", "TG"];

    // csharpier-ignore
    private static All RangeOf(string command) => new(
        new Position(command, "NUM", 16, 12),
        new Position(command, "SCALE", 25, 20),
        new Position(command, "TTL128", 71),
        new Position(command, "TTL", 73, 72),
        new Position(command, "TG", 75, 74),
        new Encodings(command, "TG", (0b00, "Any"), (0b01, "Size4K"), (0b10, "Size16K"), (0b11, "Size64K")));

    /// <summary>§4.4</summary>
    [Case(
        "hw.tlb.layout",
        Level.Architecture,
        "tlb.027",
        "tlb.042",
        "tlb.043",
        "tlb.044",
        "tlb.045",
        "tlb.046",
        "tlb.048",
        "tlb.050",
        "tlb.052",
        "asid.012",
        "asid.013",
        "vmid.007"
    )]
    [Rows(nameof(Rules)), OncePerRun]
    public void The_fields_of_a_TLB_invalidation_are_where_the_manual_prints_them(
        Profile profile,
        LayoutRule rule
    ) => rule.AssertHolds();
}
