using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>STE.CONT: one cached entry may serve its neighbours, and never one beyond the table (§5.2, §7.3.18).</summary>
public sealed class ContiguousEntryCases
{
    private static readonly Iova Here = 0x1_0000;
    private static readonly Ste Bypass = new()
    {
        V = true,
        Config = SteConfig.Bypass,
        SHCFG = ShCfg.Incoming,
    };
    private static readonly Ste Marked = Bypass with { CONT = 2 };
    private static readonly Ste Abort = new() { V = true, Config = SteConfig.Abort };

    /// <summary>§5.2: every entry of the span has to be invalidated, whatever CONT says.</summary>
    [Case("hw.caches.cont-scope", Level.Architecture, "config-cache.040", AboutCaches = true)]
    public void An_invalidation_reaches_the_streams_it_names_and_not_their_span(Profile profile)
    {
        var rig = Spanned(profile);
        Assert.True(rig.Access(0xc, Here).Passed);

        for (var stream = 0xcu; stream < 0x10; stream++)
            rig.StoreSte(stream, Abort);
        rig.Send(new CfgiSte { StreamID = 0xd, Leaf = true });
        rig.Send(new Sync());
        var named = rig.Access(0xc, Here);
        rig.Send(new CfgiSteRange { StreamID = 0xc, Range = 1 });
        rig.Send(new Sync());

        Assert.True(named.Passed, "stream 0xc was not named, so its entry may be held");
        Assert.Equal(TranslationResult.Aborted, rig.Access(0xd, Here).Result);
        Assert.Equal(TranslationResult.Aborted, rig.Access(0xc, Here).Result);
    }

    /// <summary>§5.2, §7.3.18: what the entry says, what a neighbour says, or a conflict; nothing else, and each of the span.</summary>
    [Case("hw.caches.cont-conflict", Level.Architecture, "config-cache.007", "config-cache.053")]
    public void Entries_of_a_span_that_differ_are_a_conflict_or_one_of_them(Profile profile)
    {
        var rig = Spanned(profile);
        rig.StoreSte(0xe, Abort);
        rig.Access(0xe, Here);
        rig.Access(0xc, Here);

        var answer = rig.Access(0xe, Here);

        var records = rig.TakeEvents();
        var conflict = records.Any(record => record.Is<FCfgConflict>());
        Assert.True(
            answer.Passed || answer.Result == TranslationResult.Aborted || conflict,
            $"{answer.Result} {answer.Event}"
        );
        Assert.All(records, record => Assert.True(record.Is<FCfgConflict>(), $"{record}"));
        if (conflict)
            Assert.Equal(FaultResponse.Abort, answer.Response);
    }

    /// <summary>§7.3.18: with both copies held, this SMMU tells.</summary>
    [Case("hw.caches.cont-told", Level.Architecture, "config-cache.053")]
    public void Two_cached_entries_that_match_and_differ_are_F_CFG_CONFLICT(Profile profile)
    {
        var rig = Spanned(profile);
        rig.StoreSte(0xe, Abort);
        rig.Send(new CfgiSte { StreamID = 0xe });
        rig.Access(0xe, Here);
        rig.StoreSte(0xc, Marked with { MEV = true });
        rig.Send(new CfgiSte { StreamID = 0xc });
        rig.Access(0xc, Here);
        rig.TakeEvents();
        rig.StoreSte(0xc, Marked);

        var answer = rig.Access(0xe, Here);

        if (answer.Result == TranslationResult.Aborted)
            return;
        var record = rig.TakeEvent();
        Assert.True(record.Is<FCfgConflict>(), $"expected F_CFG_CONFLICT, was {record}");
        Assert.Equal(new StreamId(0xe), record.StreamID);
    }

    /// <summary>§5.2: a span is cut to the table.</summary>
    [Case("hw.caches.cont-table", Level.Architecture, "stream-table.037")]
    public void A_span_does_not_reach_beyond_the_table(Profile profile)
    {
        var rig = new TranslationRig(profile, true, new StrtabBaseCfg { LOG2SIZE = 4 });
        rig.StoreSte(0xf, Bypass with { CONT = 6 });
        rig.Send(CfgiSteRange.All);
        Assert.True(rig.Access(0xf, Here).Passed);

        var answer = rig.Access(16, Here);

        Assert.False(answer.Passed);
        Assert.True(rig.TakeEvent().Is<CBadStreamid>());
    }

    // Streams 0xc to 0xf alike and marked.
    private static TranslationRig Spanned(Profile profile)
    {
        var rig = new TranslationRig(profile);
        for (var stream = 0xcu; stream < 0x10; stream++)
            rig.StoreSte(stream, Marked);
        rig.Send(CfgiSteRange.All);
        rig.Send(new Sync());
        return rig;
    }
}
