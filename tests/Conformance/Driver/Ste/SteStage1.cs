using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Entries that translate at stage 1, for every kind of device.</summary>
public sealed class SteStage1
{
    public static IEnumerable<MasterKind> Masters => MasterKind.All;

    [Case("ste.s1.valid", Level.Architecture, "ste.036", "ste.015", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Masters))]
    public void The_SMMU_takes_the_entry_for_valid(Profile profile, MasterKind kind)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(kind.Description);

        scene.Set(nic, StreamSetting.DomainA);

        var access = scene.Bench.Dma(nic, StreamScene.Page);
        access.Event.Is<CBadSte>().Should().BeFalse($"{scene.Bench.SteOf(nic.Stream)}");
        StreamScene.Gives(StreamSetting.DomainA, access).Should().BeTrue($"{access}");
    }

    [Case("ste.s1.config", Level.Architecture, "ste.014", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_stage_1_domain_asks_for_stage_1_alone(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(MasterKind.All[0].Description);

        scene.Set(nic, StreamSetting.DomainA);

        var ste = scene.Bench.SteOf(nic.Stream);
        (ste.V, ste.Config).Should().Be((true, SteConfig.Stage1));
    }

    [Case(
        "ste.s1.pointer",
        Level.Architecture,
        "cd.007",
        "stream-table.011",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Masters))]
    public void The_whole_CD_table_lies_in_memory_of_the_driver(Profile profile, MasterKind kind)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(kind.Description);

        scene.Set(nic, StreamSetting.DomainA);

        var ste = scene.Bench.SteOf(nic.Stream);
        var bytes = CdTableReader.BytesOf(ste, profile);
        (ste.S1ContextPtr.Value >> profile.OutputAddressBits)
            .Should()
            .Be(0, "bits above the output address size are RES0");
        StreamTableReader
            .IsBacked(scene.Bench, ste.S1ContextPtr, bytes)
            .Should()
            .BeTrue($"the SMMU may read all 0x{bytes:x} bytes:\n{ste}");
    }

    [Case("ste.s1.cdmax", Level.Architecture, "ste.036", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Masters))]
    public void S1CDMax_is_within_the_SubstreamID_size(Profile profile, MasterKind kind)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(kind.Description);

        scene.Set(nic, StreamSetting.DomainA);

        var ste = scene.Bench.SteOf(nic.Stream);
        if (profile.IDR1.SSIDSIZE != 0)
            ste.S1CDMax.Should().BeLessThanOrEqualTo(profile.IDR1.SSIDSIZE, "more is ILLEGAL");
    }

    [Case("ste.s1.format", Level.Architecture, "ste.016", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Masters))]
    public void Two_levels_of_CDs_are_used_only_where_they_are_offered(
        Profile profile,
        MasterKind kind
    )
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(kind.Description);

        scene.Set(nic, StreamSetting.DomainA);

        var ste = scene.Bench.SteOf(nic.Stream);
        if (ste.Substreams)
            ((int)ste.S1Fmt).Should().BeLessThan(profile.IDR0.CD2L ? 3 : 1, $"{ste}");
    }

    [Case(
        "ste.s1.dss",
        Level.Architecture,
        "substream.017",
        "substream.006",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Masters))]
    public void Accesses_without_a_substream_use_CD_0_and_no_other_way(
        Profile profile,
        MasterKind kind
    )
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(kind.Description);

        scene.Set(nic, StreamSetting.DomainA);

        var ste = scene.Bench.SteOf(nic.Stream);
        if (ste.Substreams && profile.IDR1.SSIDSIZE != 0)
            ste.S1DSS.Should().Be(S1Dss.Substream0, "0b00 terminates them and 0b01 bypasses");
        scene.Bench.Dma(nic, 0x7000_0000).Passed.Should().BeFalse("the domain maps nothing there");
    }

    [Case("ste.s1.shareability", Level.Architecture, "attributes.009", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void S1CSH_has_a_value_that_the_manual_defines(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(MasterKind.All[0].Description);

        scene.Set(nic, StreamSetting.DomainA);

        ((int)scene.Bench.SteOf(nic.Stream).S1CSH).Should().NotBe(0b01, "0b01 is reserved");
    }

    [Case(
        "ste.s1.bits",
        Level.Linux,
        "linux.ste.s1",
        "linux.ste.golden",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_stage_1_entry_has_exactly_the_fields_of_its_kind(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(MasterKind.All[0].Description);

        scene.Set(nic, StreamSetting.DomainA);

        var ste = scene.Bench.SteOf(nic.Stream);
        Assert.Equal(
            new Ste
            {
                V = true,
                Config = SteConfig.Stage1,
                S1ContextPtr = ste.S1ContextPtr,
                S1DSS = S1Dss.Substream0,
                S1CIR = Cacheability.WriteBackAllocate,
                S1COR = Cacheability.WriteBackAllocate,
                S1CSH = Shareability.Inner,
                S1STALLD = profile.IDR0.STALL_MODEL == StallModel.StallAndTerminate,
                STRW = ste.STRW,
            },
            ste
        );
    }
}
