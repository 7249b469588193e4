using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>A translation of one page or block: of stage 1, of stage 2, or of both in one (§16.2.1).</summary>
internal struct TlbEntry
{
    /// <summary>Base of the output: an IPA where it is the stage 1 half of a nested translation.</summary>
    public PhysicalAddress Output;

    /// <summary>Of both stages in one: the IPA that stage 1 puts out for the base. Else unused.</summary>
    public Ipa Intermediate;

    /// <summary>Address of the leaf descriptor; of stage 1's where both are one.</summary>
    public PhysicalAddress Descriptor;

    /// <summary>The leaf descriptor.</summary>
    public ulong Word;

    /// <summary>The stream whose transaction, or prefetch, made the entry.</summary>
    public StreamId Stream;

    /// <summary>Its substream.</summary>
    public SubstreamId Substream;

    /// <summary>Attributes of the stage 1 leaf; the default where stage 1 has no part in it.</summary>
    public MemoryAttributes Leaf;

    /// <summary>What stage 2 does to attributes, where it has a part in it.</summary>
    public Stage2Type Type;

    /// <summary>Stage 2 has a part in it.</summary>
    public bool Stage2;

    /// <summary>Both stages translated when it was made.</summary>
    public bool Nested;

    /// <summary>There was a substream.</summary>
    public bool SubstreamValid;

    /// <summary>CD.ASET: the address space is not shared with PEs.</summary>
    public bool ASET;

    /// <summary>What stage 1 permits, under the CD and the tables of the time; everything where it has no part in it.</summary>
    public Permissions Stage1Permissions;

    /// <summary>What stage 2 permits, likewise.</summary>
    public Permissions Stage2Permissions;

    /// <summary>log2 of the bytes the entry covers.</summary>
    public byte Shift;

    /// <summary>
    /// log2 of the bytes that the leaf descriptor maps. An invalidation of any address inside removes every entry made
    /// from it (Arm ARM D8.17).
    /// </summary>
    public byte LeafShift;

    /// <summary>Level of the leaf; of stage 1's where both are one.</summary>
    public sbyte Level;

    /// <summary>log2 of the page size of its tables; of stage 1's where both are one.</summary>
    public byte PageShift;

    /// <summary>Attributes after every stage, for a transaction that brings the default ones.</summary>
    public readonly MemoryAttributes Attributes => Stage2 ? Type.Apply(Leaf) : Leaf;

    /// <summary>The output for an address that the entry covers.</summary>
    public readonly PhysicalAddress At(ulong address) =>
        new(Output.Value | (address & ((1ul << Shift) - 1)));

    /// <summary>The IPA for an address that an entry of both stages covers.</summary>
    public readonly ulong IntermediateAt(ulong address) =>
        Intermediate.Value | (address & ((1ul << Shift) - 1));

    /// <summary>Attributes of a CD fetch or stage 1 walk through this entry of stage 2 (§13.8, §5.2, S2PTW).</summary>
    /// <param name="access">As the CD or STE configures them.</param>
    /// <param name="context">The stage 2 configuration.</param>
    public readonly MemoryAttributes AttributesOfWalk(
        MemoryAttributes access,
        in Stage2Context context
    ) =>
        Type.IsDevice && context.DeviceWalksAsNormal
            ? MemoryAttributes.NonCacheable
            : Type.Apply(access);

    /// <summary>Attributes of a transaction that brings its own (§13.4).</summary>
    /// <param name="incoming">After the overrides of the STE.</param>
    /// <param name="stage1">Stage 1 has a part in the translation.</param>
    /// <param name="stage2">Stage 2 has a part in the translation.</param>
    public readonly MemoryAttributes AttributesFor(
        MemoryAttributes incoming,
        bool stage1,
        bool stage2
    )
    {
        var result = stage1 ? AttributeRules.ThroughStage1(incoming, Leaf) : incoming;
        return stage2 ? Type.Apply(result) : result;
    }
}
