using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Level 1 descriptors are remembered, also that there were none, and forgotten by commands that say so (§4.3).</summary>
public sealed class CachingLevel1Cases
{
    private static readonly Iova Here = 0x1000;

    [Case(
        "hw.caches.cfgi-ste-leaf",
        Level.Architecture,
        "config-cache.028",
        "config-cache.057",
        AboutCaches = true
    )]
    public void CMD_CFGI_STE_with_Leaf_keeps_the_level_1_descriptor(Profile profile)
    {
        var rig = WithNewLeafOfStreams(profile);

        rig.Send(new CfgiSte { StreamID = 0xd, Leaf = true });
        Assert.True(rig.Access(0xd, Here).Event.Is<CBadStreamid>());
        rig.Send(new CfgiSte { StreamID = 0xd });
        Assert.True(rig.Access(0xd, Here).Passed);
    }

    [Case(
        "hw.caches.cfgi-cd-leaf",
        Level.Architecture,
        "config-cache.031",
        "config-cache.057",
        AboutCaches = true
    )]
    public void CMD_CFGI_CD_with_Leaf_keeps_the_level_1_descriptor(Profile profile)
    {
        var rig = WithNewLeafOfContexts(profile);

        rig.Send(
            new CfgiCd
            {
                StreamID = 0xd,
                SubstreamID = 0x41,
                Leaf = true,
            }
        );
        Assert.True(rig.Access(0xd, Here, substream: 0x41).Event.Is<CBadSubstreamid>());
        rig.Send(new CfgiCd { StreamID = 0xd, SubstreamID = 0x7f });
        Assert.True(rig.Access(0xd, Here, substream: 0x41).Event.Is<FTranslation>());
    }

    [Case(
        "hw.caches.cfgi-l1cd",
        Level.Architecture,
        "config-cache.028",
        "config-cache.029",
        "config-cache.034",
        "config-cache.037"
    )]
    [Rows(nameof(WholeStreams))]
    public void What_forgets_all_CDs_of_a_stream_forgets_the_level_1_descriptors(
        Profile profile,
        string row
    )
    {
        var rig = WithNewLeafOfContexts(profile);

        Forget(rig, row);

        Assert.True(rig.Access(0xd, Here, substream: 0x41).Event.Is<FTranslation>());
    }

    [Case("hw.caches.cfgi-l1std", Level.Architecture, "config-cache.029", "config-cache.037")]
    [Rows(nameof(Groups))]
    public void What_forgets_a_group_of_streams_forgets_the_level_1_descriptors(
        Profile profile,
        string row
    )
    {
        var rig = WithNewLeafOfStreams(profile);

        Forget(rig, row);

        Assert.True(rig.Access(0xd, Here).Passed);
    }

    public static IEnumerable<string> Groups => ["range", "all"];

    public static IEnumerable<string> WholeStreams => ["ste", "range", "all", "cd-all"];

    // The SMMU has seen that there was no leaf; now there is one, in which stream 0xd bypasses.
    private static TranslationRig WithNewLeafOfStreams(Profile profile)
    {
        var rig = new TranslationRig(
            CachingConfigurationCases.Able(profile),
            true,
            new StrtabBaseCfg
            {
                LOG2SIZE = 6,
                SPLIT = 6,
                FMT = StreamTableFormat.TwoLevel,
            }
        );
        rig.Smmu.Caches.AdversarialPrefetch = false;
        var leaf = rig.Allocate(4096, 4096);
        rig.Access(0xd, Here);
        rig.Store(rig.StreamTable, new L1Std { Span = 7, L2Ptr = leaf });
        rig.Store(leaf + (64 * 0xd), new Ste { V = true, Config = SteConfig.Bypass });
        return rig;
    }

    // The same of contexts: substream 0x41 of stream 0xd has one now.
    private static TranslationRig WithNewLeafOfContexts(Profile profile)
    {
        var rig = CachingProfiles.Quiet(CachingConfigurationCases.Able(profile));
        var level1 = rig.Allocate(4096, 4096);
        var leaf = rig.Allocate(4096, 4096);
        rig.StoreSte(
            0xd,
            TranslationRig.Stage1(level1) with
            {
                S1CDMax = 8,
                S1Fmt = S1Fmt.TwoLevel4K,
            }
        );
        rig.Access(0xd, Here, substream: 0x41);
        rig.Store(leaf + 64, rig.ContextOf(new TestTables(rig)));
        rig.Store(level1 + 8, new L1Cd { V = true, L2Ptr = leaf });
        return rig;
    }

    private static void Forget(TranslationRig rig, string what)
    {
        switch (what)
        {
            case "ste":
                rig.Send(new CfgiSte { StreamID = 0xd, Leaf = true });
                break;
            case "range":
                rig.Send(new CfgiSteRange { StreamID = 0xc, Range = 1 });
                break;
            case "all":
                rig.Send(CfgiSteRange.All);
                break;
            default:
                rig.Send(new CfgiCdAll { StreamID = 0xd });
                break;
        }
    }
}
