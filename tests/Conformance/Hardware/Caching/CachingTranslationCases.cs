using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>What translations are remembered, for whom, and which command must make them forgotten (§3.17, §4.4).</summary>
public sealed class CachingTranslationCases
{
    private static readonly StreamId Nic = 5;
    private static readonly StreamId Gpu = 6;
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

    [Case("hw.tlb.nh-all", Level.Architecture, "tlb.042", AboutCaches = true)]
    public void CMD_TLBI_NH_ALL_forgets_one_VMID(Profile profile)
    {
        var (rig, tables, other) = TwoVmids(profile);

        rig.Send(new TlbiNhAll { VMID = 1 });

        AssertForgotten(rig, tables, other, nic: true, gpu: false);
    }

    [Case("hw.tlb.s12-vmall", Level.Architecture, "vmid.007", AboutCaches = true)]
    public void CMD_TLBI_S12_VMALL_forgets_stage_1_of_one_VMID_too(Profile profile)
    {
        var (rig, tables, other) = TwoVmids(profile);

        rig.Send(new TlbiS12Vmall { VMID = 2 });

        AssertForgotten(rig, tables, other, nic: false, gpu: true);
    }

    [Case("hw.tlb.s12-stage2", Level.Architecture, "vmid.007", AboutCaches = true)]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    public void CMD_TLBI_S12_VMALL_forgets_stage_2_of_one_VMID(Profile profile)
    {
        var rig = WithStaleStage2(profile);

        rig.Send(new TlbiS12Vmall { VMID = 1 });
        rig.Send(new Sync());

        Assert.False(rig.Access(Nic, OfStage2).Passed, "it was invalidated");
        Assert.True(rig.Access(Gpu, OfStage2).Passed, "another VMID's is still held");
    }

    [Case("hw.tlb.vmid-without-stage2", Level.Architecture, "vmid.009")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.S2P", 0)]
    public void Without_stage_2_S2VMID_tags_nothing(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var (tables, _) = rig.Attach(Nic, adjustEntry: entry => entry with { S2VMID = 5 });
        tables.Map(OfStage2, 0x1_c000_0000);
        Assert.True(rig.Access(Nic, OfStage2).Passed);
        tables.Put(OfStage2, 3, 0);

        rig.Send(new TlbiNhAsid { ASID = 1 });
        rig.Send(new Sync());

        Assert.False(rig.Access(Nic, OfStage2).Passed);
    }

    [Case("hw.tlb.nsnh-stage2", Level.Architecture, "tlb.052")]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    public void CMD_TLBI_NSNH_ALL_forgets_stage_2_of_every_VMID(Profile profile)
    {
        var rig = WithStaleStage2(profile);

        rig.Send(new TlbiNsnhAll());
        rig.Send(new Sync());

        Assert.False(rig.Access(Nic, OfStage2).Passed);
        Assert.False(rig.Access(Gpu, OfStage2).Passed);
    }

    [Case("hw.tlb.nsnh-all", Level.Architecture, "tlb.052")]
    public void CMD_TLBI_NSNH_ALL_forgets_every_VMID(Profile profile)
    {
        var (rig, tables, other) = TwoVmids(profile);

        rig.Send(new TlbiNsnhAll());

        AssertForgotten(rig, tables, other, nic: true, gpu: true);
    }

    [Case("hw.tlb.vmid", Level.Architecture, "vmid.001", "tlb.004", "vmid.009")]
    public void Stage_1_translations_are_tagged_with_the_VMID_where_stage_2_exists(Profile profile)
    {
        var (rig, _, other) = TwoVmids(profile);

        // The same ASID and address, but another VMID: another translation.
        Assert.Equal(0x8000ul, rig.Access(Nic, Here).Address.Value);
        Assert.Equal(0xa000ul, rig.Access(Gpu, Here).Address.Value);
        Assert.NotNull(other);
    }

    [Case("hw.tlb.vmid-wildcard", Level.Architecture, "vmid.004", "vmid.019")]
    public void Wildcards_take_low_VMID_bits_out_of_an_invalidation_but_not_of_a_lookup(
        Profile profile
    )
    {
        var (rig, tables, other) = TwoVmids(
            profile with
            {
                IDR0 = profile.IDR0 with { VMW = true },
            },
            first: 2,
            second: 3
        );
        rig.Disable();
        rig.Write32(
            Cr0.Offset,
            TranslationRig.Word(
                new Cr0
                {
                    SMMUEN = true,
                    CMDQEN = true,
                    EVENTQEN = true,
                    VMW = VmidWildcard.IgnoreOne,
                }
            )
        );
        Assert.Equal(0x8000ul, rig.Access(Nic, Here).Address.Value);

        rig.Send(new TlbiNhAll { VMID = 2 });

        AssertForgotten(rig, tables, other, nic: true, gpu: true);
    }

    [Case(
        "hw.tlb.vmid-wildcard-width",
        Level.Architecture,
        "vmid.004",
        "vmid.019",
        AboutCaches = true
    )]
    [Rows(nameof(Widths))]
    public void Wildcards_take_as_many_bits_out_as_they_say(Profile profile, int width)
    {
        foreach (var inside in new[] { true, false })
        {
            var (rig, tables, other) = TwoVmids(
                profile with
                {
                    IDR0 = profile.IDR0 with { VMW = true },
                },
                first: 16,
                second: (ushort)(16 + (1 << width) - (inside ? 1 : 0))
            );
            rig.Disable();
            rig.Write32(
                Cr0.Offset,
                TranslationRig.Word(
                    new Cr0
                    {
                        SMMUEN = true,
                        CMDQEN = true,
                        EVENTQEN = true,
                        VMW = (VmidWildcard)width,
                    }
                )
            );

            rig.Send(new TlbiNhAll { VMID = 16 });

            AssertForgotten(rig, tables, other, nic: true, gpu: inside);
        }
    }

    public static IEnumerable<int> Widths => [1, 2, 3, 4];

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
        var rig = new TranslationRig(CachingProfiles.Able(profile));
        rig.Smmu.Caches.AdversarialPrefetch = false;
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

    // Two virtual machines that use the same ASID and address, both warm.
    private static (TranslationRig Rig, TestTables Nic, TestTables Gpu) TwoVmids(
        Profile profile,
        ushort first = 1,
        ushort second = 2
    )
    {
        var able = CachingProfiles.Able(profile);
        var rig = new TranslationRig(able with { IDR0 = able.IDR0 with { S2P = true } });
        rig.Smmu.Caches.AdversarialPrefetch = false;
        var (nic, _) = rig.Attach(Nic, adjustEntry: ste => ste with { S2VMID = first });
        var (gpu, _) = rig.Attach(Gpu, adjustEntry: ste => ste with { S2VMID = second });
        nic.Map(Here, 0x8000);
        gpu.Map(Here, 0xa000);
        rig.Access(Nic, Here);
        rig.Access(Gpu, Here);
        return (rig, nic, gpu);
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

    private static void AssertForgotten(
        TranslationRig rig,
        TestTables nicTables,
        TestTables gpuTables,
        bool nic,
        bool gpu
    )
    {
        Unmap(nicTables, Here);
        Unmap(gpuTables, Here);
        Assert.Equal(nic, !rig.Access(Nic, Here).Passed);
        Assert.Equal(gpu, !rig.Access(Gpu, Here).Passed);
    }

    private static readonly Iova OfStage2 = 0x2_0000_0000;

    // Two VMs whose page is remembered, and gone.
    private static TranslationRig WithStaleStage2(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var (mine, others) = (rig.AttachStage2(Nic, vmid: 1), rig.AttachStage2(Gpu, vmid: 2));
        foreach (var (second, stream) in new[] { (mine, Nic), (others, Gpu) })
        {
            second.Map(OfStage2.Value, 0x1_c000_0000);
            Assert.True(rig.Access(stream, OfStage2).Passed);
            second.Put(OfStage2.Value, 3, 0);
        }
        return rig;
    }
}
