using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Stalls, ATS, StreamWorld and tags in entries, and bits that no entry may have.</summary>
public sealed class SteFields
{
    private static readonly StreamId Nic = 0x10;
    private static readonly StreamId Gpu = 0x11;

    public static IEnumerable<MasterKind> Masters => MasterKind.All;
    public static IEnumerable<Transition> Changes => Transition.All;

    [Case("ste.s1.stalld", Level.Architecture, "ste.038", "stall.037", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.STALL_MODEL", 1, 2)]
    [Rows(nameof(Masters))]
    public void S1STALLD_stays_zero_where_stalling_cannot_be_chosen(
        Profile profile,
        MasterKind kind
    )
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(kind.Description);

        scene.Set(nic, StreamSetting.DomainA);

        scene.Bench.SteOf(nic.Stream).S1STALLD.Should().BeFalse("it would be ILLEGAL");
    }

    [Case("ste.s1.stalld-unsafe", Level.Architecture, "stall.038", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.STALL_MODEL", 0)]
    public void A_device_that_must_not_stall_is_kept_from_it(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);

        scene.Set(nic, StreamSetting.DomainA);

        scene.Bench.SteOf(Nic).S1STALLD.Should().BeTrue("its transactions must not wait");
    }

    [Case("ste.s1.stalld-linux", Level.Linux, "linux.ste.s1stalld", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Masters))]
    public void S1STALLD_is_set_exactly_if_the_SMMU_can_stall_and_the_device_cannot(
        Profile profile,
        MasterKind kind
    )
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(kind.Description);

        scene.Set(nic, StreamSetting.DomainA);

        var chosen = profile.IDR0.STALL_MODEL == StallModel.StallAndTerminate;
        var stalld = scene.Bench.SteOf(nic.Stream).S1STALLD;
        stalld.Should().Be(chosen && !kind.Description.CanStall);
    }

    [Case("ste.s1.strw", Level.Architecture, "ste.022", "ste.023", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void STRW_is_a_StreamWorld_that_this_SMMU_has(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);

        scene.Set(nic, StreamSetting.DomainA);

        var world = scene.Bench.SteOf(Nic).STRW;
        if (profile.IDR0.Hyp)
            ((int)world & 1).Should().Be(0, "0bx1 is ILLEGAL in a Non-secure STE");
        else
            world.Should().Be(Strw.NsEl1, "STRW is RES0 without SMMU_IDR0.Hyp");
    }

    [Case("ste.s1.strw-tlbi", Level.Architecture, "tlb.049", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Invalidations_are_of_the_StreamWorld_that_STRW_selects(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);
        scene.Set(nic, StreamSetting.DomainA);
        scene.Bench.Dma(nic, StreamScene.Page);
        var domain = scene.DomainOf(StreamSetting.DomainA);
        var mark = scene.Bench.Trace.Mark;

        scene.Bench.Must(scene.Bench.Unmap(domain, StreamScene.Page, StreamScene.Size));
        scene.Bench.Must(scene.Bench.Flush(domain));

        var hypervisor = scene.Bench.SteOf(Nic).STRW == Strw.El2;
        scene
            .Bench.CommandsSince(mark)
            .Where(command => command.Opcode is >= 0x10 and < 0x40)
            .Should()
            .Contain(command => IsOfEl2(command) == hypervisor, "others do not reach the entries");
        scene.Bench.Dma(nic, StreamScene.Page).Passed.Should().BeFalse("it is unmapped");
    }

    [Case("ste.s1.vmid", Level.Linux, "linux.ste.s1", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Stage_1_alone_is_tagged_with_VMID_0(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);

        scene.Set(nic, StreamSetting.DomainA);

        scene.Bench.SteOf(Nic).S2VMID.Should().Be(new Vmid(0));
    }

    [Case("ste.s1.vmid-width", Level.Architecture, "ste.035", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.VMID16", 0)]
    public void S2VMID_fits_8_bits_where_there_are_no_more(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);

        scene.Set(nic, StreamSetting.DomainA);

        ((int)scene.Bench.SteOf(Nic).S2VMID.Value).Should().BeLessThan(256, "more is ILLEGAL");
    }

    [Case("ste.s1.eats-off", Level.Linux, "linux.ste.eats", Needs = StreamScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Changes))]
    public void ATS_is_off_for_a_device_without_it(Profile profile, Transition change)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);
        scene.Set(nic, change.From);

        scene.Set(nic, change.To);

        scene.Bench.SteOf(Nic).EATS.Should().Be(Eats.Disabled);
    }

    [Case(
        "ste.eats.split-stage",
        Level.Architecture,
        "ats.062",
        "ats.090",
        Needs = StreamScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    public void Split_stage_ATS_is_not_asked_of_one_stage(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(MasterKind.All.Single(m => m.Name == "ats").Description);

        scene.Set(nic, StreamSetting.DomainA);

        scene.Bench.SteOf(nic.Stream).EATS.Should().NotBe(Eats.SplitStage, "it is ILLEGAL");
    }

    [Case(
        "ste.streams.alike",
        Level.Contract,
        "contract.master-aliases",
        Needs = StreamScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Changes))]
    public void All_streams_of_a_device_mean_the_same(Profile profile, Transition change)
    {
        using var scene = new StreamScene(profile);
        var bench = scene.Bench;
        var nic = bench.AddDevice(new MasterDescription { Name = "nic", Streams = [Nic, Gpu] });
        scene.Set(nic, change.From);

        scene.Set(nic, change.To);

        var first = bench.Dma(nic, StreamScene.Page, stream: Nic);
        var second = bench.Dma(nic, StreamScene.Page, stream: Gpu);
        (second.Result, second.Address).Should().Be((first.Result, first.Address));
        bench.SteOf(Gpu).Config.Should().Be(bench.SteOf(Nic).Config);
    }

    private static bool IsOfEl2(Command command) => command.Opcode is >= 0x20 and < 0x28;
}
