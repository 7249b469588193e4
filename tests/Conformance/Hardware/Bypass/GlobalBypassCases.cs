using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>While translation is off: what GBPA lets through, with which attributes, and what is not looked at (§3.11, §13.2).</summary>
public sealed class GlobalBypassCases
{
    private const string Full = "Normal-iWB/RAWAnTR-oWB/RAWAnTR-";
    private static readonly StreamId Nic = 0xd;
    private static readonly Iova Here = 0x1_2340_0000;

    /// <summary>What GBPA says, and what goes out, worked out by hand.</summary>
    internal sealed record Row(string Name, Gbpa Gbpa, string Expected)
    {
        public MemoryAttributes Incoming { get; init; }

        public override string ToString() => Name;
    }

    internal static IEnumerable<Row> Rows =>
        [
            new("incoming", new Gbpa { SHCFG = ShCfg.Incoming }, Full + "NSH"),
            new("shcfg", new Gbpa { SHCFG = ShCfg.Inner }, Full + "ISH"),
            new("device", new Gbpa { MTCFG = true, MemAttr = MemAttr.DeviceNGRE }, "Device-nGRE"),
            new(
                "hints",
                new Gbpa { SHCFG = ShCfg.Incoming, ALLOCCFG = 0b1010 },
                "Normal-iWB/nRAWAnTR-oWB/nRAWAnTR-NSH"
            ),
            new(
                "hints-of-nc",
                new Gbpa
                {
                    MTCFG = true,
                    MemAttr = (MemAttr)0b0101,
                    ALLOCCFG = 0b1110,
                },
                "Normal-iNC-oNC"
            ),
            new(
                "nc-to-wb",
                new Gbpa
                {
                    MTCFG = true,
                    MemAttr = (MemAttr)0b1111,
                    SHCFG = ShCfg.Outer,
                },
                Full + "OSH"
            )
            {
                Incoming = MemoryAttributes.NonCacheable,
            },
            new("device-shcfg", new Gbpa { SHCFG = ShCfg.NonShareable }, "Device-nGnRnE")
            {
                Incoming = MemoryAttributes.DeviceNGnRnE,
            },
        ];

    /// <summary>§13.2, §13.1: overrides over what came in, made consistent.</summary>
    [Case(
        "hw.bypass.gbpa-attributes",
        Level.Architecture,
        "bypass.019",
        "bypass.012",
        "attributes.025",
        "attributes.034"
    )]
    [AppliesWhere("SMMU_IDR1.ATTR_TYPES_OVR", 1)]
    [Rows(nameof(Rows))]
    public void GBPA_overrides_attributes(Profile profile, object row)
    {
        var (expected, answer) = Through(profile, (Row)row);

        Assert.Equal(expected, answer.Attributes.ToString());
        Assert.Equal(Here.Value, answer.Address.Value);
    }

    /// <summary>§6.3.14: without the override features every field acts as use-incoming.</summary>
    [Case("hw.bypass.gbpa-no-override", Level.Architecture, "attributes.024", "attributes.030")]
    [AppliesWhere("SMMU_IDR1.ATTR_TYPES_OVR", 0)]
    [AppliesWhere("SMMU_IDR1.ATTR_PERMS_OVR", 0)]
    [AppliesWhere("SMMU_AIDR.ArchMinorRev", AtMost = 3)]
    public void Without_overrides_what_comes_in_goes_out(Profile profile)
    {
        var gbpa = new Gbpa
        {
            MTCFG = true,
            MemAttr = MemAttr.DeviceNGnRE,
            ALLOCCFG = 0b1111,
            SHCFG = ShCfg.Inner,
            PRIVCFG = PrivCfg.Privileged,
            INSTCFG = InstCfg.Instruction,
        };

        var (_, answer) = Through(profile, new Row("", gbpa, ""));

        Assert.Equal(Full + "NSH", answer.Attributes.ToString());
        Assert.False(answer.Privileged);
        Assert.False(answer.Instruction);
    }

    /// <summary>§6.3.9.6, §3.4: aborts as GBPA says and beyond the output size, all in silence, with a SubstreamID or not.</summary>
    [Case("hw.bypass.gbpa-abort", Level.Architecture, "bypass.009", "bypass.023", "bypass.022")]
    public void GBPA_aborts_or_passes_every_transaction_in_silence(Profile profile)
    {
        var rig = new TranslationRig(profile);
        rig.Disable();
        SetGbpa(rig, new Gbpa { SHCFG = ShCfg.Incoming });
        var passes = rig.Access(Nic, Here);
        var withSubstream = rig.Access(Nic, Here, substream: 3);
        var beyond =
            profile.OutputAddressBits < 64
                ? rig.Access(Nic, 1ul << profile.OutputAddressBits)
                : default;
        SetGbpa(rig, new Gbpa { ABORT = true });
        var aborted = rig.Access(Nic, Here);

        Assert.True(passes.Passed);
        Assert.True(withSubstream.Passed);
        Assert.Equal(TranslationResult.Aborted, beyond.Result);
        Assert.Equal(TranslationResult.Aborted, aborted.Result);
        Assert.Empty(rig.TakeEvents());
    }

    /// <summary>§3.11: tables are not read, and nothing has to be invalidated when translation starts.</summary>
    [Case("hw.bypass.no-lookup", Level.Architecture, "bypass.004", "bypass.005", "bypass.008")]
    public void While_translation_is_off_no_structure_is_read_and_nothing_is_kept(Profile profile)
    {
        var rig = new TranslationRig(profile);
        rig.StoreSte(Nic, new Ste { V = true, Config = SteConfig.Abort });
        rig.Send(new CfgiSte { StreamID = Nic });
        rig.Disable();
        SetGbpa(rig, new Gbpa { SHCFG = ShCfg.Incoming });
        var log = new AccessLog();
        rig.Smmu.Observer = log;

        var off = rig.Access(Nic, Here);
        Assert.Equal(0, log.Count(FetchKind.Ste) + log.Count(FetchKind.L1Std));
        rig.Reshape(rig.Configuration);

        Assert.True(off.Passed);
        Assert.Equal(TranslationResult.Aborted, rig.Access(Nic, Here).Result);
    }

    /// <summary>§6.3.9.6: no flag is updated, not even ahead of use.</summary>
    [Case("hw.bypass.no-httu", Level.Architecture, "httu.023")]
    [AppliesWhere("SMMU_IDR0.HTTU", AtLeast = 1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void While_translation_is_off_no_descriptor_is_updated(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var (tables, _) = rig.Attach(
            Nic,
            adjust: cd =>
                cd with
                {
                    HA = true,
                    IR0 = Cacheability.WriteBackAllocate,
                    OR0 = Cacheability.WriteBackAllocate,
                }
        );
        var leaf = (tables.Leaf(0x1_c000_0000) with { AF = false }).Word(0);
        tables.Put(Here, 3, leaf);
        rig.Disable();
        SetGbpa(rig, new Gbpa { SHCFG = ShCfg.Incoming });

        rig.Access(Nic, Here);
        rig.Send(new PrefetchAddr { StreamID = Nic, Address = Here });

        Assert.Equal(leaf, tables.Read(Here, 3));
    }

    private static (string Expected, Translation Answer) Through(Profile profile, Row row)
    {
        var rig = new TranslationRig(profile);
        rig.Disable();
        SetGbpa(rig, row.Gbpa);
        var answer = rig.Smmu.Access(
            new Transaction
            {
                Stream = Nic,
                Address = Here,
                Attributes = row.Incoming,
            }
        );
        Assert.True(answer.Passed, $"{answer.Result}");
        return (row.Expected, answer);
    }

    private static void SetGbpa(TranslationRig rig, Gbpa gbpa) =>
        rig.Write32(Gbpa.Offset, TranslationRig.Word(gbpa with { Update = true }));
}
