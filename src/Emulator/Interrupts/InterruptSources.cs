using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>Turns occurrences into wired edges and MSIs, as IRQ_CTRL and the IRQ_CFG registers say (§3.18).</summary>
internal sealed class InterruptSources(
    Profile profile,
    RegisterBank bank,
    UpdatedRegister enables,
    SmmuPort port,
    InterruptLines lines,
    bool wired,
    Watch watch
)
{
    private const uint OfThePartsOwn = 0x161_0161;

    /// <summary>Announces that the Event queue became non-empty.</summary>
    /// <returns>False if the MSI was aborted.</returns>
    public bool AnnounceEvents() =>
        !Enables.EVENTQ_IRQEN
        || Announce(
            InterruptLine.EventQueue,
            bank.Get<EventqIrqCfg0>().ADDR,
            bank.Get<EventqIrqCfg1>().DATA,
            AttributeRules.Of(bank.Get<EventqIrqCfg2>().MemAttr, bank.Get<EventqIrqCfg2>().SH)
        );

    /// <summary>Announces the PRI queue, as PRIQ_IRQ_CFG2.LO says when.</summary>
    /// <returns>False if the MSI was aborted.</returns>
    public bool AnnouncePages() =>
        !Enables.PRIQ_IRQEN
        || Announce(
            InterruptLine.PriQueue,
            bank.Get<PriqIrqCfg0>().ADDR,
            bank.Get<PriqIrqCfg1>().DATA,
            AttributeRules.Of(bank.Get<PriqIrqCfg2>().MemAttr, bank.Get<PriqIrqCfg2>().SH)
        );

    /// <summary>Announces that a global error became active.</summary>
    /// <returns>False if the MSI was aborted.</returns>
    public bool AnnounceError() =>
        !Enables.GERROR_IRQEN
        || Announce(
            InterruptLine.GlobalError,
            bank.Get<GErrorIrqCfg0>().ADDR,
            bank.Get<GErrorIrqCfg1>().DATA,
            AttributeRules.Of(bank.Get<GErrorIrqCfg2>().MemAttr, bank.Get<GErrorIrqCfg2>().SH)
        );

    /// <summary>Announces the completion of a CMD_SYNC; no enable guards it (§4.7.3).</summary>
    /// <returns>False if the MSI was aborted.</returns>
    public bool AnnounceSync(in Sync sync) =>
        Announce(
            InterruptLine.CommandSync,
            sync.MSIAddress,
            sync.MSIData,
            AttributeRules.Of(sync.MSIAttr, sync.MSH)
        );

    /// <summary>Wakes PEs that wait for an event; nothing happens on an SMMU that cannot (§4.1.2).</summary>
    public void WakeUp()
    {
        // A wake-up that a part may lose is lost.
        if (profile.IDR0.SEV && !profile.Quirks.HasFlag(Quirks.LosesWakeEvents))
            lines.Raise(InterruptLine.WakeUp);
    }

    // Only an enable that has been acknowledged counts: what happened before it must not interrupt (§6.3.16).
    private IrqCtrl Enables => new(enables.InForce);

    private bool Announce(
        InterruptLine line,
        PhysicalAddress target,
        uint data,
        MemoryAttributes attributes
    )
    {
        if (wired)
            lines.Raise(
                profile.Quirks.HasFlag(Quirks.SharesInterrupt) ? InterruptLine.Combined : line
            );
        // The test for zero is of the whole field; only then is it cut to the physical address size (§4.7.3).
        return !profile.IDR0.MSI || target.Value == 0 || WriteMsi(target, data, attributes);
    }

    private bool WriteMsi(PhysicalAddress target, uint data, MemoryAttributes attributes)
    {
        var address = new PhysicalAddress(target.Value & ((1ul << profile.OutputAddressBits) - 1));
        if (!port.TryWrite32(address, attributes, data))
            return false;
        if (profile.Quirks.HasFlag(Quirks.WidensMessages))
            port.TryWrite32(address + 4, attributes, OfThePartsOwn);
        watch.Observer?.MsiWritten(address, data, attributes);
        return true;
    }
}
