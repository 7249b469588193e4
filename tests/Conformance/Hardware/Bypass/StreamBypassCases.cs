using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>A stream whose stages are bypassed, and what an STE overrides on the way (§5.2.1, §13.1.4).</summary>
public sealed class StreamBypassCases
{
    private const string Full = "Normal-iWB/RAWAnTR-oWB/RAWAnTR-";

    /// <summary>§13.1.4: what the entry puts in the place of what came in.</summary>
    internal static IEnumerable<AttributeRow> Overrides =>
        [
            new("incoming", Full + "NSH"),
            new("shcfg", Full + "OSH") { Override = e => e with { SHCFG = ShCfg.Outer } },
            new("type", "Device-GRE")
            {
                Override = e =>
                    e with
                    {
                        SHCFG = ShCfg.Inner,
                        MTCFG = true,
                        MemAttr = MemAttr.DeviceGRE,
                    },
            },
            new("hints", "Normal-iWB/RAnWATR-oWB/RAnWATR-NSH")
            {
                Override = e => e with { SHCFG = ShCfg.Incoming, ALLOCCFG = 0b1101 },
            },
            new("hints-of-device", "Device-nGnRnE")
            {
                Incoming = MemoryAttributes.DeviceNGnRnE,
                Override = e => e with { SHCFG = ShCfg.Inner, ALLOCCFG = 0b1110 },
            },
            new("nc-to-wb", Full + "ISH")
            {
                Incoming = MemoryAttributes.NonCacheable,
                Override = e =>
                    e with
                    {
                        SHCFG = ShCfg.Inner,
                        MTCFG = true,
                        MemAttr = (MemAttr)0b1111,
                    },
            },
            new("no-allocation", "Normal-iWB/nRAnWAnTR-oWB/nRAnWAnTR-NSH")
            {
                Override = e => e with { SHCFG = ShCfg.Incoming, ALLOCCFG = 0b1001 },
            },
        ];

    [Case(
        "hw.bypass.ste-overrides",
        Level.Architecture,
        "bypass.006",
        "attributes.002",
        "attributes.031",
        "attributes.034",
        "attributes.037",
        "attributes.040",
        "attributes.033"
    )]
    [AppliesWhere("SMMU_IDR1.ATTR_TYPES_OVR", 1)]
    [Rows(nameof(Overrides))]
    public void An_entry_overrides_the_attributes_of_a_bypassed_stream(
        Profile profile,
        object row
    ) => Assert.Equal(((AttributeRow)row).Expected, ((AttributeRow)row).On(profile));

    /// <summary>§3.3.4</summary>
    [Case("hw.bypass.ste-no-override", Level.Architecture, "attributes.003", "attributes.030")]
    [AppliesWhere("SMMU_IDR1.ATTR_TYPES_OVR", 0)]
    [Rows(nameof(Overrides))]
    public void Without_ATTR_TYPES_OVR_what_comes_in_goes_out(Profile profile, object row)
    {
        var given = (AttributeRow)row;

        Assert.Equal(
            given.Incoming == MemoryAttributes.Default ? Full + "NSH" : $"{given.Incoming}",
            given.On(profile)
        );
    }

    /// <summary>§3.4: as a fault of stage 1, though no stage translates.</summary>
    [Case("hw.bypass.beyond", Level.Architecture, "bypass.024", "stage1.009")]
    [AppliesIf(nameof(AddressesHave64Bits))]
    public void An_address_beyond_the_output_size_is_F_ADDR_SIZE_even_in_the_top_byte(
        Profile profile
    )
    {
        var rig = new TranslationRig(profile);
        rig.StoreSte(0xd, new Ste { V = true, Config = SteConfig.Bypass });
        rig.Send(new CfgiSte { StreamID = 0xd });

        foreach (var address in new[] { 1ul << profile.OutputAddressBits, 0xab00_0000_0000_1000 })
        {
            var answer = rig.Access(0xd, address);
            Assert.Equal(FaultResponse.Abort, answer.Response);
            var record = rig.TakeEvent();
            Assert.True(record.Is<FAddrSize>(), $"expected F_ADDR_SIZE, was {record}");
            Assert.False(record.As<FAddrSize>().S2);
            Assert.Equal(EventClass.IN, record.As<FAddrSize>().CLASS);
            Assert.Equal(new Iova(address), record.As<FAddrSize>().InputAddr);
        }
    }

    /// <summary>§3.4, §5.2: with stage 2 alone the limit is the IPA size, and the fault still one of stage 1.</summary>
    [Case("hw.stage2.beyond-ias", Level.Architecture, "stage2.002")]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    public void An_address_beyond_the_IPA_size_is_F_ADDR_SIZE_of_stage_1(Profile profile)
    {
        var rig = new TranslationRig(profile);
        rig.AttachStage2(0xd);

        rig.Access(0xd, 1ul << Needs.IpaBits(profile));

        var record = rig.TakeEvent();
        Assert.True(record.Is<FAddrSize>(), $"expected F_ADDR_SIZE, was {record}");
        Assert.False(record.As<FAddrSize>().S2);
    }

    private static string? AddressesHave64Bits(Profile profile) =>
        profile.OutputAddressBits < 64 ? null : "no address is beyond the output size";
}
