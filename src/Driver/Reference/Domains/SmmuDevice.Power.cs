using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

// From on to off: for good, or until power is back.
internal sealed partial class SmmuDevice
{
    /// <summary>It has been disabled for good.</summary>
    public bool IsOff { get; private set; }

    /// <summary>It has no power, or is about to lose it: its registers must not be touched. §3.19</summary>
    public bool IsSuspended { get; private set; }

    /// <summary>Devices ask nothing of it: it is about to stop, or has stopped.</summary>
    public bool Rests { get; private set; }

    /// <summary>Turns the SMMU off for good.</summary>
    /// <returns><see cref="ErrorClass.TimedOut"/> if it did not confirm.</returns>
    public Outcome Shutdown()
    {
        // Devices stop asking first: their requests would be refused, and not as they expect. §3.9.1
        foreach (var master in _masters)
            master.Switches.Off();
        IsOff = true;
        Commands.Halt();
        return IsSuspended || Reset.TurnOff(Platform) ? Outcome.Done : ErrorClass.TimedOut;
    }

    /// <summary>Makes it ready to lose its power.</summary>
    /// <param name="faults">What waits there for an answer gets none.</param>
    public Outcome Suspend(PageFaults faults)
    {
        if (IsOff || IsSuspended)
            return ErrorClass.Invalid;

        // 1. Devices stop asking, and forget what they were told. Later they could not be told to. §3.9.1, §4.5.1
        LetDevicesRest(true);
        var outcome = new WorstOutcome();
        foreach (var master in _masters)
            if (master.Switches.Ats)
                outcome.Add(MasterEntries.ForgetOnDevice(master));
        if (!outcome.Outcome.IsDone)
        {
            LetDevicesRest(false);
            return outcome.Outcome;
        }

        // 2. Translation ends, and with it every access that waits.
        if (!_reset.StopTranslating())
            return ErrorClass.TimedOut;

        // 3. What has been recorded so far is still told.
        TakeEvents(faults);
        TakeRequests(faults);
        faults.ForgetAll(this);

        // 4. Commands that were given are carried out; no others are.
        var stopped = Commands.Stop();
        if (!stopped.IsDone)
            return stopped;

        // 5. Off.
        if (!Interrupts.Disable(Platform) || !Reset.TurnOff(Platform))
            return ErrorClass.TimedOut;
        IsSuspended = true;
        return Outcome.Done;
    }

    /// <summary>Brings it up again: tables and queues are where they were, caches are not trusted.</summary>
    public Outcome Resume()
    {
        if (IsOff || !IsSuspended)
            return ErrorClass.Invalid;
        var outcome = _reset.Run(Streams.Base, Streams.Format);
        if (!outcome.IsDone)
        {
            Commands.Halt();
            return outcome;
        }

        IsSuspended = false;
        LetDevicesRest(false);
        return Outcome.Done;
    }

    private void LetDevicesRest(bool rest)
    {
        Rests = rest;
        foreach (var master in _masters)
            master.Switches.Update();
    }
}
