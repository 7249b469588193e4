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
    MachineOptions options,
    Watch watch
)
{
    // Fetched and not yet consumed, from the consumer on.
    private readonly Queue<Command> _ahead = [];
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
    public void Rerail()
    {
        _derailed = false;
        _ahead.Clear();
    }

    /// <summary>
    /// Fetches every command that there is, if this SMMU does: an entry is the SMMU's own once the producer has passed it
    /// (§3.21.2).
    /// </summary>
    public void FetchAhead()
    {
        if (!options.FetchesCommandsAhead || !CanProcess)
            return;
        var left = Ring.Distance(Consumer, Producer) - (uint)_ahead.Count;
        var at = Consumer;
        for (var known = _ahead.Count; known > 0; known--)
            at = Ring.Next(at);
        for (; left > 0; left--)
        {
            // One that cannot be fetched now is fetched when it is its turn, and reported then.
            if (!TryFetch(at, out var command))
                return;
            _ahead.Enqueue(command);
            at = Ring.Next(at);
        }
    }

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
        var slot = SlotOf(Consumer);
        if (!_ahead.TryDequeue(out var command) && !TryFetch(Consumer, out command))
        {
            Refuse(default, slot, CommandError.Abort);
            return;
        }
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

    private PhysicalAddress SlotOf(uint pointer) =>
        Ring.Slot(bank.Get<CmdqBase>().ADDR, pointer, Command.Size);

    private bool TryFetch(uint pointer, out Command command)
    {
        var (slot, access) = (
            SlotOf(pointer),
            SmmuAccesses.OfQueue(state.Cr1, bank.Get<CmdqBase>().RA)
        );
        watch.Observer?.Fetched(FetchKind.Command, default, slot, access);
        Span<ulong> words = stackalloc ulong[2];
        var read = port.TryRead(slot, access, words);
        command = new Command(words[0], words[1]);
        return read;
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
        // Everything from here on is fetched again.
        _ahead.Clear();
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
