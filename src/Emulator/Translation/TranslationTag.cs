using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// Who may use a cached translation (§3.17): regime, VMID, and either an ASID or, for a global translation, the ASID
/// set. Layout: ASID [15:0], VMID [31:16], regime [33:32], ASET [34], global [35].
/// </summary>
internal readonly record struct TranslationTag(ulong Value)
{
    private const ulong GlobalBit = 1ul << 35;

    /// <summary>A translation of one address space; in EL2 there are no ASIDs and all is one address space.</summary>
    public static TranslationTag Of(StreamWorld world, Vmid vmid, Asid asid) =>
        world switch
        {
            StreamWorld.NsEl1 => new(Pack(world, vmid) | asid.Value),
            StreamWorld.NsEl2E2h => new(Pack(world, 0) | asid.Value),
            _ => new(Pack(world, 0)),
        };

    /// <summary>A translation of stage 2: one IPA space of one virtual machine. Kept apart from those of stage 1.</summary>
    public static TranslationTag OfStage2(Vmid vmid) => new(Pack(StreamWorld.NsEl1, vmid));

    /// <summary>A translation of every address space of the same ASID set (§3.17.1).</summary>
    public static TranslationTag Global(StreamWorld world, Vmid vmid, bool aset) =>
        world == StreamWorld.NsEl2
            ? Of(world, vmid, 0)
            : new(
                Pack(world, world == StreamWorld.NsEl1 ? vmid : 0)
                    | (aset ? 1ul << 34 : 0)
                    | GlobalBit
            );

    /// <summary>The regime.</summary>
    public StreamWorld World => (StreamWorld)(Value >> 32 & 3);

    /// <summary>The virtual machine; 0 where the regime has none.</summary>
    public Vmid Vmid => (ushort)(Value >> 16 & 0xffff);

    /// <summary>The address space, unless global.</summary>
    public Asid Asid => (ushort)(Value & 0xffff);

    /// <summary>Any ASID matches.</summary>
    public bool IsGlobal => (Value & GlobalBit) != 0;

    /// <inheritdoc/>
    public override string ToString() =>
        World == StreamWorld.NsEl2 ? "NS-EL2"
        : IsGlobal ? $"{Prefix} global"
        : $"{Prefix} ASID {Asid}";

    private string Prefix => World == StreamWorld.NsEl1 ? $"NS-EL1 VMID {Vmid}" : "NS-EL2-E2H";

    private static ulong Pack(StreamWorld world, Vmid vmid) =>
        (ulong)world << 32 | (ulong)vmid.Value << 16;
}
