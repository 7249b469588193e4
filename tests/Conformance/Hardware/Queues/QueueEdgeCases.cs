using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Commands without effect, queues that are disabled in the middle, and indexes that no queue can have (§3.5, §4, §6.3.9.3).</summary>
public sealed class QueueEdgeCases
{
    private static readonly Ste Bypass = new()
    {
        V = true,
        Config = SteConfig.Bypass,
        SHCFG = ShCfg.Incoming,
    };

    private static readonly Ste Abort = new() { V = true, Config = SteConfig.Abort };

    /// <summary>Commands that name a stream, with SSec, which a Non-secure queue must not set.</summary>
    public static IEnumerable<CommandOpcode> Secure =>
        [
            CommandOpcode.PrefetchConfig,
            CommandOpcode.PrefetchAddr,
            CommandOpcode.CfgiSte,
            CommandOpcode.CfgiSteRange,
            CommandOpcode.CfgiCd,
            CommandOpcode.CfgiCdAll,
        ];

    [Case("hw.commands.ssec", Level.Architecture, "commands.001")]
    [Rows(nameof(Secure))]
    public void SSec_on_the_Non_secure_queue_is_CERROR_ILL(Profile profile, CommandOpcode row)
    {
        var rig = Rig.Started(profile);

        Assert.Equal(CommandError.Illegal, rig.Judge(new Command((byte)row | 1ul << 10, 0)));
    }

    /// <summary>§4.1.4: a CMD_SYNC makes it certain, not possible.</summary>
    [Case(
        "hw.commands.without-sync",
        Level.Architecture,
        "commands.017",
        "commands.034",
        "reset.018"
    )]
    [NotOn(Quirks.SurvivesOneInvalidation)]
    public void A_command_takes_effect_without_a_CMD_SYNC(Profile profile)
    {
        var rig = Started(profile);
        rig.StoreSte(Abort);

        rig.Submit(new CfgiSte { StreamID = Rig.Inside, Leaf = true });
        for (var turn = 0; turn < 16; turn++)
            rig.Machine.Run();

        Assert.Equal(TranslationResult.Aborted, rig.Access().Result);
    }

    /// <summary>§3.11: commands and registers do not need translation.</summary>
    [Case("hw.reset.usable", Level.Architecture, "reset.018")]
    public void Before_translation_is_on_commands_are_consumed_and_registers_kept(Profile profile)
    {
        var rig = Rig.Started(profile);

        rig.Submit(CfgiSteRange.All, new TlbiNsnhAll(), new Sync());
        rig.Write(new StrtabBase { ADDR = Rig.Streams });

        Assert.Equal(0u, rig.Unconsumed);
        Assert.Equal(Rig.Streams, rig.Read<StrtabBase>().ADDR);
    }

    /// <summary>§6.3.9.3: stopped, with the first command that was not processed at CONS.</summary>
    [Case(
        "hw.commands.disable",
        Level.Architecture,
        "commands.036",
        "commands.040",
        "commands.041"
    )]
    public void Once_CMDQEN_is_clear_no_command_is_processed(Profile profile)
    {
        var rig = Rig.Started(
            profile,
            options =>
                options with
                {
                    Consumption = CommandConsumption.Lazy,
                    ReadsPerCommand = 1000,
                }
        );
        for (var i = 0; i < 4; i++)
            rig.Store(i, new CfgiSte());
        rig.Write(new CmdqProd { WR = 4 });

        rig.Enable(new Cr0 { EVENTQEN = true });
        var stopped = rig.Read<CmdqCons>().RD;
        rig.Store((int)stopped, new Command(0xff, 0));
        for (var turn = 0; turn < 16; turn++)
            rig.Machine.Run();

        Assert.Equal(stopped, rig.Read<CmdqCons>().RD);
        Assert.Equal(0u, rig.ActiveErrors.Value);
        if (stopped == 4)
            return;
        // What is there when the queue is enabled again is what is processed.
        rig.Enable(new Cr0 { CMDQEN = true, EVENTQEN = true });
        for (var turn = 0; turn < 16; turn++)
            rig.Machine.Run();
        Assert.Equal(CommandError.Illegal, rig.Read<CmdqCons>().ERR);
    }

    /// <summary>§3.21.2, §3.5.1: no progress until the queue is disabled and enabled again.</summary>
    [Case("hw.queues.impossible", Level.Architecture, "queues.041", "queues.042")]
    public void A_producer_that_cannot_be_stops_the_queue(Profile profile)
    {
        var rig = Rig.Started(profile);
        rig.Submit(new CfgiSte());

        // Three turns ahead of the consumer in a queue of one.
        rig.Write(new CmdqProd { WR = Rig.Entries + 3 });
        var at = rig.Read<CmdqCons>().RD;
        for (var turn = 0; turn < 16; turn++)
            rig.Machine.Run();
        Assert.Equal(at, rig.Read<CmdqCons>().RD);

        rig.Enable(new Cr0 { EVENTQEN = true });
        rig.PlaceQueues();
        rig.Enable(new Cr0 { CMDQEN = true, EVENTQEN = true });
        rig.Submit(new Sync());
        Assert.Equal(0u, rig.Unconsumed);
    }

    /// <summary>§6.3.26, §6.3.29: down to the size of the queue, and to 32 bytes.</summary>
    [Case("hw.queues.aligned", Level.Architecture, "queues.043")]
    public void Bases_are_aligned_down_to_the_size_of_their_queue(Profile profile)
    {
        var rig = new Rig(profile);
        rig.PlaceQueues();
        rig.Write(new CmdqBase { ADDR = Rig.Commands + 0x60, LOG2SIZE = Rig.Log2Entries });
        rig.Write(new EventqBase { ADDR = Rig.Events + 0xe0, LOG2SIZE = Rig.Log2Entries });
        rig.Enable(new Cr0 { CMDQEN = true, EVENTQEN = true });
        rig.StartTranslation();

        rig.Submit(new Sync());
        rig.CauseEvent();

        Assert.Equal(0u, rig.Unconsumed);
        Assert.Equal([Rig.Commands], rig.Seen.Fetches);
        Assert.True(rig.RecordAt(0).Is<CBadStreamid>());
    }

    /// <summary>§6.3.26: reads as written, acts as the largest.</summary>
    [Case("hw.queues.size-capped", Level.Architecture, "queues.044")]
    [AppliesWhere("SMMU_IDR1.CMDQS", AtMost = 10)]
    public void A_size_beyond_the_largest_acts_as_the_largest(Profile profile)
    {
        var rig = new Rig(profile);
        rig.PlaceQueues();
        var size = (byte)(profile.IDR1.CMDQS + 3);
        rig.Write(new CmdqBase { ADDR = Rig.Commands, LOG2SIZE = size });
        rig.Enable(new Cr0 { CMDQEN = true });
        Assert.Equal(size, rig.Read<CmdqBase>().LOG2SIZE);
        // All but one entry of the largest queue, then one that wraps.
        var entries = 1u << profile.IDR1.CMDQS;
        var sync = (Command)new Sync();
        for (var i = 0ul; i < entries; i++)
            rig.Memory.Write64(Rig.Commands + 16 * i, sync.Word0);

        rig.Write(new CmdqProd { WR = entries });
        rig.Write(new CmdqProd { WR = entries + 1 });

        Assert.Equal(entries + 1, rig.Read<CmdqCons>().RD);
        Assert.Equal(Rig.Commands, rig.Seen.Fetches[^1]);
    }

    /// <summary>§6.3.96: bits that the queue does not have.</summary>
    [Case("hw.events.consumer-junk", Level.Architecture, "queues.039")]
    public void Bits_above_the_wrap_bit_of_the_consumer_do_not_count(Profile profile)
    {
        var rig = Started(profile);
        rig.CauseEvent();
        rig.Write(new EventqCons { RD = 1 | 0xf_fff0 & ~(2u * Rig.Entries - 1) });

        for (var i = 0; i < Rig.Entries; i++)
            rig.CauseEvent();

        // One slot was released, so eight more fit.
        Assert.False(rig.Read<EventqProd>().OVFLG);
    }

    /// <summary>§4.7.3: without a signal nothing of the MSI counts.</summary>
    [Case("hw.commands.sync-junk", Level.Architecture, "msi.029")]
    public void MSI_fields_of_a_CMD_SYNC_without_signal_are_no_error(Profile profile) =>
        JudgeJunk(profile, CompletionSignal.None);

    /// <summary>§4.7.3: nor without MSIs.</summary>
    [Case("hw.commands.sync-junk-wired", Level.Architecture, "msi.029")]
    [AppliesWhere("SMMU_IDR0.MSI", 0)]
    public void MSI_fields_of_a_CMD_SYNC_are_no_error_where_there_are_no_MSIs(Profile profile) =>
        JudgeJunk(profile, CompletionSignal.Irq);

    /// <summary>§4.2.1: what was fetched through stage 2 is marked as used, where hardware marks.</summary>
    [Case("hw.commands.prefetch-flag", Level.Architecture, "commands.064")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    [AppliesWhere("SMMU_IDR0.HTTU", AtLeast = 1)]
    public void A_CD_that_was_prefetched_through_stage_2_has_its_page_marked(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var cd = rig.Allocate(0x1_0000, 0x1_0000);
        Ipa context = 0x3_4000_0000;
        var (tables, second, _) = rig.AttachNested(
            5,
            adjustEntry: e => HttuScene.Access2(e) with { S1ContextPtr = context.Value }
        );
        rig.Store(cd, rig.ContextOf(tables));
        var leaf = second.Leaf(cd) with { AF = false };
        second.Put(context, 3, leaf.Word(0));
        rig.Send(new TlbiNsnhAll());
        rig.Send(CfgiSteRange.All);
        var log = new AccessLog();
        rig.Smmu.Observer = log;

        rig.Send(new PrefetchConfig { StreamID = 0xd });

        var marked = (second.Read(context, 3) & 1ul << 10) != 0;
        Assert.True(
            marked || log.Count(FetchKind.Cd) == 0,
            "the CD was read through a page whose Access flag is clear"
        );
    }

    private static void JudgeJunk(Profile profile, CompletionSignal signal)
    {
        var rig = Rig.Started(profile);
        var sync = (Command)new Sync { CS = signal };

        // MSIData, and every bit that may be an address.
        var error = rig.Judge(new Command(sync.Word0 | 0xffff_fffful << 32, 0x00ff_ffff_ffff_fffc));

        Assert.Equal(CommandError.None, error);
        Assert.Empty(rig.Seen.Msis);
    }

    private static Rig Started(Profile profile)
    {
        var rig = Rig.Started(profile);
        rig.StoreSte(Bypass);
        rig.StartTranslation();
        Assert.True(rig.Access().Passed);
        return rig;
    }
}
