namespace SmmuConformance.Architecture;

/// <summary>Which translation features the Non-secure interface has.</summary>
/// <remarks>
/// Constant after reset (§6.2), with one exception: with Secure state, STALL_MODEL follows SMMU_S_CR0.NSSTALLD.
/// </remarks>
[Register("SMMU_IDR0", offset: 0x0000, bits: 32, clause: "6.3.1", Access.ReadOnly)]
public readonly partial struct Idr0
{
    /// <summary>Stage 2 translation exists.</summary>
    [Bits(0)]
    public partial bool S2P { get; init; }

    /// <summary>Stage 1 translation exists.</summary>
    [Bits(1)]
    public partial bool S1P { get; init; }

    /// <summary>Table formats, for both stages.</summary>
    [Bits(3, 2)]
    public partial TableFormats TTF { get; init; }

    /// <summary>The SMMU's own accesses (walks, structures, queues, MSIs) can be IO-coherent.</summary>
    [Bits(4)]
    public partial bool COHACC { get; init; }

    /// <summary>Takes part in broadcast TLB maintenance.</summary>
    [Bits(5)]
    public partial bool BTM { get; init; }

    /// <summary>Flags that hardware updates in the tables.</summary>
    [Bits(7, 6)]
    public partial HardwareUpdate HTTU { get; init; }

    /// <summary>STATUSR.DORMANT means something.</summary>
    [Bits(8)]
    public partial bool DORMHINT { get; init; }

    /// <summary>EL2 and EL2-E2H stage 1 contexts; only with both stages.</summary>
    [Bits(9)]
    public partial bool Hyp { get; init; }

    /// <summary>PCIe ATS in the SMMU; says nothing about endpoints.</summary>
    [Bits(10)]
    public partial bool ATS { get; init; }

    /// <summary>Split-stage ATS is absent (a negative bit).</summary>
    [Bits(11)]
    public partial bool NS1ATS { get; init; }

    /// <summary>ASIDs have 16 bits instead of 8.</summary>
    [Bits(12)]
    public partial bool ASID16 { get; init; }

    /// <summary>Message signalled interrupts.</summary>
    [Bits(13)]
    public partial bool MSI { get; init; }

    /// <summary>CMD_SYNC can wake a PE from WFE.</summary>
    [Bits(14)]
    public partial bool SEV { get; init; }

    /// <summary>Address translation operations by register.</summary>
    [Bits(15)]
    public partial bool ATOS { get; init; }

    /// <summary>Page Request Interface; only with ATS.</summary>
    [Bits(16)]
    public partial bool PRI { get; init; }

    /// <summary>VMID wildcards in TLB invalidation.</summary>
    [Bits(17)]
    public partial bool VMW { get; init; }

    /// <summary>VMIDs have 16 bits instead of 8.</summary>
    [Bits(18)]
    public partial bool VMID16 { get; init; }

    /// <summary>Two-level context descriptor tables.</summary>
    [Bits(19)]
    public partial bool CD2L { get; init; }

    /// <summary>A page of address translation operations for a virtual machine.</summary>
    [Bits(20)]
    public partial bool VATOS { get; init; }

    /// <summary>Byte orders of a table walk.</summary>
    [Bits(22, 21)]
    public partial WalkEndianness TTENDIAN { get; init; }

    /// <summary>Can record more events for ATS and PRI requests.</summary>
    [Bits(23)]
    public partial bool ATSRECERR { get; init; }

    /// <summary>Stall, terminate, or both.</summary>
    [Bits(25, 24)]
    public partial StallModel STALL_MODEL { get; init; }

    /// <summary>A terminated transaction always aborts, so CD.A must be 1.</summary>
    [Bits(26)]
    public partial bool TERM_MODEL { get; init; }

    /// <summary>Stream table formats.</summary>
    [Bits(28, 27)]
    public partial StreamTableLevels ST_LEVEL { get; init; }

    /// <summary>Granule protection faults are visible to this interface.</summary>
    [Bits(30)]
    public partial bool RME_IMPL { get; init; }
}

/// <summary>Sizes: identifiers, queues, and what is preset.</summary>
[Register("SMMU_IDR1", offset: 0x0004, bits: 32, clause: "6.3.2", Access.ReadOnly)]
public readonly partial struct Idr1
{
    /// <summary>Bits of a StreamID, 0 to 32. From 7 on, a two-level table must be offered.</summary>
    [Bits(5, 0)]
    public partial byte SIDSIZE { get; init; }

    /// <summary>Bits of a SubstreamID, 0 to 20; 0 means there are none.</summary>
    [Bits(10, 6)]
    public partial byte SSIDSIZE { get; init; }

    /// <summary>log2 of the largest PRI queue, up to 19.</summary>
    [Bits(15, 11)]
    public partial byte PRIQS { get; init; }

    /// <summary>log2 of the largest Event queue, up to 19.</summary>
    [Bits(20, 16)]
    public partial byte EVENTQS { get; init; }

    /// <summary>log2 of the largest Command queue, up to 19.</summary>
    [Bits(25, 21)]
    public partial byte CMDQS { get; init; }

    /// <summary>Incoming privilege and instruction attributes can be overridden.</summary>
    [Bits(26)]
    public partial bool ATTR_PERMS_OVR { get; init; }

    /// <summary>Incoming memory type, shareability and hints can be overridden.</summary>
    [Bits(27)]
    public partial bool ATTR_TYPES_OVR { get; init; }

    /// <summary>Preset bases are offsets from page 0.</summary>
    [Bits(28)]
    public partial bool REL { get; init; }

    /// <summary>Queue bases are fixed and read-only.</summary>
    [Bits(29)]
    public partial bool QUEUES_PRESET { get; init; }

    /// <summary>The Stream table base is fixed and read-only.</summary>
    [Bits(30)]
    public partial bool TABLES_PRESET { get; init; }

    /// <summary>Enhanced Command queues exist; IDR6 describes them.</summary>
    [Bits(31)]
    public partial bool ECMDQ { get; init; }
}

/// <summary>Where the VATOS page is.</summary>
[Register("SMMU_IDR2", offset: 0x0008, bits: 32, clause: "6.3.3", Access.ReadOnly)]
public readonly partial struct Idr2
{
    /// <summary>VATOS page, in units of 64 KiB from offset 0x20000; zero without IDR0.VATOS.</summary>
    [Bits(9, 0)]
    public partial ushort BA_VATOS { get; init; }
}

/// <summary>What the implementer wants to say; the architecture gives it no meaning.</summary>
[Register("SMMU_IDR4", offset: 0x0010, bits: 32, clause: "6.3.5", Access.ReadOnly)]
public readonly partial struct Idr4
{
    /// <summary>IMPLEMENTATION DEFINED.</summary>
    [Bits(31, 0)]
    public partial uint ImplementationDefined { get; init; }
}

/// <summary>Granules, address sizes, and how many transactions can stall.</summary>
[Register("SMMU_IDR5", offset: 0x0014, bits: 32, clause: "6.3.6", Access.ReadOnly)]
public readonly partial struct Idr5
{
    /// <summary>Size of a physical address.</summary>
    [Bits(2, 0)]
    public partial PhysicalSize OAS { get; init; }

    /// <summary>4 KiB granule.</summary>
    [Bits(4)]
    public partial bool GRAN4K { get; init; }

    /// <summary>16 KiB granule.</summary>
    [Bits(5)]
    public partial bool GRAN16K { get; init; }

    /// <summary>64 KiB granule.</summary>
    [Bits(6)]
    public partial bool GRAN64K { get; init; }

    /// <summary>52-bit addresses with the 4 KiB and 16 KiB granules.</summary>
    [Bits(7)]
    public partial bool DS { get; init; }

    /// <summary>128-bit descriptors.</summary>
    [Bits(8)]
    public partial bool D128 { get; init; }

    /// <summary>Input size of one table base.</summary>
    [Bits(11, 10)]
    public partial VirtualAddressSize VAX { get; init; }

    /// <summary>Stalled transactions that can be outstanding; zero when nothing stalls.</summary>
    [Bits(31, 16)]
    public partial ushort STALL_MAX { get; init; }
}

/// <summary>Number of Enhanced Command queues; RES0 without IDR1.ECMDQ.</summary>
[Register("SMMU_IDR6", offset: 0x0190, bits: 32, clause: "6.3.45", Access.ReadOnly)]
public readonly partial struct Idr6
{
    /// <summary>log2 of the queues in one control page, up to 8.</summary>
    [Bits(19, 16)]
    public partial byte CMDQ_CONTROL_PAGE_LOG2NUMQ { get; init; }

    /// <summary>log2 of the control pages, up to 8.</summary>
    [Bits(27, 24)]
    public partial byte CMDQ_CONTROL_PAGE_LOG2NUMP { get; init; }
}

/// <summary>Who made the SMMU, and which revision: the key of every erratum.</summary>
[Register("SMMU_IIDR", offset: 0x0018, bits: 32, clause: "6.3.7", Access.ReadOnly)]
public readonly partial struct Iidr
{
    /// <summary>JEP106 code of the implementer; Arm is 0x43b.</summary>
    [Bits(11, 0)]
    public partial ushort Implementer { get; init; }

    /// <summary>Minor revision: the p of r1p0.</summary>
    [Bits(15, 12)]
    public partial byte Revision { get; init; }

    /// <summary>Major revision: the r of r1p0.</summary>
    [Bits(19, 16)]
    public partial byte Variant { get; init; }

    /// <summary>Part number.</summary>
    [Bits(31, 20)]
    public partial ushort ProductID { get; init; }
}

/// <summary>Architecture version; features are read from the ID bits, not from here.</summary>
[Register("SMMU_AIDR", offset: 0x001C, bits: 32, clause: "6.3.8", Access.ReadOnly)]
public readonly partial struct Aidr
{
    /// <summary>The minor number: 2 is SMMUv3.2.</summary>
    [Bits(3, 0)]
    public partial byte ArchMinorRev { get; init; }

    /// <summary>The major number; 0 is SMMUv3.</summary>
    [Bits(7, 4)]
    public partial byte ArchMajorRev { get; init; }
}
