using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Which addresses a context descriptor lets through, and which not.</summary>
public sealed class CdReach
{
    private static readonly StreamId Nic = 0x10;

    [Case(
        "cd.s1.input-size",
        Level.Contract,
        "contract.geometry-honest",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void The_highest_page_that_the_domain_declares_translates(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);
        var domain = scene.DomainOf(StreamSetting.DomainA);
        var geometry = scene.Bench.Driver.Geometry(domain).Value;
        Iova last = (1ul << geometry.InputBits) - StreamScene.Size;
        scene.Bench.Must(scene.Bench.Map(domain, last, 0x3_0000_0000, StreamScene.Size));

        scene.Set(nic, StreamSetting.DomainA);

        var access = scene.Bench.Dma(nic, last);
        access.Passed.Should().BeTrue($"{access}\n{scene.Bench.CdOf(Nic)}");
        access.Address.Should().Be(new PhysicalAddress(0x3_0000_0000));
    }

    [Case(
        "cd.s1.output-size",
        Level.Contract,
        "contract.geometry-honest",
        "stage1.015",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void The_highest_target_that_the_domain_declares_is_reached(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);
        var domain = scene.DomainOf(StreamSetting.DomainA);
        var geometry = scene.Bench.Driver.Geometry(domain).Value;
        PhysicalAddress last = (1ul << geometry.OutputBits) - StreamScene.Size;
        scene.Bench.Must(scene.Bench.Map(domain, 0x70_0000, last, StreamScene.Size));

        scene.Set(nic, StreamSetting.DomainA);

        var access = scene.Bench.Dma(nic, 0x70_0000);
        access.Passed.Should().BeTrue($"{access}\n{scene.Bench.CdOf(Nic)}");
        access.Address.Should().Be(last);
    }

    [Case(
        "cd.upper-range",
        Level.Contract,
        "contract.attach-replaces",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void An_address_beyond_the_domain_is_refused(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);

        scene.Set(nic, StreamSetting.DomainA);

        foreach (var top in (ulong[])[0xfffful << 48, 0xfful << 56, 1ul << 52])
        {
            var access = scene.Bench.Dma(nic, top | StreamScene.Page.Value);
            access.Passed.Should().BeFalse($"nothing is mapped at 0x{top:x}: {access}");
        }
    }

    [Case(
        "cd.tbi",
        Level.Contract,
        "cd.026",
        "contract.attach-replaces",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void The_top_byte_counts(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);

        scene.Set(nic, StreamSetting.DomainA);

        var cd = scene.Bench.CdOf(Nic);
        (cd.TBI0, cd.TBI1 && !cd.EPD1).Should().Be((false, false), "a stray address must fault");
    }

    [Case("cd.ips-oas", Level.Architecture, "cd.022", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void IPS_is_defined_and_holds_every_target_that_the_domain_declares(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);

        scene.Set(nic, StreamSetting.DomainA);

        var ips = scene.Bench.CdOf(Nic).IPS;
        var geometry = scene.Bench.Driver.Geometry(scene.DomainOf(StreamSetting.DomainA)).Value;
        var highest = profile.AIDR.ArchMinorRev switch
        {
            0 => PhysicalSize.Bits48,
            < 4 => PhysicalSize.Bits52,
            _ => PhysicalSize.Bits56,
        };
        ((int)ips).Should().BeLessThanOrEqualTo((int)highest, "the rest is reserved here");
        Math.Min(ips.ToBits(), profile.OutputAddressBits)
            .Should()
            .BeGreaterThanOrEqualTo(geometry.OutputBits, "IPS counts up to SMMU_IDR5.OAS");
    }
}
