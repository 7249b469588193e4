using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>What configuration is remembered, and which command must make it forgotten (§3.21.3, §4.3).</summary>
public sealed class CachingConfigurationCases
{
    private static readonly Ste Bypass = new() { V = true, Config = SteConfig.Bypass };
    private static readonly Ste Abort = new() { V = true, Config = SteConfig.Abort };
    private static readonly Iova Here = 0x1000;

    [Case(
        "hw.caches.ste",
        Level.Architecture,
        "config-cache.008",
        "config-cache.004",
        AboutCaches = true
    )]
    public void An_entry_that_was_read_is_used_until_CMD_CFGI_STE(Profile profile)
    {
        var rig = CachingProfiles.Quiet(profile);
        rig.StoreSte(0xd, Bypass);
        rig.Access(0xd, Here);
        rig.StoreSte(0xd, Abort);

        Assert.True(rig.Access(0xd, Here).Passed);
        rig.Send(new CfgiSte { StreamID = 0xd, Leaf = true });
        Assert.False(rig.Access(0xd, Here).Passed);
    }

    [Case("hw.caches.invalid-ste", Level.Architecture, "config-cache.008", AboutCaches = true)]
    public void An_entry_that_is_not_valid_is_remembered_too(Profile profile)
    {
        var rig = CachingProfiles.Quiet(profile);
        rig.Access(0xd, Here);
        rig.StoreSte(0xd, Bypass);

        Assert.True(rig.Access(0xd, Here).Event.Is<CBadSte>());
        rig.Send(new CfgiSte { StreamID = 0xd, Leaf = true });
        Assert.True(rig.Access(0xd, Here).Passed);
    }

    [Case(
        "hw.caches.prefetched-ste",
        Level.Architecture,
        "config-cache.008",
        "tlb.072",
        AboutCaches = true
    )]
    public void An_entry_may_be_remembered_before_any_transaction_and_without_an_event(
        Profile profile
    )
    {
        var rig = CachingProfiles.Quiet(profile);
        rig.Smmu.Caches.PrefetchConfiguration(0xd);
        var events = rig.Smmu.Read32(rig.Profile.Located(EventqProd.Offset));
        rig.StoreSte(0xd, Bypass);

        Assert.True(rig.Access(0xd, Here).Event.Is<CBadSte>());
        Assert.Equal(0u, events);
    }

    [Case("hw.caches.cfgi-ste-one", Level.Architecture, "config-cache.026", AboutCaches = true)]
    public void CMD_CFGI_STE_leaves_other_streams_alone(Profile profile)
    {
        var rig = CachingProfiles.Quiet(profile);
        rig.StoreSte(0xd, Bypass);
        rig.StoreSte(0xe, Bypass);
        rig.Access(0xd, Here);
        rig.Access(0xe, Here);
        rig.StoreSte(0xe, Abort);

        rig.Send(new CfgiSte { StreamID = 0xd });

        Assert.False(rig.Smmu.Caches.Holds(0xd));
        Assert.True(rig.Access(0xe, Here).Passed);
    }

    [Case(
        "hw.caches.cfgi-ste-cds",
        Level.Architecture,
        "config-cache.028",
        "config-cache.043",
        "config-cache.055",
        AboutCaches = true
    )]
    public void CMD_CFGI_STE_forgets_every_CD_of_the_stream(Profile profile)
    {
        var rig = CachingProfiles.Quiet(Able(profile));
        var (tables, cd) = rig.Attach(0xd);
        tables.Map(Here, 0x8000);
        rig.Access(0xd, Here);
        rig.Store(cd, rig.ContextOf(tables) with { V = false });

        Assert.True(rig.Access(0xd, Here).Passed);
        rig.Send(new CfgiSte { StreamID = 0xd, Leaf = true });
        Assert.True(rig.Access(0xd, Here).Event.Is<CBadCd>());
    }

    [Case("hw.caches.cfgi-ste-range", Level.Architecture, "config-cache.029", AboutCaches = true)]
    public void CMD_CFGI_STE_RANGE_forgets_an_aligned_group_and_no_more(Profile profile)
    {
        var rig = CachingProfiles.Quiet(profile);
        for (var stream = 0u; stream < 16; stream++)
        {
            rig.StoreSte(stream, Bypass);
            rig.Access(stream, Here);
        }

        rig.Send(new CfgiSteRange { StreamID = 0xe, Range = 1 });

        for (var stream = 0u; stream < 16; stream++)
            Assert.Equal(stream is < 0xc or > 0xf, rig.Smmu.Caches.Holds(stream));
    }

    [Case("hw.caches.cfgi-all", Level.Architecture, "config-cache.037")]
    public void CMD_CFGI_ALL_forgets_every_stream(Profile profile)
    {
        var rig = CachingProfiles.Quiet(profile);
        rig.Access(0xd, Here);
        rig.Access(63, Here);

        rig.Send(CfgiSteRange.All);

        Assert.False(rig.Smmu.Caches.Holds(0xd));
        Assert.False(rig.Smmu.Caches.Holds(63));
    }

    [Case("hw.caches.cfgi-cd", Level.Architecture, "config-cache.031", AboutCaches = true)]
    public void CMD_CFGI_CD_forgets_one_CD_and_keeps_its_neighbours(Profile profile)
    {
        var rig = CachingProfiles.Quiet(Able(profile));
        Substreams(rig, 0xd);
        rig.Access(0xd, Here, substream: 1);
        rig.Access(0xd, Here, substream: 2);

        rig.Send(
            new CfgiCd
            {
                StreamID = 0xd,
                SubstreamID = 1,
                Leaf = true,
            }
        );

        Assert.False(rig.Smmu.Caches.Holds(0xd, (SubstreamId)1));
        Assert.True(rig.Smmu.Caches.Holds(0xd, (SubstreamId)2));
        Assert.True(rig.Smmu.Caches.Holds(0xd));
    }

    [Case(
        "hw.caches.cfgi-cd-shared",
        Level.Architecture,
        "config-cache.032",
        "config-cache.046",
        AboutCaches = true
    )]
    public void A_CD_that_two_streams_share_is_remembered_for_each(Profile profile)
    {
        var rig = CachingProfiles.Quiet(Able(profile));
        var cds = Substreams(rig, 0xd);
        rig.StoreSte(0xe, TranslationRig.Stage1(cds) with { S1CDMax = 4 });
        rig.Access(0xd, Here, substream: 1);
        rig.Access(0xe, Here, substream: 1);
        rig.Store(cds + 64, new Cd());

        rig.Send(new CfgiCd { StreamID = 0xd, SubstreamID = 1 });

        Assert.True(rig.Access(0xd, Here, substream: 1).Event.Is<CBadCd>());
        Assert.True(rig.Access(0xe, Here, substream: 1).Event.Is<FTranslation>());
    }

    [Case("hw.caches.cfgi-cd-all", Level.Architecture, "config-cache.034", AboutCaches = true)]
    public void CMD_CFGI_CD_ALL_forgets_every_CD_but_not_the_STE(Profile profile)
    {
        var rig = CachingProfiles.Quiet(Able(profile));
        Substreams(rig, 0xd);
        rig.Access(0xd, Here, substream: 1);
        rig.Access(0xd, Here, substream: 2);

        rig.Send(new CfgiCdAll { StreamID = 0xd });

        Assert.False(rig.Smmu.Caches.Holds(0xd, (SubstreamId)1));
        Assert.False(rig.Smmu.Caches.Holds(0xd, (SubstreamId)2));
        Assert.True(rig.Smmu.Caches.Holds(0xd));
    }

    [Case("hw.caches.cfgi-not-tlb", Level.Architecture, "tlb.024", AboutCaches = true)]
    public void CMD_CFGI_leaves_translations_alone(Profile profile)
    {
        var rig = CachingProfiles.Quiet(Able(profile));
        var (tables, _) = rig.Attach(0xd);
        tables.Map(Here, 0x8000);
        rig.Access(0xd, Here);
        tables.Put(Here, 3, 0);

        rig.Send(CfgiSteRange.All);

        Assert.True(rig.Access(0xd, Here).Passed);
    }

    [Case(
        "hw.caches.early-cfgi",
        Level.Architecture,
        "config-cache.008",
        "tlb.072",
        AboutCaches = true
    )]
    public void A_command_before_the_store_achieves_nothing(Profile profile)
    {
        var rig = new TranslationRig(profile);
        rig.StoreSte(0xd, Bypass);
        rig.Access(0xd, Here);

        rig.Send(new CfgiSte { StreamID = 0xd });
        rig.StoreSte(0xd, Abort);

        Assert.True(rig.Access(0xd, Here).Passed);
    }

    [Case("hw.caches.disabled", Level.Architecture, "config-cache.011", "config-cache.049")]
    public void While_translation_is_off_nothing_is_remembered(Profile profile)
    {
        var rig = new TranslationRig(profile);
        rig.Disable();
        rig.Smmu.Caches.PrefetchConfiguration(0xd);
        rig.Access(0xd, Here);
        rig.Send(new CfgiSte { StreamID = 0xd });

        Assert.False(rig.Smmu.Caches.Holds(0xd));
    }

    [Case(
        "hw.caches.enable",
        Level.Architecture,
        "config-cache.052",
        "config-cache.003",
        AboutCaches = true
    )]
    public void Switching_translation_off_and_on_forgets_nothing(Profile profile)
    {
        var rig = CachingProfiles.Quiet(profile);
        rig.StoreSte(0xd, Bypass);
        rig.Access(0xd, Here);
        rig.StoreSte(0xd, Abort);

        rig.Disable();
        rig.Write32(
            Cr0.Offset,
            TranslationRig.Word(
                new Cr0
                {
                    SMMUEN = true,
                    CMDQEN = true,
                    EVENTQEN = true,
                }
            )
        );

        Assert.True(rig.Access(0xd, Here).Passed);
    }

    [Case("hw.caches.none", Level.Architecture, "config-cache.054")]
    public void Without_caches_memory_is_what_counts(Profile profile)
    {
        var rig = new TranslationRig(profile, caches: false);
        rig.StoreSte(0xd, Bypass);
        rig.Access(0xd, Here);

        rig.StoreSte(0xd, Abort);

        Assert.False(rig.Access(0xd, Here).Passed);
    }

    // Sixteen valid CDs without a single translation.
    private static PhysicalAddress Substreams(TranslationRig rig, StreamId stream)
    {
        var cds = rig.Allocate(16 * 64, 16 * 64);
        for (var index = 0u; index < 16; index++)
            rig.Store(cds + (64ul * index), rig.ContextOf(new TestTables(rig)));
        rig.StoreSte(stream, TranslationRig.Stage1(cds) with { S1CDMax = 4 });
        return cds;
    }

    internal static Profile Able(Profile profile) =>
        profile with
        {
            IDR0 = profile.IDR0 with
            {
                S1P = true,
                CD2L = true,
                ST_LEVEL = StreamTableLevels.TwoLevel,
            },
            IDR1 = profile.IDR1 with { SSIDSIZE = 8 },
            IDR5 = profile.IDR5 with { GRAN4K = true },
        };
}
