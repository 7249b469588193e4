using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>What a write to each register does, once its bits have been accepted.</summary>
internal sealed class RegisterEffects(
    SmmuState state,
    RegisterBank bank,
    UpdatedRegister enables,
    UpdatedRegister interruptEnables,
    CommandQueue commands,
    EventQueue events,
    QueueRegisters queues,
    GlobalErrors errors,
    TranslationOperations operations,
    MachineOptions options,
    Watch watch
)
{
    private const ulong UpdateBit = 1ul << 31;

    private readonly Dictionary<uint, int> _updates = [];

    /// <summary>Called when SMMUEN has gone to 0: nothing stays stalled (§6.3.9.6).</summary>
    public Action? TranslationStopped { get; set; }

    /// <summary>At each turn of the hardware, what was decided about stalled transactions happens.</summary>
    public Action? Stalls { get; set; }

    /// <summary>The guards that are set, or not yet acknowledged as clear, as they concern one register.</summary>
    public Guard GuardsSet(RegisterInfo register)
    {
        var cr0 = new Cr0(enables.Engaged);
        var irq = new IrqCtrl(interruptEnables.Engaged);
        var (idr1, set) = (state.Profile.IDR1, Guard.None);
        set |= cr0.SMMUEN ? Guard.Smmuen : Guard.None;
        set |= cr0.CMDQEN ? Guard.Cmdqen : Guard.None;
        set |= cr0.EVENTQEN ? Guard.Eventqen : Guard.None;
        set |= cr0.PRIQEN ? Guard.Priqen : Guard.None;
        set |= cr0.DPT_WALK_EN ? Guard.DptWalkEn : Guard.None;
        set |= irq.GERROR_IRQEN ? Guard.GerrorIrqen : Guard.None;
        set |= irq.EVENTQ_IRQEN ? Guard.EventqIrqen : Guard.None;
        set |= irq.PRIQ_IRQEN ? Guard.PriqIrqen : Guard.None;
        set |= operations.Running ? Guard.GatosRun : Guard.None;
        set |= idr1.TABLES_PRESET ? Guard.TablesPreset : Guard.None;
        set |= idr1.QUEUES_PRESET ? Guard.QueuesPreset : Guard.None;
        set |= _updates.ContainsKey(register.Offset) ? Guard.Update : Guard.None;
        return set;
    }

    /// <summary>Shows translation what reset left in the registers.</summary>
    public void Reset()
    {
        FinishUpdates();
        Show();
    }

    /// <summary>Starts the update of the enables; an enable of something impossible is reported here (§6.3.9).</summary>
    public void ChangeEnables(ulong value)
    {
        var rising = new Cr0(value & ~enables.Written);
        if (rising.DPT_WALK_EN)
            throw new NotModelledException("the Device Permission Table", "3.24");
        if (rising.CMDQEN && !commands.IsConsistent)
            Report(Misuse.QueueSetup, CmdqProd.Offset, bank[CmdqProd.Offset], "3.5.1");
        if (rising.EVENTQEN && !events.IsConsistent)
            Report(Misuse.QueueSetup, EventqProd.Offset, bank[EventqProd.Offset], "3.5.1");
        if (!new Cr0(value).SMMUEN)
            operations.Finish();
        if (enables.Write(value) != 0)
            Report(Misuse.UpdatePending, Cr0.Offset, value, "6.3.9");
        bank[Cr0.Offset] = enables.Written;
        state.Cr0 = new Cr0(enables.Written);
        CompleteEnables(enables.Complete);
    }

    /// <summary>Starts the update of the interrupt enables (§6.3.16).</summary>
    public void ChangeInterruptEnables(ulong value)
    {
        if (interruptEnables.Write(value) != 0)
            Report(Misuse.UpdatePending, IrqCtrl.Offset, value, "6.3.16");
        bank[IrqCtrl.Offset] = interruptEnables.Written;
        interruptEnables.Complete();
    }

    /// <summary>Starts the change of a register with an Update bit; without it the write is ignored (§6.3.14.1).</summary>
    public void StartUpdate(RegisterInfo register, ulong value)
    {
        if ((value & UpdateBit) == 0)
        {
            Report(Misuse.UpdateMissing, register.Offset, value, register.Layout.Clause);
            return;
        }
        bank[register.Offset] = value;
        _updates[register.Offset] = options.AckDelay;
        FinishUpdates();
    }

    /// <summary>Takes an acknowledge of errors, and goes on with what they had stopped (§6.3.20).</summary>
    public void AcknowledgeErrors(ulong value)
    {
        if (errors.Acknowledge(unchecked((uint)value)) != 0)
            Report(Misuse.SpuriousAcknowledge, GErrorN.Offset, value, "6.3.20");
        events.RecordWaiting();
        queues.Consider();
    }

    /// <summary>Stores a register that translation reads.</summary>
    public void Configure(RegisterInfo register, ulong value)
    {
        bank[register.Offset] = value;
        // Not before software has written it: reset leaves anything there.
        if (register.Offset == StrtabBaseCfg.Offset)
            CheckSplit();
        Show();
    }

    /// <summary>Only a write that clears FAULT counts, and it clears everything (§6.3.48).</summary>
    public void ClearDptFault(ulong old, ulong value) =>
        bank[DptCfgFar.Offset] = new DptCfgFar(value).FAULT ? old : 0;

    /// <summary>Each look at an acknowledge is a turn for the hardware.</summary>
    public ulong ReadEnableAcknowledge()
    {
        CompleteEnables(enables.Turn);
        return enables.InForce;
    }

    /// <summary>Each look at an acknowledge is a turn for the hardware.</summary>
    public ulong ReadInterruptAcknowledge()
    {
        interruptEnables.Turn();
        return interruptEnables.InForce;
    }

    /// <summary>Each look at RUN is a turn for the hardware.</summary>
    public ulong ReadOperation()
    {
        operations.Turn();
        return bank[GatosCtrl.Offset];
    }

    /// <summary>Each look at an Update bit is a turn for the hardware.</summary>
    public ulong ReadUpdated(RegisterInfo register)
    {
        if (_updates.TryGetValue(register.Offset, out var left))
            _updates[register.Offset] = left - 1;
        FinishUpdates();
        return bank[register.Offset];
    }

    /// <summary>Hardware's turn: updates go on, commands are consumed, waiting events recorded.</summary>
    public void Turn()
    {
        foreach (var offset in _updates.Keys.ToArray())
            _updates[offset]--;
        FinishUpdates();
        interruptEnables.Turn();
        CompleteEnables(enables.Turn);
        operations.Turn();
        commands.Process();
        events.CommitLate();
        Stalls?.Invoke();
        events.RecordWaiting();
    }

    private void CompleteEnables(Action advance)
    {
        var before = new Cr0(enables.InForce);
        advance();
        var now = new Cr0(enables.InForce);
        if (now == before)
            return;
        state.Cr0Ack = new Cr0Ack(enables.InForce);
        if (!now.CMDQEN)
            commands.Rerail();
        if (before.EVENTQEN && !now.EVENTQEN)
            events.DiscardLate();
        if (before.SMMUEN && !now.SMMUEN)
            TranslationStopped?.Invoke();
        events.RecordWaiting();
        queues.Consider();
    }

    private void FinishUpdates()
    {
        foreach (var (offset, left) in _updates)
            if (left <= 0)
            {
                bank[offset] &= ~UpdateBit;
                _updates.Remove(offset);
            }
        if (!_updates.ContainsKey(Gbpa.Offset))
            state.Gbpa = bank.Get<Gbpa>();
    }

    private void Show()
    {
        state.Cr1 = bank.Get<Cr1>();
        state.Cr2 = bank.Get<Cr2>();
        state.StrtabBase = bank.Get<StrtabBase>();
        state.StrtabBaseCfg = bank.Get<StrtabBaseCfg>();
    }

    private void CheckSplit()
    {
        var table = bank.Get<StrtabBaseCfg>();
        if (table.FMT == StreamTableFormat.TwoLevel && table.SPLIT is not (6 or 8 or 10))
            Report(Misuse.ReservedEncoding, StrtabBaseCfg.Offset, table.Value, "6.3.25");
    }

    private void Report(Misuse kind, uint offset, ulong value, string clause) =>
        watch.Observer?.RegisterMisused(new(kind, offset, value, Guard.None, clause));
}
