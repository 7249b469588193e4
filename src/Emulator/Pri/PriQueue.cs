using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>Where page requests are written for software to read; what finds no room is answered here (§8).</summary>
internal sealed class PriQueue(
    SmmuState state,
    RegisterBank bank,
    SmmuPort port,
    GlobalErrors errors,
    InterruptSources interrupts,
    StreamLookup streams,
    AtsDevices devices,
    EventQueue events,
    Watch watch
)
{
    private const int EntrySize = 16;

    private Ring Ring => new(Math.Min(bank.Get<PriqBase>().LOG2SIZE, state.Profile.IDR1.PRIQS));

    private uint Producer => bank.Get<PriqProd>().WR;

    private uint Consumer => bank.Get<PriqCons>().RD;

    // Overflow stands until it is acknowledged, and then nothing is written, room or not. §8.1
    private bool Overflown => bank.Get<PriqProd>().OVFLG != bank.Get<PriqCons>().OVACKFLG;

    private bool HasRoom =>
        Ring.IsConsistent(Producer, Consumer) && !Ring.IsFull(Producer, Consumer);

    /// <summary>Takes a page request or a stop marker.</summary>
    public void Receive(PriQueueEntry entry)
    {
        // 1. Without PASIDs in the SMMU there are none in its entries, nor what comes with one. §8
        var hadPasid = entry.SSV;
        if (!entry.SSV || state.Profile.IDR1.SSIDSIZE == 0)
            entry = entry with { SSV = false, SubstreamID = 0, X = false, Priv = false };
        var marker = entry is { SSV: true, Last: true, W: false, R: false };

        // 2. Disabled, or in error: nothing is written and the device is told, of every request. §8.2
        var enabled = state.Cr0Ack.PRIQEN && state.Enabled && !errors.OutOfService;
        if (!enabled || errors.Active.PRIQ_ABT_ERR)
        {
            if (!marker)
                Respond(in entry, null, PrgResponseCode.ResponseFailure);
            return;
        }

        // 3. No room starts an overflow; while it stands, groups are answered with success. §8.1
        if (Overflown || !HasRoom)
        {
            if (!Overflown)
                bank.Set(bank.Get<PriqProd>() with { OVFLG = !bank.Get<PriqProd>().OVFLG });
            // Whoever is to be told of the last of a group is told although it is dropped. §6.3.36
            if (entry.Last && bank.Get<PriqIrqCfg2>().LO)
                Announce();
            if (!marker && entry.Last)
                RespondOverflown(in entry, hadPasid);
            return;
        }
        if (!Write(in entry) && !marker)
            Respond(in entry, null, PrgResponseCode.ResponseFailure);
    }

    private bool Write(in PriQueueEntry entry)
    {
        var (ring, producer) = (Ring, bank.Get<PriqProd>());
        var slot = ring.Slot(bank.Get<PriqBase>().ADDR, producer.WR, EntrySize);
        var access = SmmuAccesses.OfQueue(bank.Get<Cr1>(), bank.Get<PriqBase>().WA);
        if (!port.TryWrite(slot, access, [entry.Word(0), entry.Word(1)]))
        {
            errors.Raise(new GError { PRIQ_ABT_ERR = true });
            return false;
        }
        watch.Observer?.QueueWritten(slot, access);
        var wasEmpty = ring.IsEmpty(producer.WR, Consumer);
        // The entry is in memory before the pointer shows it, and the pointer before the interrupt. §3.5.2, §3.18
        bank.Set(producer with { WR = ring.Next(producer.WR) });
        if (bank.Get<PriqIrqCfg2>().LO ? entry.Last : wasEmpty)
            Announce();
        return true;
    }

    private void Announce()
    {
        if (!interrupts.AnnouncePages())
            errors.Raise(new GError { MSI_PRIQ_ABT_ERR = true });
    }

    // §8.1: the PASID as the device expects it, which IDR3.PPS or STE.PPAR tell.
    private void RespondOverflown(in PriQueueEntry entry, bool hadPasid)
    {
        if (!entry.SSV || !hadPasid)
        {
            Respond(in entry, null, PrgResponseCode.Success);
            return;
        }
        if (state.Profile.IDR3.PPS)
        {
            Respond(in entry, entry.SubstreamID, PrgResponseCode.Success);
            return;
        }
        var outcome = default(Translation);
        var transaction = new Transaction { Stream = entry.StreamID };
        ref readonly var ste = ref streams.Find(in transaction, ref outcome, out var found);
        if (found)
        {
            Respond(in entry, ste.Ste.PPAR ? entry.SubstreamID : null, PrgResponseCode.Success);
            return;
        }
        if (outcome.RecordEvent && state.Cr2.REC_CFG_ATS)
            events.Record(outcome.Event, outcome.MayMerge);
        Respond(in entry, null, PrgResponseCode.ResponseFailure);
    }

    private void Respond(in PriQueueEntry entry, SubstreamId? pasid, PrgResponseCode code) =>
        devices.Respond(new PageResponse(entry.StreamID, pasid, entry.PRGIndex, code));
}
