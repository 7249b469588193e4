using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// What a PE's TLBI instruction to the shareable domain asks of every TLB there, SMMUs included (§3.17; Arm ARM
/// D8.17). The names are those of the instructions.
/// </summary>
public enum BroadcastScope : byte
{
    /// <summary>ALLE1: everything of EL1, both stages, every VMID.</summary>
    AllE1,

    /// <summary>VMALLS12E1: both stages of a VMID.</summary>
    VmAllS12E1,

    /// <summary>VMALLE1: stage 1 of a VMID.</summary>
    VmAllE1,

    /// <summary>ASIDE1: non-global stage 1 translations of a VMID and ASID.</summary>
    AsidE1,

    /// <summary>VAE1, VALE1: one address, of an ASID or global.</summary>
    VaE1,

    /// <summary>VAAE1, VAALE1: one address in every ASID.</summary>
    VaaE1,

    /// <summary>IPAS2E1, IPAS2LE1: stage 2 by IPA.</summary>
    IpaS2E1,

    /// <summary>ALLE2: everything of EL2, or of EL2 and EL0 in host mode.</summary>
    AllE2,

    /// <summary>VAE2, VALE2: one address; in host mode of an ASID or global.</summary>
    VaE2,

    /// <summary>VAAE1 in host mode: one address of EL2 and EL0 in every ASID.</summary>
    VaaE2,

    /// <summary>ASIDE1 in host mode: non-global translations of EL2 and EL0 of an ASID.</summary>
    AsidE2,
}

/// <summary>One broadcast TLB maintenance operation of a PE.</summary>
public readonly record struct BroadcastInvalidation
{
    /// <summary>What is meant.</summary>
    public required BroadcastScope Scope { get; init; }

    /// <summary>The virtual machine, where the scope has one.</summary>
    public Vmid Vmid { get; init; }

    /// <summary>The address space, where the scope has one.</summary>
    public Asid Asid { get; init; }

    /// <summary>The VA or IPA, where the scope has one.</summary>
    public ulong Address { get; init; }

    /// <summary>The L form: only entries of the last level.</summary>
    public bool LastLevel { get; init; }

    /// <summary>The PE runs EL2 in host mode (E2H): its EL2 operations are of EL2 and EL0.</summary>
    public bool HostMode { get; init; }

    /// <summary>The PE has no EL2: whatever VMID it means counts as 0 (§3.17).</summary>
    public bool WithoutEl2 { get; init; }

    /// <summary>The R form: a range of pages of this granule; null: one address of any granule.</summary>
    public Granule? Granule { get; init; }

    /// <summary>Of a range: one less than the number of units.</summary>
    public byte NUM { get; init; }

    /// <summary>Of a range: log2 of the pages in a unit.</summary>
    public byte SCALE { get; init; }

    /// <summary>Of a range: level of the leaves, or 0 for any.</summary>
    public byte TTL { get; init; }
}
