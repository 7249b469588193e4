using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>
/// One warm translation of one regime whose descriptor is gone: an access passes while the TLB holds it, and no longer.
/// </summary>
internal sealed class WarmWorld
{
    /// <summary>The stream.</summary>
    public static readonly StreamId Nic = 0xd;

    /// <summary>The page.</summary>
    public static readonly Iova Here = 0x40_0000_0000;

    /// <summary>The warm translation.</summary>
    /// <param name="profile">The hardware.</param>
    /// <param name="world">EL1, EL2 or E2H.</param>
    /// <param name="asid">CD.ASID.</param>
    /// <param name="vmid">STE.S2VMID, where it counts.</param>
    /// <param name="adjust">Of the CD.</param>
    /// <param name="global">The leaf is global.</param>
    /// <param name="ptm">CR2.PTM.</param>
    public WarmWorld(
        Profile profile,
        string world = "EL1",
        ushort asid = 1,
        ushort vmid = 0,
        Func<Cd, Cd>? adjust = null,
        bool global = false,
        bool ptm = false
    )
    {
        Rig = new TranslationRig(profile);
        if (world == "E2H" || ptm)
        {
            Rig.Disable();
            Rig.Write32(
                Cr2.Offset,
                TranslationRig.Word(
                    new Cr2
                    {
                        RECINVSID = true,
                        E2H = world == "E2H",
                        PTM = ptm,
                    }
                )
            );
            Rig.Reshape(Rig.Configuration);
        }
        (Tables, _) = Rig.Attach(
            Nic,
            asid,
            adjust,
            entry =>
                entry with
                {
                    STRW = world == "EL1" ? Strw.NsEl1 : Strw.El2,
                    S2VMID = world == "EL1" && profile.IDR0.S2P ? vmid : (ushort)0,
                }
        );
        var leaf = Tables.Leaf(0x1_c000_0000) with { nG = !global };
        Tables.Put(Here, 3, leaf.Word(0));
        Assert.True(Rig.Access(Nic, Here).Passed, "the page must be mapped to be made warm");
        Tables.Put(Here, 3, 0);
        Assert.True(IsHeld, "nothing was invalidated, so the TLB still holds the page");
    }

    /// <summary>The hardware.</summary>
    public TranslationRig Rig { get; }

    /// <summary>Its tables.</summary>
    public TestTables Tables { get; }

    /// <summary>The TLB holds the page.</summary>
    public bool IsHeld => Rig.Access(Nic, Here).Passed;

    /// <summary>A TLBI of a PE, and its DSB.</summary>
    public void Broadcast(BroadcastInvalidation operation)
    {
        Rig.Machine.Broadcast(in operation);
        Rig.Machine.CompleteBroadcasts();
    }
}
