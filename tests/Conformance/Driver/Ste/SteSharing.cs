using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Where an entry says how accesses are shared.</summary>
public sealed class SteSharing
{
    public static StreamSetting[] Settings => Enum.GetValues<StreamSetting>();

    [Case(
        "ste.shcfg",
        Level.Linux,
        "linux.ste.shcfg",
        Needs = Capabilities.Stage1 | Capabilities.Identity | Capabilities.Blocked
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR1.ATTR_TYPES_OVR", 1)]
    [Rows(nameof(Settings))]
    public void SHCFG_is_set_exactly_where_it_is_used(Profile profile, StreamSetting setting)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(0x10);

        scene.Set(nic, setting);

        var ste = scene.Bench.SteOf(0x10);
        var used = ste.Config switch
        {
            SteConfig.Bypass or SteConfig.Stage2 or SteConfig.Nested => true,
            SteConfig.Stage1 => ste.S1DSS == S1Dss.Bypass && ste.S1CDMax > 0,
            _ => false,
        };
        ste.SHCFG.Should().Be(used ? ShCfg.Incoming : ShCfg.NonShareable, $"{ste.Config}");
    }
}
