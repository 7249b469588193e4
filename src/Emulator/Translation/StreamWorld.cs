namespace SmmuConformance.Emulator;

/// <summary>The translation regime of a Non-secure stream (§3.3.3).</summary>
internal enum StreamWorld : byte
{
    /// <summary>EL1: two address ranges, tagged by VMID and ASID.</summary>
    NsEl1,

    /// <summary>EL2: one address range, no privilege, no tags.</summary>
    NsEl2,

    /// <summary>EL2 with E2H: two address ranges, tagged by ASID.</summary>
    NsEl2E2h,
}
