using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>What translations are remembered, for whom, and which command must make them forgotten (§3.17, §4.4).</summary>
public sealed class CachingTranslationCases
{
    private static readonly StreamId Nic = 0xd;
    private static readonly StreamId Gpu = 0xe;
    private static readonly Iova Here = 0x40_0000_1000;

    [Case("hw.tlb.survives", Level.Architecture, "tlb.072", AboutCaches = true)]
    public void A_translation_outlives_its_descriptor_until_it_is_invalidated(Profile profile)
    {
        var (rig, tables) = One(profile);
        rig.Access(Nic, Here);
        tables.Put(Here, 3, 0);

        Assert.True(rig.Access(Nic, Here) is { Passed: true, FromTlb: true });
        rig.Send(
            new TlbiNhVa
            {
                ASID = 1,
                Address = Here,
                Leaf = true,
            }
        );
        Assert.True(rig.Access(Nic, Here).Event.Is<FTranslation>());
    }

    [Case("hw.tlb.no-negative", Level.Architecture, "tlb.015")]
    public void A_fault_is_never_remembered(Profile profile)
    {
        var (rig, tables) = One(profile);
        tables.Put(Here, 3, 0);
        rig.Access(Nic, Here);

        tables.Map(Here, 0x8000);

        Assert.True(rig.Access(Nic, Here).Passed);
    }

    [Case("hw.tlb.no-access-flag", Level.Architecture, "faults.010", "tlb.015")]
    public void A_descriptor_with_a_clear_Access_flag_is_never_remembered(Profile profile)
    {
        var (rig, tables) = One(profile);
        tables.Put(Here, 3, (tables.Leaf(0x8000) with { AF = false }).Word(0));
        var faulted = rig.Access(Nic, Here);

        tables.Map(Here, 0x8000);

        Assert.True(faulted.Event.Is<FAccess>());
        Assert.True(rig.Access(Nic, Here).Passed);
    }

    [Case("hw.tlb.permission", Level.Architecture, "tlb.072", AboutCaches = true)]
    public void Permissions_are_remembered_with_the_translation(Profile profile)
    {
        var (rig, tables) = One(profile);
        rig.Access(Nic, Here);
        tables.Put(Here, 3, (tables.Leaf(0x8000) with { AP = Stage1Ap.ReadOnly }).Word(0));

        Assert.True(rig.Access(Nic, Here, write: true).Passed);
        rig.Send(
            new TlbiNhVa
            {
                ASID = 1,
                Address = Here,
                Leaf = true,
            }
        );
        Assert.True(rig.Access(Nic, Here, write: true).Event.Is<FPermission>());
    }

    [Case("hw.tlb.nh-va", Level.Architecture, "tlb.044", AboutCaches = true)]
    public void CMD_TLBI_NH_VA_forgets_one_address_of_one_ASID(Profile profile)
    {
        var (rig, tables) = One(profile);
        tables.Map(Here + 0x1000, 0x9000);
        var other = Second(rig, asid: 2);
        Warm(rig, Here, Here + 0x1000);
        Unmap(tables, Here, Here + 0x1000);
        Unmap(other, Here);

        rig.Send(new TlbiNhVa { ASID = 1, Address = Here });

        Assert.False(rig.Access(Nic, Here).Passed);
        Assert.True(rig.Access(Nic, Here + 0x1000).Passed);
        Assert.True(rig.Access(Gpu, Here).Passed);
    }

    [Case("hw.tlb.nh-va-global", Level.Architecture, "tlb.044", "tlb.009")]
    public void CMD_TLBI_NH_VA_forgets_a_global_translation_whatever_its_ASID(Profile profile)
    {
        var (rig, tables) = One(profile);
        tables.Put(Here, 3, (tables.Leaf(0x8000) with { nG = false }).Word(0));
        rig.Access(Nic, Here);
        tables.Put(Here, 3, 0);

        rig.Send(new TlbiNhVa { ASID = 77, Address = Here });

        Assert.False(rig.Access(Nic, Here).Passed);
    }

    [Case("hw.tlb.nsnh-all-global", Level.Architecture, "tlb.052")]
    public void CMD_TLBI_NSNH_ALL_forgets_global_translations_too(Profile profile)
    {
        var (rig, tables) = One(profile);
        tables.Put(Here, 3, (tables.Leaf(0x8000) with { nG = false }).Word(0));
        rig.Access(Nic, Here);
        tables.Put(Here, 3, 0);

        rig.Send(new TlbiNsnhAll());

        Assert.False(rig.Access(Nic, Here).Passed);
    }

    [Case("hw.tlb.nh-asid", Level.Architecture, "asid.012", "tlb.011", AboutCaches = true)]
    public void CMD_TLBI_NH_ASID_keeps_global_translations_and_other_ASIDs(Profile profile)
    {
        var (rig, tables) = One(profile);
        Iova shared = Here + 0x1000;
        tables.Put(shared, 3, (tables.Leaf(0x9000) with { nG = false }).Word(0));
        var other = Second(rig, asid: 2);
        Warm(rig, Here, shared);
        Unmap(tables, Here, shared);
        Unmap(other, Here);

        rig.Send(new TlbiNhAsid { ASID = 1 });

        Assert.False(rig.Access(Nic, Here).Passed);
        Assert.True(rig.Access(Nic, shared).Passed);
        Assert.True(rig.Access(Gpu, Here).Passed);
    }

    [Case("hw.tlb.nh-vaa", Level.Architecture, "tlb.043", AboutCaches = true)]
    public void CMD_TLBI_NH_VAA_forgets_an_address_in_every_ASID(Profile profile)
    {
        var (rig, tables) = One(profile);
        tables.Map(Here + 0x1000, 0x9000);
        var other = Second(rig, asid: 2);
        Warm(rig, Here, Here + 0x1000);
        Unmap(tables, Here, Here + 0x1000);
        Unmap(other, Here);

        rig.Send(new TlbiNhVaa { Address = Here });

        Assert.False(rig.Access(Nic, Here).Passed);
        Assert.False(rig.Access(Gpu, Here).Passed);
        Assert.True(rig.Access(Nic, Here + 0x1000).Passed);
    }

    [Case("hw.tlb.shared", Level.Architecture, "tlb.070", "tlb.004", AboutCaches = true)]
    public void Streams_with_the_same_tags_share_translations(Profile profile)
    {
        var (rig, tables) = One(profile);
        rig.Access(Nic, Here);
        var other = Second(rig, asid: 1);
        Unmap(other, Here);
        Unmap(tables, Here);

        Assert.Equal(0x8000ul, rig.Access(Gpu, Here).Address.Value);
    }

    [Case("hw.tlb.global", Level.Architecture, "tlb.009", AboutCaches = true)]
    public void A_global_translation_serves_every_ASID_of_its_set(Profile profile)
    {
        var (rig, tables) = One(profile);
        tables.Put(Here, 3, (tables.Leaf(0x8000) with { nG = false }).Word(0));
        rig.Access(Nic, Here);
        Unmap(Second(rig, asid: 2), Here);

        Assert.Equal(0x8000ul, rig.Access(Gpu, Here).Address.Value);
    }

    [Case("hw.tlb.aset", Level.Architecture, "tlb.009")]
    public void A_global_translation_does_not_cross_ASID_sets(Profile profile)
    {
        var (rig, tables) = One(profile);
        tables.Put(Here, 3, (tables.Leaf(0x8000) with { nG = false }).Word(0));
        rig.Access(Nic, Here);
        var (other, _) = rig.Attach(Gpu, asid: 2, adjust: cd => cd with { ASET = true });
        other.Map(Here, 0xa000);

        Assert.Equal(0xa000ul, rig.Access(Gpu, Here).Address.Value);
    }

    [Case("hw.tlb.early-tlbi", Level.Architecture, "tlb.072", AboutCaches = true)]
    public void An_invalidation_before_the_store_achieves_nothing(Profile profile)
    {
        var (rig, tables) = One(profile);
        rig.Smmu.Caches.AdversarialPrefetch = true;
        rig.Access(Nic, Here);

        rig.Send(new TlbiNhVa { ASID = 1, Address = Here });
        tables.Put(Here, 3, 0);

        Assert.True(rig.Access(Nic, Here).Passed);
    }

    private static (TranslationRig Rig, TestTables Tables) One(Profile profile)
    {
        var rig = CachingProfiles.Quiet(CachingProfiles.Able(profile));
        var (tables, _) = rig.Attach(Nic);
        tables.Map(Here, 0x8000);
        return (rig, tables);
    }

    private static TestTables Second(TranslationRig rig, ushort asid)
    {
        var (tables, _) = rig.Attach(Gpu, asid);
        tables.Map(Here, 0xa000);
        return tables;
    }

    private static void Warm(TranslationRig rig, params ReadOnlySpan<Iova> addresses)
    {
        foreach (var address in addresses)
        {
            rig.Access(Nic, address);
            rig.Access(Gpu, address);
        }
    }

    private static void Unmap(TestTables tables, params ReadOnlySpan<Iova> addresses)
    {
        foreach (var address in addresses)
            tables.Put(address, 3, 0);
    }
}
