using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Entries that refuse everything, and entries that let everything pass.</summary>
public sealed class SteWithoutTranslation
{
    private static readonly StreamId Nic = 0x10;
    private static readonly Iova Page = 0x40_0000;

    [Case("ste.abort", Level.Architecture, "ste.040", "ste.034", Needs = Capabilities.Blocked)]
    public void A_blocked_stream_is_refused_without_an_event(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var nic = bench.AddDevice(Nic);

        bench.Must(bench.Attach(nic, bench.BlockedDomain()));

        var read = bench.Dma(nic, Page);
        var write = bench.Dma(nic, Page, write: true);
        read.Result.Should().Be(TranslationResult.Aborted, $"the entry is\n{bench.SteOf(Nic)}");
        write.Result.Should().Be(TranslationResult.Aborted);
    }

    [Case("ste.abort.config", Level.Architecture, "ste.014", Needs = Capabilities.Blocked)]
    public void A_blocked_stream_does_not_rely_on_a_reserved_Config(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var nic = bench.AddDevice(Nic);

        bench.Must(bench.Attach(nic, bench.BlockedDomain()));

        var ste = bench.SteOf(Nic);
        if (ste.V)
            ste.Config.Should().Be(SteConfig.Abort, "0b001 to 0b011 are reserved");
    }

    [Case("ste.abort.bits", Level.Linux, "linux.ste.abort", Needs = Capabilities.Blocked)]
    public void An_abort_entry_has_V_and_nothing_else(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var nic = bench.AddDevice(Nic);

        bench.Must(bench.Attach(nic, bench.BlockedDomain()));

        Assert.Equal(new Ste { V = true, Config = SteConfig.Abort }, bench.SteOf(Nic));
    }

    [Case("ste.bypass", Level.Contract, "contract.attach-replaces", Needs = Capabilities.Identity)]
    public void An_identity_domain_passes_every_address_unchanged(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var nic = bench.AddDevice(Nic);
        Iova last = (1ul << profile.OutputAddressBits) - 0x1000;

        bench.Must(bench.Attach(nic, bench.IdentityDomain()));

        foreach (var address in (Iova[])[0, Page, last])
        foreach (var write in (bool[])[false, true])
        {
            var access = bench.Dma(nic, address, write);
            (access.Passed, access.Address.Value).Should().Be((true, address.Value));
        }
    }

    [Case("ste.bypass.config", Level.Architecture, "ste.014", Needs = Capabilities.Identity)]
    public void An_identity_domain_is_valid_for_the_SMMU_that_reads_it(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var nic = bench.AddDevice(Nic);

        bench.Must(bench.Attach(nic, bench.IdentityDomain()));

        bench.SteOf(Nic).V.Should().BeTrue();
        bench.Dma(nic, Page).Event.Is<CBadSte>().Should().BeFalse($"{bench.SteOf(Nic)}");
    }

    [Case("ste.bypass.bits", Level.Linux, "linux.ste.bypass", Needs = Capabilities.Identity)]
    public void A_bypass_entry_has_V_Config_and_SHCFG_where_it_exists(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var nic = bench.AddDevice(Nic);

        bench.Must(bench.Attach(nic, bench.IdentityDomain()));

        var shareability = profile.IDR1.ATTR_TYPES_OVR ? ShCfg.Incoming : ShCfg.NonShareable;
        Assert.Equal(
            new Ste
            {
                V = true,
                Config = SteConfig.Bypass,
                SHCFG = shareability,
            },
            bench.SteOf(Nic)
        );
    }

    [Case(
        "ste.bypass.no-override",
        Level.Architecture,
        "attributes.012",
        "attributes.010",
        Needs = Capabilities.Identity
    )]
    [AppliesWhere("SMMU_IDR1.ATTR_TYPES_OVR", 0)]
    public void Overrides_of_memory_type_stay_zero_where_there_are_none(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var nic = bench.AddDevice(Nic);

        bench.Must(bench.Attach(nic, bench.IdentityDomain()));

        var ste = bench.SteOf(Nic);
        (ste.SHCFG, ste.MTCFG, ste.MemAttr, ste.ALLOCCFG)
            .Should()
            .Be((ShCfg.NonShareable, false, default, (byte)0), "they are RES0 on this SMMU");
    }

    [Case(
        "ste.bypass.incoming",
        Level.Architecture,
        "bypass.021",
        "attributes.013",
        Needs = Capabilities.Identity
    )]
    [AppliesWhere("SMMU_IDR1.ATTR_TYPES_OVR", 1)]
    public void What_bypasses_keeps_the_attributes_it_came_with(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var nic = bench.AddDevice(Nic);

        bench.Must(bench.Attach(nic, bench.IdentityDomain()));

        var ste = bench.SteOf(Nic);
        ste.SHCFG.Should().Be(ShCfg.Incoming, "0 would make every access Non-shareable");
        ste.MTCFG.Should().BeFalse("the memory type is the device's");
        ste.ALLOCCFG.Should().BeLessThan(8, "0b1xxx replaces the allocation hints");
    }

    [Case(
        "ste.bypass.permissions",
        Level.Architecture,
        "attributes.014",
        Needs = Capabilities.Identity
    )]
    [AppliesWhere("SMMU_IDR1.ATTR_PERMS_OVR", 0)]
    public void Overrides_of_privilege_stay_zero_where_there_are_none(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var nic = bench.AddDevice(Nic);

        bench.Must(bench.Attach(nic, bench.IdentityDomain()));

        var ste = bench.SteOf(Nic);
        ((int)ste.PRIVCFG, (int)ste.INSTCFG).Should().Be((0, 0), "they are RES0 on this SMMU");
    }

    [Case(
        "ste.detach.forgets-pointer",
        Level.Linux,
        "linux.ste.abort",
        "linux.ste.bypass",
        Needs = StreamScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void An_entry_that_no_longer_translates_keeps_nothing_of_what_it_was(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);
        scene.Set(nic, StreamSetting.DomainA);

        scene.Bench.Must(scene.Bench.Detach(nic));

        var ste = scene.Bench.SteOf(Nic);
        Assert.Equal(
            new Ste
            {
                V = ste.V,
                Config = ste.Config,
                SHCFG = ste.SHCFG,
            },
            ste
        );
    }
}
