using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>How command processing stops at an error, and how it goes on (§7.1).</summary>
public sealed class CommandErrors
{
    private static readonly Command Nonsense = new(0, 0);

    /// <summary>§7.1, §4.1.3</summary>
    [Case("hw.commands.error-stops", Level.Architecture, "commands.050", "gerror.008")]
    public void Older_commands_are_consumed_and_newer_ones_have_no_effect(Profile profile)
    {
        var rig = Rig.Started(profile);

        rig.Submit(new TlbiNsnhAll(), Nonsense, new Sync());

        Assert.Equal(1u, rig.Read<CmdqCons>().RD);
        Assert.Equal(CommandError.Illegal, rig.Read<CmdqCons>().ERR);
        Assert.Equal(new GError { CMDQ_ERR = true }, rig.ActiveErrors);
        Assert.Equal(2, rig.Seen.Commands.Count);
    }

    /// <summary>§7.1: the reason is visible before the error is.</summary>
    [Case("hw.gerror.reason-first", Level.Architecture, "gerror.017", "commands.044")]
    public void Whoever_sees_the_error_sees_its_reason(Profile profile)
    {
        var rig = Rig.Started(profile);
        var reason = CommandError.None;
        rig.Seen.OnError = () => reason = rig.Read<CmdqCons>().ERR;

        rig.Submit(Nonsense);

        Assert.Equal(CommandError.Illegal, reason);
    }

    /// <summary>§7.1: acknowledging is enough; the command is fetched again, so it can be mended.</summary>
    [Case("hw.commands.refetch", Level.Architecture, "commands.055", "commands.046", "queues.016")]
    public void After_the_acknowledge_the_command_is_fetched_again(Profile profile)
    {
        var rig = Rig.Started(profile);
        rig.Submit(Nonsense, new TlbiNsnhAll());
        rig.Store(0, new Sync());

        rig.AcknowledgeErrors();

        Assert.Equal(0u, rig.Unconsumed);
        Assert.Equal(0u, rig.ActiveErrors.Value);
        Assert.Equal(
            [Nonsense, new Sync(), new TlbiNsnhAll()],
            rig.Seen.Commands.Select(seen => seen.Command)
        );
    }

    /// <summary>§7.1: a command that was not mended fails again.</summary>
    [Case("hw.gerror.again", Level.Architecture, "gerror.006", "commands.046")]
    public void Acknowledging_without_mending_raises_the_error_again(Profile profile)
    {
        var rig = Rig.Started(profile);
        rig.Submit(Nonsense);

        rig.AcknowledgeErrors();

        Assert.True(rig.ActiveErrors.CMDQ_ERR);
        Assert.False(rig.Read<GError>().CMDQ_ERR);
        Assert.Equal(2, rig.Seen.Errors.Count);
    }

    /// <summary>§6.3.27: a doorbell does not restart a stopped queue.</summary>
    [Case("hw.commands.doorbell-during-error", Level.Architecture, "commands.043")]
    public void A_doorbell_during_the_error_consumes_nothing(Profile profile)
    {
        var rig = Rig.Started(profile);
        rig.Submit(Nonsense);

        rig.Submit(new Sync());
        rig.Smmu.Run();

        Assert.Equal(2u, rig.Unconsumed);
        Assert.Single(rig.Seen.Commands);
    }

    /// <summary>§7.1: the one moment at which the producer may go back, as far as the consumer.</summary>
    [Case("hw.commands.withdraw", Level.Architecture, "commands.050")]
    public void During_the_error_commands_may_be_withdrawn(Profile profile)
    {
        var rig = Rig.Started(profile);
        rig.Submit(new Sync(), Nonsense, new Sync());

        rig.Write(new CmdqProd { WR = 1 });
        rig.AcknowledgeErrors();

        Assert.Empty(rig.Misuses);
        Assert.Equal(0u, rig.Unconsumed);
        Assert.Equal(0u, rig.ActiveErrors.Value);
    }

    /// <summary>§7.1: but not further back.</summary>
    [Case("hw.commands.withdraw-consumed", Level.Architecture, "commands.050")]
    public void During_the_error_the_producer_may_not_go_behind_the_consumer(Profile profile)
    {
        var rig = Rig.Started(profile);
        rig.Submit(new Sync(), new Sync(), Nonsense);

        rig.Write(new CmdqProd { WR = 1 });

        Assert.Equal(Misuse.QueueIndex, Assert.Single(rig.Misuses));
    }

    /// <summary>§6.3.28</summary>
    [Case("hw.gerror.survives-disable", Level.Architecture, "gerror.016")]
    public void Disabling_the_queue_does_not_acknowledge_the_error(Profile profile)
    {
        var rig = Rig.Started(profile);
        rig.Submit(Nonsense);

        rig.Enable(new Cr0());
        rig.Enable(new Cr0 { CMDQEN = true });

        Assert.True(rig.ActiveErrors.CMDQ_ERR);
        Assert.Equal(1u, rig.Unconsumed);
    }

    /// <summary>§7.1: the abort is synchronous.</summary>
    [Case("hw.commands.fetch-abort", Level.Architecture, "commands.053", "commands.014")]
    public void A_command_that_cannot_be_read_is_an_abort_and_not_illegal(Profile profile)
    {
        var rig = Rig.Started(profile);
        rig.Store(0, new Sync());
        rig.Memory.AbortRange(Rig.Commands + Command.Size, 8);

        rig.Write(new CmdqProd { WR = 2 });

        Assert.Equal(1u, rig.Read<CmdqCons>().RD);
        Assert.Equal(CommandError.Abort, rig.Read<CmdqCons>().ERR);
        Assert.True(rig.ActiveErrors.CMDQ_ERR);
    }

    /// <summary>§7.1: once memory answers, the queue goes on.</summary>
    [Case("hw.commands.fetch-abort-over", Level.Architecture, "commands.053", "commands.055")]
    public void After_a_fetch_abort_the_queue_can_go_on(Profile profile)
    {
        var rig = Rig.Started(profile);
        rig.Store(0, new Sync());
        rig.Memory.AbortRange(Rig.Commands, 16);
        rig.Write(new CmdqProd { WR = 1 });
        rig.Memory.ClearAborts();

        rig.AcknowledgeErrors();

        Assert.Equal(0u, rig.Unconsumed);
    }

    /// <summary>§7.5.1</summary>
    [Case("hw.interrupts.error", Level.Architecture, "gerror.021")]
    [NotOn(Quirks.SharesInterrupt)]
    public void An_error_interrupts_exactly_if_its_interrupt_is_enabled(Profile profile)
    {
        var deaf = Rig.Started(profile);
        var rig = Rig.Started(profile);
        rig.EnableInterrupts(new IrqCtrl { GERROR_IRQEN = true });

        deaf.Submit(Nonsense);
        rig.Submit(Nonsense);

        Assert.False(deaf.Lines.Take(InterruptLine.GlobalError));
        Assert.True(rig.Lines.Take(InterruptLine.GlobalError));
    }

    /// <summary>§6.3.20: whether an error is activated is unpredictable; here it is.</summary>
    [Case("hw.gerror.spurious", Level.Architecture, "gerror.006")]
    public void Acknowledging_an_error_that_is_not_active_is_told(Profile profile)
    {
        var rig = Rig.Started(profile);

        rig.Write(new GErrorN { CMDQ_ERR = true });

        Assert.Equal(Misuse.SpuriousAcknowledge, Assert.Single(rig.Misuses));
        rig.Submit(new Sync());
        Assert.Equal(1u, rig.Unconsumed);
    }
}
