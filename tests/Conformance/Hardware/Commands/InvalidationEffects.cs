using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>What commands and enables do to what the SMMU remembers of a stream's entry.</summary>
public sealed class InvalidationEffects
{
    private static readonly Ste Bypass = new()
    {
        V = true,
        Config = SteConfig.Bypass,
        SHCFG = ShCfg.Incoming,
    };

    private static readonly Ste Abort = new() { V = true, Config = SteConfig.Abort };

    /// <summary>§4.3.1: through the Command queue, not only in the cache.</summary>
    [Case(
        "hw.commands.cfgi-effect",
        Level.Architecture,
        "config-cache.028",
        "commands.010",
        AboutCaches = true
    )]
    [NotOn(Quirks.SurvivesOneInvalidation)]
    public void A_changed_entry_is_used_once_its_invalidation_is_consumed(Profile profile)
    {
        var rig = Using(profile, Bypass);

        rig.StoreSte(Abort);
        var before = rig.Access();
        rig.Submit(new CfgiSte { StreamID = Rig.Inside, Leaf = true }, new Sync());

        Assert.Equal(TranslationResult.Passed, before.Result);
        Assert.Equal(TranslationResult.Aborted, rig.Access().Result);
    }

    /// <summary>§4.1.3: a refused command has no effect.</summary>
    [Case("hw.commands.refused-effect", Level.Architecture, "commands.050", AboutCaches = true)]
    public void An_invalidation_behind_an_error_has_no_effect(Profile profile)
    {
        var rig = Using(profile, Bypass);
        rig.StoreSte(Abort);

        rig.Submit(
            new Command(0, 0),
            new CfgiSte { StreamID = Rig.Inside, Leaf = true },
            new Sync()
        );

        Assert.Equal(TranslationResult.Passed, rig.Access().Result);
    }

    /// <summary>§3.11, §6.3.9.6</summary>
    [Case(
        "hw.caches.survive-disable",
        Level.Architecture,
        "config-cache.003",
        "config-cache.052",
        AboutCaches = true
    )]
    public void Turning_translation_off_and_on_invalidates_nothing(Profile profile)
    {
        var rig = Using(profile, Bypass);
        rig.StoreSte(Abort);

        rig.Enable(rig.Read<Cr0>() with { SMMUEN = false });
        rig.Enable(rig.Read<Cr0>() with { SMMUEN = true });

        Assert.Equal(TranslationResult.Passed, rig.Access().Result);
    }

    /// <summary>§6.3.9.6: while translation is off nothing is fetched, so what was invalidated stays away.</summary>
    [Case("hw.caches.disabled-invalidation", Level.Architecture, "config-cache.049", "tlb.065")]
    [NotOn(Quirks.SurvivesOneInvalidation)]
    public void What_is_invalidated_while_translation_is_off_is_not_fetched_again(Profile profile)
    {
        var rig = Using(profile, Bypass);
        rig.Enable(rig.Read<Cr0>() with { SMMUEN = false });
        rig.Submit(CfgiSteRange.All, new TlbiNsnhAll(), new Sync());

        rig.StoreSte(Abort);
        rig.Enable(rig.Read<Cr0>() with { SMMUEN = true });

        Assert.Equal(TranslationResult.Aborted, rig.Access().Result);
    }

    /// <summary>§4.2: a prefetch may fill the cache with what memory holds then.</summary>
    [Case(
        "hw.caches.prefetch",
        Level.Architecture,
        "config-cache.026",
        "events.038",
        AboutCaches = true
    )]
    [NotOn(Quirks.RefusesPrefetch)]
    public void A_prefetched_entry_is_remembered_and_records_nothing(Profile profile)
    {
        var rig = Rig.Started(profile);
        rig.StoreSte(new Ste());
        rig.StartTranslation();

        rig.Submit(new PrefetchConfig { StreamID = Rig.Inside }, new Sync());
        rig.StoreSte(Bypass);

        Assert.Empty(rig.Seen.Events);
        Assert.Equal(TranslationResult.Faulted, rig.Access().Result);
    }

    /// <summary>§4.2: and while translation is off it does nothing.</summary>
    [Case("hw.caches.prefetch-off", Level.Architecture, "commands.024")]
    [NotOn(Quirks.RefusesPrefetch)]
    public void A_prefetch_while_translation_is_off_fetches_nothing(Profile profile)
    {
        var rig = Rig.Started(profile);
        rig.StoreSte(Abort);

        rig.Submit(new PrefetchConfig { StreamID = Rig.Inside }, new Sync());
        rig.StoreSte(Bypass);
        rig.StartTranslation();

        Assert.Equal(0u, rig.Unconsumed);
        Assert.Equal(TranslationResult.Passed, rig.Access().Result);
    }

    /// <summary>§3.5.1: every SMMU has queues and registers of its own.</summary>
    [Case("hw.queues.several-smmus", Level.Architecture, "other.001")]
    public void SMMUs_of_one_machine_share_memory_and_nothing_else(Profile profile)
    {
        var rig = Rig.Started(profile, options => options with { Smmus = [profile, profile] });
        var other = rig.Machine.Smmus[1];

        rig.Submit(new Sync { CS = CompletionSignal.Irq }, new Command(0, 0));

        Assert.True(rig.ActiveErrors.CMDQ_ERR);
        Assert.Equal(0u, other.Read32(GError.Offset) | other.Read32(Cr0Ack.Offset));
        Assert.False(other.Lines.IsPending(InterruptLine.CommandSync));
    }

    private static Rig Using(Profile profile, Ste ste)
    {
        var rig = Rig.Started(profile);
        rig.StoreSte(ste);
        rig.StartTranslation();
        Assert.Equal(TranslationResult.Passed, rig.Access().Result);
        return rig;
    }
}
