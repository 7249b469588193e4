namespace SmmuConformance.Architecture;

/// <summary>Level 1 Context Descriptor: where the CDs of a range of SubstreamIDs lie.</summary>
[Structure("L1CD", bits: 64, clause: "5.3")]
public readonly partial struct L1Cd
{
    /// <summary>There is a leaf. Without one a transaction aborts with C_BAD_SUBSTREAMID.</summary>
    [Bits(0)]
    public partial bool V { get; init; }

    /// <summary>Base of the leaf, a 4 KB or 64 KB table. An IPA when stage 2 translates too.</summary>
    [Address(55, 12, When = nameof(V))]
    public partial PhysicalAddress L2Ptr { get; init; }
}
