using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>What a SubstreamID selects, and where there can be none (§3.2, §3.9, §5.2).</summary>
public sealed class SubstreamScopeCases
{
    private static readonly StreamId Nic = 0xd;
    private static readonly Iova Here = 0x10_0000;

    /// <summary>§3.2: stage 1 alone; stage 2 is the stream's.</summary>
    [Case("hw.streams.substream-scope", Level.Architecture, "substream.001")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    [AppliesWhere("SMMU_IDR1.SSIDSIZE", AtLeast = 1)]
    public void A_SubstreamID_selects_stage_1_and_never_stage_2(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var cds = rig.Allocate(128, 128);
        var (first, second, _) = rig.AttachNested(
            Nic,
            adjustEntry: entry =>
                entry with
                {
                    S1ContextPtr = cds,
                    S1CDMax = 1,
                    S1DSS = S1Dss.Substream0,
                }
        );
        var other = new TestTables(rig, rig.SmallestGranule);
        rig.Store(cds, rig.ContextOf(first, asid: 1));
        rig.Store(cds + 64, rig.ContextOf(other, asid: 2));
        Ipa middle = 0x2_4000_0000;
        first.Map(Here, middle.Value);
        other.Map(Here, middle.Value + 0x10_0000);
        second.Map(middle, 0x1_c000_0000);
        second.Map(middle + 0x10_0000, 0x1_d000_0000);
        rig.Send(new TlbiNsnhAll());
        rig.Send(CfgiSteRange.All);

        Assert.Equal(0x1_c000_0000ul, rig.Access(Nic, Here).Address.Value);
        Assert.Equal(0x1_d000_0000ul, rig.Access(Nic, Here, substream: 1).Address.Value);
    }

    /// <summary>§3.2, §3.9: where no stage 1 translates, or no substreams exist.</summary>
    [Case(
        "hw.streams.no-substreams",
        Level.Architecture,
        "substream.002",
        "substream.008",
        "ste.041"
    )]
    [Rows(nameof(Streams))]
    public void A_SubstreamID_that_nothing_takes_is_C_BAD_SUBSTREAMID(Profile profile, string row)
    {
        var idr1 = profile.IDR1 with
        {
            SSIDSIZE = row == "no-ssid" ? (byte)0 : profile.IDR1.SSIDSIZE,
        };
        var hardware = profile with { IDR1 = idr1 };
        if (row == "stage2" && !profile.IDR0.S2P)
            hardware = hardware with { IDR0 = hardware.IDR0 with { S2P = true } };
        if (row == "no-ssid" && !profile.IDR0.S1P)
            row = "bypass";
        var rig = new TranslationRig(hardware);
        if (row == "stage2")
            rig.AttachStage2(Nic);
        else if (row == "no-ssid")
            rig.Attach(Nic);
        else
            rig.StoreSte(Nic, new Ste { V = true, Config = SteConfig.Bypass });
        rig.Send(new CfgiSte { StreamID = Nic });

        rig.Access(Nic, Here, substream: 1);

        var record = rig.TakeEvent();
        Assert.True(record.Is<CBadSubstreamid>(), $"expected C_BAD_SUBSTREAMID, was {record}");
        Assert.Equal(1u, record.As<CBadSubstreamid>().SubstreamID.Value);
    }

    /// <summary>§5.2: with one CD S1Fmt has nothing to say.</summary>
    [Case("hw.cd.s1fmt-of-one", Level.Architecture, "substream.013")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void S1Fmt_does_not_count_with_one_CD(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var (tables, _) = rig.Attach(
            Nic,
            adjustEntry: entry => entry with { S1Fmt = S1Fmt.TwoLevel4K, S1CDMax = 0 }
        );
        tables.Map(Here, 0x1_c000_0000);

        Assert.True(rig.Access(Nic, Here).Passed);
    }

    public static IEnumerable<string> Streams => ["bypass", "stage2", "no-ssid"];
}
