using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>What CMD_SYNC and the updates of enables put in order (§4.3.8, §4.7.3, §6.3.9, §6.3.12).</summary>
public sealed class CommandOrderCases
{
    private static readonly StreamId Nic = 0xd;
    private static readonly Iova Here = 0x10_0000;

    /// <summary>§4.7.3: what comes after a CMD_SYNC has not begun when it completes.</summary>
    [Case("hw.ordering.after-sync", Level.Architecture, "ordering.010", AboutCaches = true)]
    [NotOn(Quirks.SurvivesOneInvalidation)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Nothing_behind_a_CMD_SYNC_begins_before_it_completes(Profile profile)
    {
        var rig = Rig.Started(profile);
        rig.StoreSte(
            new Ste
            {
                V = true,
                Config = SteConfig.Bypass,
                SHCFG = ShCfg.Incoming,
            }
        );
        rig.StartTranslation();
        Assert.True(rig.Access().Passed);
        rig.StoreSte(new Ste { V = true, Config = SteConfig.Abort });
        var during = new List<(CommandOpcode Command, bool Passed)>();
        rig.Seen.OnCommand = () =>
            during.Add(((CommandOpcode)rig.Seen.Commands[^1].Command.Opcode, rig.Access().Passed));

        rig.Submit(new Sync(), new CfgiSte { StreamID = Rig.Inside, Leaf = true }, new Sync());

        Assert.Equal(CommandOpcode.Sync, during[0].Command);
        Assert.True(during[0].Passed, "the invalidation stands behind the first CMD_SYNC");
        Assert.Equal(CommandOpcode.Sync, during[^1].Command);
        Assert.False(during[^1].Passed, "the second CMD_SYNC completes the invalidation");
    }

    /// <summary>§4.7.3: whatever order they are done in, at the CMD_SYNC all are done.</summary>
    [Case("hw.ordering.between", Level.Architecture, "ordering.011", "ordering.008")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Orders))]
    public void Invalidations_before_a_CMD_SYNC_are_all_done_by_it(Profile profile, string row)
    {
        var rig = new TranslationRig(profile);
        var (tables, cd) = rig.Attach(Nic);
        tables.Map(Here, 0x1_c000_0000);
        Assert.True(rig.Access(Nic, Here).Passed);
        var other = new TestTables(rig, rig.SmallestGranule);
        other.Map(Here, 0x1_d000_0000);
        rig.Store(cd, rig.ContextOf(other));

        if (row == "tlbi-first")
            rig.Send(new TlbiNhAsid { ASID = 1 });
        rig.Send(new CfgiCd { StreamID = Nic, Leaf = true });
        rig.Send(new TlbiNhAsid { ASID = 1 });
        rig.Send(new Sync());

        Assert.Equal(0x1_d000_0000ul, rig.Access(Nic, Here).Address.Value);
    }

    /// <summary>§6.3.9.6: old or new for the whole of a transaction, and new from the acknowledge on.</summary>
    [Case(
        "hw.ordering.smmuen",
        Level.Architecture,
        "ordering.019",
        "ordering.020",
        "registers.024"
    )]
    [Rows(nameof(Delays))]
    public void A_transaction_sees_one_value_of_SMMUEN(Profile profile, int row)
    {
        var rig = new TranslationRig(profile, options => options with { AckDelay = row });
        rig.StoreSte(Nic, new Ste { V = true, Config = SteConfig.Abort });
        rig.Send(new CfgiSte { StreamID = Nic });
        rig.Disable();
        rig.Write32(
            Gbpa.Offset,
            TranslationRig.Word(new Gbpa { Update = true, SHCFG = ShCfg.Incoming })
        );
        Assert.True(rig.Access(Nic, Here).Passed);

        rig.Smmu.Write32(
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
        for (var looks = 0; ; looks++)
        {
            var before = new Cr0Ack(rig.Smmu.Read32(Cr0Ack.Offset)).SMMUEN;
            var answer = rig.Access(Nic, Here);
            if (before)
            {
                Assert.Equal(TranslationResult.Aborted, answer.Result);
                break;
            }
            Assert.True(answer.Passed || answer.Result == TranslationResult.Aborted);
            Assert.True(looks < 100, "CR0.SMMUEN is never acknowledged");
        }
    }

    /// <summary>§6.3.12: in effect when SMMUEN has been acknowledged.</summary>
    [Case("hw.ordering.cr2", Level.Architecture, "ordering.021", "ordering.019", "registers.024")]
    [Rows(nameof(Flags))]
    public void CR2_is_in_effect_once_SMMUEN_is_acknowledged(Profile profile, bool row)
    {
        var rig = new TranslationRig(profile);
        rig.Disable();
        rig.Write32(Cr2.Offset, TranslationRig.Word(new Cr2 { RECINVSID = row }));
        rig.Reshape(rig.Configuration);

        rig.Access(0x7fff_ffff, Here);

        Assert.Equal(row ? 1 : 0, rig.TakeEvents().Count);
    }

    /// <summary>§4.7.3, §5.5: a stall does not hold a CMD_SYNC back, and it changes nothing about the stall.</summary>
    [Case("hw.ordering.sync-stalls", Level.Architecture, "ordering.027", "ordering.014")]
    [AppliesIf(nameof(CannotStall))]
    public void A_CMD_SYNC_waits_for_no_stall_and_retries_none(Profile profile)
    {
        var scene = new StallScene(profile);
        var stalled = scene.Stall();
        scene.TakeStall();
        scene.Tables.Map(StallScene.Missing, StallScene.Data);

        // Send fails if the command is not consumed.
        scene.Rig.Send(new Sync());
        scene.Rig.Machine.Run();
        var later = scene.Rig.Access(StallScene.Nic, StallScene.Mapped);

        Assert.Null(stalled.Answer);
        Assert.Empty(scene.Rig.TakeEvents());
        Assert.True(later.Passed, "only the faulting transaction is held");
    }

    /// <summary>§7.5.1: the error is there when the disable is acknowledged.</summary>
    [Case("hw.ordering.irq-error", Level.Architecture, "ordering.024")]
    [AppliesWhere("SMMU_IDR0.MSI", 1)]
    public void An_MSI_that_aborted_is_told_when_the_disable_is_acknowledged(Profile profile)
    {
        var rig = Rig.Started(profile);
        rig.StartTranslation();
        rig.Memory.AbortRange(Rig.Doorbell, 4);
        rig.Write(new EventqIrqCfg0 { ADDR = Rig.Doorbell });
        rig.EnableInterrupts(new IrqCtrl { EVENTQ_IRQEN = true });

        rig.CauseEvent();
        rig.EnableInterrupts(new IrqCtrl());

        Assert.True(rig.ActiveErrors.MSI_EVENTQ_ABT_ERR);
    }

    public static IEnumerable<string> Orders => ["cfgi-first", "tlbi-first"];

    public static IEnumerable<int> Delays => [0, 3];

    public static IEnumerable<bool> Flags => [false, true];

    private static string? CannotStall(Profile profile) => StallScene.Refusal(profile);
}
