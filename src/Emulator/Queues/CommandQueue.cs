using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>Fetches commands in order, refuses what is wrong, and stops until software acknowledges (§3.5, §4.1, §7.1).</summary>
internal sealed class CommandQueue(
    SmmuState state,
    RegisterBank bank,
    UpdatedRegister enables,
    SmmuPort port,
    CommandExecutor executor,
    GlobalErrors errors,
    InterruptSources interrupts,
    Watch watch
)
{
    private bool _derailed;

    /// <summary>Shape of the queue; a size beyond the largest counts as the largest (§6.3.26).</summary>
    public Ring Ring => new(Math.Min(bank.Get<CmdqBase>().LOG2SIZE, state.Profile.IDR1.CMDQS));

    /// <summary>The pointers are in a state a queue can be in.</summary>
    public bool IsConsistent => Ring.IsConsistent(Producer, Consumer);

    private uint Producer => bank.Get<CmdqProd>().WR;

    private uint Consumer => bank.Get<CmdqCons>().RD;

    private bool CanProcess =>
        new Cr0(enables.InForce).CMDQEN
        && !errors.Active.CMDQ_ERR
        && !errors.OutOfService
        && !_derailed
        && IsConsistent
        && !Ring.IsEmpty(Producer, Consumer);

    /// <summary>
    /// True if the producer may move there: forward over complete commands, or, while a command error is active, back as
    /// far as the consumer (§6.3.27, §7.1).
    /// </summary>
    public bool MayMoveTo(uint producer)
    {
        var room = Ring.Distance(Consumer, producer);
        if (room > Ring.Size)
            return false;
        return errors.Active.CMDQ_ERR || room >= Ring.Distance(Consumer, Producer);
    }

    /// <summary>Stops the queue until it is disabled and enabled again: software moved the pointer illegally (§3.21.2).</summary>
    public void Derail() => _derailed = true;

    /// <summary>Forgets an illegal move: the queue has been disabled.</summary>
    public void Rerail() => _derailed = false;

    /// <summary>Consumes every command it can.</summary>
    public void Process()
    {
        while (CanProcess)
            ConsumeOne();
    }

    /// <summary>Consumes one command, if there is one that can be.</summary>
    public void Step()
    {
        if (CanProcess)
            ConsumeOne();
    }

    private void ConsumeOne()
    {
        var slot = Ring.Slot(bank.Get<CmdqBase>().ADDR, Consumer, Command.Size);
        var access = SmmuAccesses.OfQueue(state.Cr1, bank.Get<CmdqBase>().RA);
        watch.Observer?.Fetched(FetchKind.Command, default, slot, access);
        if (
            !port.TryRead64(slot, access, out var word0)
            | !port.TryRead64(slot + 8, access, out var word1)
        )
        {
            Refuse(default, slot, CommandError.Abort);
            return;
        }
        var command = new Command(word0, word1);
        var verdict = CommandRules.Judge(command, state);
        if (verdict.Error != CommandError.None)
        {
            Refuse(command, slot, verdict.Error);
            return;
        }
        if (command.Is<Sync>() && !executor.TrySynchronize())
        {
            Refuse(command, slot, CommandError.AtcInvSync);
            return;
        }
        if (verdict.Ignored is null)
            executor.Execute(command);
        Advance();
        watch.Observer?.CommandConsumed(command, slot, CommandError.None);
        if (verdict.Ignored is { } clause)
            watch.Observer?.CommandIgnored(command, clause);
        if (command.Is<Sync>())
            Complete(command.As<Sync>());
    }

    private void Advance()
    {
        var wasFull = Ring.IsFull(Producer, Consumer);
        bank.Set(bank.Get<CmdqCons>() with { RD = Ring.Next(Consumer) });
        if (wasFull)
            interrupts.WakeUp();
    }

    // The pointer stays at the command, and the reason is there before the error is (§7.1).
    private void Refuse(in Command command, PhysicalAddress slot, CommandError error)
    {
        bank.Set(bank.Get<CmdqCons>() with { ERR = error });
        watch.Observer?.CommandConsumed(command, slot, error);
        errors.Raise(new GError { CMDQ_ERR = true });
    }

    // Consumption is visible before its announcement (§4.7.3).
    private void Complete(Sync sync)
    {
        if (sync.CS == CompletionSignal.Sev)
            interrupts.WakeUp();
        if (sync.CS == CompletionSignal.Irq && !interrupts.AnnounceSync(sync))
            errors.Raise(new GError { MSI_CMDQ_ABT_ERR = true });
    }
}
