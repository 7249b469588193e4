using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Tag, fault model and attributes in a context descriptor.</summary>
public sealed class CdFields
{
    private static readonly StreamId Nic = 0x10;
    private static readonly StreamId Gpu = 0x11;

    public static IEnumerable<MasterKind> Masters => MasterKind.All;

    [Case("cd.asid.width", Level.Architecture, "cd.045", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.ASID16", 0)]
    public void The_ASID_fits_8_bits_where_there_are_no_more(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);

        scene.Set(nic, StreamSetting.DomainA);

        ((int)scene.Bench.CdOf(Nic).ASID.Value).Should().BeLessThan(256, "more is ILLEGAL");
    }

    [Case(
        "cd.asid.reserved",
        Level.Contract,
        "contract.policies-kept",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void The_ASID_is_none_that_the_driver_reserves(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);

        scene.Set(nic, StreamSetting.DomainA);

        var first = scene.Bench.Description.Policies.FirstAsid;
        scene.Bench.CdOf(Nic).ASID.Value.Should().BeGreaterThanOrEqualTo(first);
    }

    [Case(
        "cd.asid.two-domains",
        Level.Architecture,
        "asid.017",
        "asid.002",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Two_domains_behind_one_SMMU_have_tags_of_their_own(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var (nic, gpu) = (scene.Bench.AddDevice(Nic), scene.Bench.AddDevice(Gpu));
        scene.Set(nic, StreamSetting.DomainA);

        scene.Set(gpu, StreamSetting.DomainB);

        var (first, second) = (scene.Bench.CdOf(Nic), scene.Bench.CdOf(Gpu));
        second.ASID.Should().NotBe(first.ASID, "translations of one would serve the other");
    }

    [Case("cd.aset", Level.Linux, "linux.cd.s1", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void An_ASID_that_no_process_shares_is_in_the_private_set(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);

        scene.Set(nic, StreamSetting.DomainA);

        scene.Bench.CdOf(Nic).ASET.Should().BeTrue();
    }

    [Case(
        "cd.fault-model",
        Level.Architecture,
        "cd.044",
        "stall.003",
        "stall.041",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Masters))]
    public void S_is_what_the_stall_model_allows(Profile profile, MasterKind kind)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(kind.Description);

        scene.Set(nic, StreamSetting.DomainA);

        var cd = scene.Bench.CdOf(nic.Stream);
        if (profile.IDR0.STALL_MODEL == StallModel.TerminateOnly)
            cd.S.Should().BeFalse("stalling does not exist");
        if (profile.IDR0.STALL_MODEL == StallModel.StallOnly)
            cd.S.Should().BeTrue("there is no other way");
        (cd.S && scene.Bench.SteOf(nic.Stream).S1STALLD)
            .Should()
            .BeFalse("the entry forbids what the descriptor asks for");
    }

    [Case("cd.fault-model.unsafe", Level.Architecture, "stall.006", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.STALL_MODEL", 0, 1)]
    public void A_device_that_must_not_stall_does_not(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);

        scene.Set(nic, StreamSetting.DomainA);

        scene.Bench.CdOf(Nic).S.Should().BeFalse("its faults terminate");
        scene.Bench.Dma(nic, 0x7000_0000).Stalled.Should().BeFalse();
    }

    [Case("cd.fault-model.linux", Level.Linux, "linux.cd.s1", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Masters))]
    public void Faults_stall_exactly_if_SMMU_and_device_can(Profile profile, MasterKind kind)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(kind.Description);

        scene.Set(nic, StreamSetting.DomainA);

        var cd = scene.Bench.CdOf(nic.Stream);
        var stalls = profile.IDR0.STALL_MODEL switch
        {
            StallModel.StallOnly => true,
            StallModel.StallAndTerminate => kind.Description.CanStall,
            _ => false,
        };
        (cd.S, cd.R, cd.A).Should().Be((stalls, true, true));
    }

    [Case("cd.a", Level.Architecture, "cd.044", "faults.008", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.TERM_MODEL", 1)]
    public void Faults_abort_where_they_cannot_do_anything_else(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);

        scene.Set(nic, StreamSetting.DomainA);

        scene.Bench.CdOf(Nic).A.Should().BeTrue("A = 0 is ILLEGAL with TERM_MODEL = 1");
    }

    [Case(
        "cd.fault-recorded",
        Level.Linux,
        "linux.cd.s1",
        "faults.018",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.STALL_MODEL", 0, 1)]
    public void A_fault_is_recorded_and_answered_with_an_abort(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);
        scene.Set(nic, StreamSetting.DomainA);

        var access = scene.Bench.Dma(nic, 0x7000_0000);

        (access.RecordEvent, access.Response).Should().Be((true, FaultResponse.Abort));
        access.Event.Is<FTranslation>().Should().BeTrue($"{access.Event}");
    }

    [Case("cd.res0", Level.Architecture, "ste.009", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Masters))]
    public void No_reserved_bit_is_set_in_a_descriptor(Profile profile, MasterKind kind)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(kind.Description);

        scene.Set(nic, StreamSetting.DomainA);

        var cd = scene.Bench.CdOf(nic.Stream);
        for (var word = 0; word < Cd.Layout.WordCount; word++)
            (cd.Word(word) & Cd.Layout.Reserved(word)).Should().Be(0, $"word {word} of\n{cd}");
    }

    [Case("cd.bits", Level.Linux, "linux.cd.s1", "linux.cd.mair", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_stage_1_descriptor_has_exactly_the_fields_of_its_kind(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);

        scene.Set(nic, StreamSetting.DomainA);

        var cd = scene.Bench.CdOf(Nic);
        Assert.Equal(
            new Cd
            {
                V = true,
                AA64 = true,
                T0SZ = cd.T0SZ,
                TG0 = cd.TG0,
                IR0 = profile.Coherent ? Cacheability.WriteBackAllocate : Cacheability.NonCacheable,
                OR0 = profile.Coherent ? Cacheability.WriteBackAllocate : Cacheability.NonCacheable,
                SH0 = profile.Coherent ? Shareability.Inner : Shareability.Outer,
                ENDI = profile.IDR0.TTENDIAN == WalkEndianness.Big,
                EPD1 = true,
                IPS = cd.IPS,
                R = true,
                A = true,
                S = profile.IDR0.STALL_MODEL == StallModel.StallOnly,
                ASET = true,
                ASID = cd.ASID,
                TTB0 = cd.TTB0,
                MAIR0 = 0xf404_ff44,
                MAIR1 = cd.MAIR1,
            },
            cd
        );
    }
}
