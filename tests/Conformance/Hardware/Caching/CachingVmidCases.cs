using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Translations of several virtual machines: whose a command makes forgotten (§3.17, §4.4).</summary>
public sealed class CachingVmidCases
{
    private static readonly StreamId Nic = 0xd;
    private static readonly StreamId Gpu = 0xe;
    private static readonly Iova Here = 0x40_0000_1000;

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
        Ignore(rig, VmidWildcard.IgnoreOne);
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
            Ignore(rig, (VmidWildcard)width);

            rig.Send(new TlbiNhAll { VMID = 16 });

            AssertForgotten(rig, tables, other, nic: true, gpu: inside);
        }
    }

    public static IEnumerable<int> Widths => [1, 2, 3, 4];

    private static void Ignore(TranslationRig rig, VmidWildcard bits)
    {
        rig.Disable();
        rig.Write32(
            Cr0.Offset,
            TranslationRig.Word(
                new Cr0
                {
                    SMMUEN = true,
                    CMDQEN = true,
                    EVENTQEN = true,
                    VMW = bits,
                }
            )
        );
    }

    // Two virtual machines that use the same ASID and address, both warm.
    private static (TranslationRig Rig, TestTables Nic, TestTables Gpu) TwoVmids(
        Profile profile,
        ushort first = 1,
        ushort second = 2
    )
    {
        var able = CachingProfiles.Able(profile);
        var rig = CachingProfiles.Quiet(able with { IDR0 = able.IDR0 with { S2P = true } });
        var (nic, _) = rig.Attach(Nic, adjustEntry: ste => ste with { S2VMID = first });
        var (gpu, _) = rig.Attach(Gpu, adjustEntry: ste => ste with { S2VMID = second });
        nic.Map(Here, 0x8000);
        gpu.Map(Here, 0xa000);
        rig.Access(Nic, Here);
        rig.Access(Gpu, Here);
        return (rig, nic, gpu);
    }

    private static void AssertForgotten(
        TranslationRig rig,
        TestTables nicTables,
        TestTables gpuTables,
        bool nic,
        bool gpu
    )
    {
        nicTables.Put(Here, 3, 0);
        gpuTables.Put(Here, 3, 0);
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
