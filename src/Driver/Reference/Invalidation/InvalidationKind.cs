namespace SmmuConformance.Driver.Reference;

/// <summary>What is to be forgotten. In the order in which it must be: what comes later may be filled from what comes before.</summary>
internal enum InvalidationKind : byte
{
    /// <summary>Translations of stage 1, by ASID.</summary>
    Stage1,

    /// <summary>Translations of stage 2, by VMID.</summary>
    Stage2,

    /// <summary>
    /// All that guests made of stage 1 on top of a stage 2, by VMID: it may hold addresses of both stages joined, and
    /// nobody knows which input address led to an intermediate one.
    /// </summary>
    GuestStage1,

    /// <summary>What a device has cached of the addresses, by StreamID and substream.</summary>
    Device,

    /// <summary>All that a device has cached, by StreamID: it knows only the guest's addresses.</summary>
    WholeDevice,
}
