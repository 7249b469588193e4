using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Sizes, granules and addresses in a context descriptor that this SMMU can walk.</summary>
public sealed class CdFormat
{
    private static readonly StreamId Nic = 0x10;

    public static IEnumerable<MasterKind> Masters => MasterKind.All;

    [Case("cd.valid", Level.Architecture, "cd.044", "cd.045", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Masters))]
    public void The_SMMU_takes_the_descriptor_for_valid(Profile profile, MasterKind kind)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(kind.Description);

        scene.Set(nic, StreamSetting.DomainA);

        var access = scene.Bench.Dma(nic, StreamScene.Page);
        access.Event.Is<CBadCd>().Should().BeFalse($"{scene.Bench.CdOf(nic.Stream)}");
        StreamScene.Gives(StreamSetting.DomainA, access).Should().BeTrue($"{access}");
    }

    [Case("cd.s1.t0sz", Level.Architecture, "cd.011", "cd.012", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void T0SZ_is_within_the_range_of_this_SMMU(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);

        scene.Set(nic, StreamSetting.DomainA);

        var cd = scene.Bench.CdOf(Nic);
        var wide = (int)profile.IDR5.VAX != 0 && (cd.TG0 == Tg0.Size64K || cd.DS);
        var most =
            !profile.IDR3.STT ? 39
            : cd.TG0 == Tg0.Size64K ? 47
            : 48;
        if (!cd.EPD0)
            ((int)cd.T0SZ).Should().BeInRange(wide ? 12 : 16, most, "another is ILLEGAL");
    }

    [Case("cd.s1.tg0", Level.Architecture, "cd.013", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void TG0_is_a_granule_of_this_SMMU(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);

        scene.Set(nic, StreamSetting.DomainA);

        var cd = scene.Bench.CdOf(Nic);
        var supported = cd.TG0 switch
        {
            Tg0.Size4K => profile.IDR5.GRAN4K,
            Tg0.Size16K => profile.IDR5.GRAN16K,
            Tg0.Size64K => profile.IDR5.GRAN64K,
            _ => false,
        };
        supported.Should().BeTrue($"{cd}");
    }

    [Case("cd.ttb0", Level.Architecture, "cd.032", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void TTB0_is_an_aligned_table_within_IPS(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);

        scene.Set(nic, StreamSetting.DomainA);

        var cd = scene.Bench.CdOf(Nic);
        var bytes = RootBytes(cd);
        (cd.TTB0.Value >> Math.Min(cd.IPS.ToBits(), profile.OutputAddressBits))
            .Should()
            .Be(0, "beyond IPS it is ILLEGAL");
        (cd.TTB0.Value % bytes).Should().Be(0, $"the SMMU aligns it down to 0x{bytes:x}");
        StreamTableReader
            .IsBacked(scene.Bench, cd.TTB0, bytes)
            .Should()
            .BeTrue($"the table is the driver's:\n{cd}");
    }

    [Case("cd.epd1", Level.Architecture, "cd.020", "cd.036", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void The_upper_range_is_off_or_has_a_table(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);

        scene.Set(nic, StreamSetting.DomainA);

        var cd = scene.Bench.CdOf(Nic);
        if (cd.EPD1)
            return;
        cd.TG1.ToGranule().Should().NotBeNull("0b00 is reserved");
        StreamTableReader.IsBacked(scene.Bench, cd.TTB1, 64).Should().BeTrue($"{cd}");
    }

    [Case("cd.aa64", Level.Architecture, "cd.028", "cd.016", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Format_and_endianness_are_ones_that_the_SMMU_walks(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);

        scene.Set(nic, StreamSetting.DomainA);

        var cd = scene.Bench.CdOf(Nic);
        var formats = (int)profile.IDR0.TTF;
        (formats & (cd.AA64 ? 0b10 : 0b01)).Should().NotBe(0, $"TTF is {profile.IDR0.TTF}");
        if (profile.IDR0.TTENDIAN == WalkEndianness.Little)
            cd.ENDI.Should().BeFalse("big-endian is ILLEGAL here");
        if (profile.IDR0.TTENDIAN == WalkEndianness.Big)
            cd.ENDI.Should().BeTrue("little-endian is ILLEGAL here");
    }

    [Case("cd.flags", Level.Architecture, "cd.045", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Flags_are_updated_only_as_far_as_the_SMMU_can(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);

        scene.Set(nic, StreamSetting.DomainA);

        var cd = scene.Bench.CdOf(Nic);
        if (profile.IDR0.HTTU == HardwareUpdate.None)
            (cd.HA || cd.HD).Should().BeFalse("it is ILLEGAL");
        if (profile.IDR0.HTTU == HardwareUpdate.AccessFlag)
            cd.HD.Should().BeFalse("it is ILLEGAL");
        if (profile.IDR0.HTTU == HardwareUpdate.AccessDirtyAndTable)
            (cd.HAFT && !cd.HA).Should().BeFalse("it is ILLEGAL");
    }

    private static ulong RootBytes(in Cd cd)
    {
        var granule = cd.TG0.ToGranule()!.Value;
        var bits = 64 - cd.T0SZ;
        var level = 3;
        while (granule.LevelShift(level) + granule.BitsPerLevel < bits)
            level--;
        return Math.Max(64, 8ul << (bits - granule.LevelShift(level)));
    }
}
