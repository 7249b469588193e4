using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Translations of the EL2 regimes, which have no VMID and, without E2H, no ASID (§3.17.5, §4.4.2.7).</summary>
public sealed class CachingEl2Cases
{
    private static readonly StreamId Nic = 0xd;
    private static readonly Iova Here = 0x40_0000_1000;

    [Case("hw.tlb.el2-all", Level.Architecture, "tlb.045", "tlb.052", AboutCaches = true)]
    public void EL2_translations_are_forgotten_by_CMD_TLBI_EL2_ALL_alone(Profile profile)
    {
        var (rig, tables) = El2(profile, e2h: false);

        rig.Send(new TlbiNsnhAll());
        Assert.True(rig.Access(Nic, Here).Passed);
        rig.Send(new TlbiEl2All());
        Assert.False(rig.Access(Nic, Here).Passed);
        Assert.NotNull(tables);
    }

    [Case("hw.tlb.el2-va", Level.Architecture, "tlb.046", "asid.001")]
    public void In_EL2_the_ASID_of_CMD_TLBI_EL2_VA_does_not_count(Profile profile)
    {
        var (rig, _) = El2(profile, e2h: false);

        rig.Send(new TlbiEl2Va { ASID = 99, Address = Here });

        Assert.False(rig.Access(Nic, Here).Passed);
    }

    [Case("hw.tlb.el2-e2h-va", Level.Architecture, "tlb.046", "stage1.021", AboutCaches = true)]
    public void In_EL2_E2H_the_ASID_of_CMD_TLBI_EL2_VA_counts(Profile profile)
    {
        var (rig, _) = El2(profile, e2h: true);

        rig.Send(new TlbiEl2Va { ASID = 99, Address = Here });
        Assert.True(rig.Access(Nic, Here).Passed);
        rig.Send(new TlbiEl2Va { ASID = 1, Address = Here });
        Assert.False(rig.Access(Nic, Here).Passed);
    }

    [Case("hw.tlb.el2-asid", Level.Architecture, "asid.013", AboutCaches = true)]
    public void CMD_TLBI_EL2_ASID_forgets_one_ASID_of_EL2_E2H(Profile profile)
    {
        var (rig, _) = El2(profile, e2h: true);

        rig.Send(new TlbiEl2Asid { ASID = 99 });
        Assert.True(rig.Access(Nic, Here).Passed);
        rig.Send(new TlbiEl2Asid { ASID = 1 });
        Assert.False(rig.Access(Nic, Here).Passed);
    }

    [Case("hw.tlb.el2-vaa", Level.Architecture, "tlb.048")]
    public void CMD_TLBI_EL2_VAA_forgets_an_address_in_every_ASID(Profile profile)
    {
        var (rig, _) = El2(profile, e2h: true);

        rig.Send(new TlbiEl2Vaa { Address = Here });

        Assert.False(rig.Access(Nic, Here).Passed);
    }

    [Case("hw.tlb.el2-global", Level.Architecture, "tlb.045", "tlb.046", "tlb.048")]
    [Rows(nameof(Reaching))]
    public void Global_translations_of_EL2_E2H_are_forgotten_with_the_others(
        Profile profile,
        string row
    )
    {
        var (rig, _) = El2(profile, e2h: true, global: true);

        switch (row)
        {
            case "all":
                rig.Send(new TlbiEl2All());
                break;
            case "va":
                rig.Send(new TlbiEl2Va { ASID = 99, Address = Here });
                break;
            default:
                rig.Send(new TlbiEl2Vaa { Address = Here });
                break;
        }

        Assert.False(rig.Access(Nic, Here).Passed);
    }

    public static IEnumerable<string> Reaching => ["all", "va", "vaa"];

    // A warm translation whose descriptor is gone.
    private static (TranslationRig Rig, TestTables Tables) El2(
        Profile profile,
        bool e2h,
        bool global = false
    )
    {
        var able = CachingProfiles.Able(profile);
        var rig = new TranslationRig(
            able with
            {
                IDR0 = able.IDR0 with { S2P = true, Hyp = true },
            }
        );
        rig.Smmu.Caches.AdversarialPrefetch = false;
        rig.Disable();
        rig.Write32(Cr2.Offset, TranslationRig.Word(new Cr2 { E2H = e2h }));
        rig.Reshape(rig.Configuration);
        var (tables, _) = rig.Attach(Nic, adjustEntry: ste => ste with { STRW = Strw.El2 });
        tables.Put(Here, 3, (tables.Leaf(0x8000) with { nG = !global }).Word(0));
        rig.Access(Nic, Here);
        tables.Put(Here, 3, 0);
        return (rig, tables);
    }
}
