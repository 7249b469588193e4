using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// Holds stalled transactions: their records wait for room instead of being lost, software decides about them one by one
/// or stream by stream, and what it decided happens at the hardware's next turn, not at once (§3.12.2, §4.7.1, §4.7.2).
/// </summary>
/// <param name="translator">Translates what is retried.</param>
/// <param name="events">Where records go.</param>
/// <param name="profile">The SMMU.</param>
/// <param name="options">Whether duplicates are suppressed and stalled transactions retried early.</param>
/// <param name="watch">Who watches.</param>
internal sealed class StallBuffer(
    Translator translator,
    EventQueue events,
    Profile profile,
    MachineOptions options,
    Watch watch
)
{
    private readonly List<StalledTransaction> _waiting = [];

    // Answered by an early retry, but recorded: the tag is software's until it is acknowledged. §3.12.2.2
    private readonly List<StalledTransaction> _unacknowledged = [];
    private readonly StallTags _tags = new(
        unchecked((ushort)(options.Seed * 0x9e37)),
        profile.IDR5.STALL_MAX == 0 ? 1 : profile.IDR5.STALL_MAX
    );
    private bool _invalidated;

    /// <summary>Those that wait, oldest first.</summary>
    public IReadOnlyList<StalledTransaction> Waiting => _waiting;

    /// <summary>Holds a transaction that faulted into a stall.</summary>
    public void Hold(in Transaction transaction, in Translation fault)
    {
        var stalled = new StalledTransaction(in transaction, in fault);
        stalled.SuppressedBy = options.SuppressDuplicateStalls ? DuplicateOf(stalled) : null;
        _waiting.Add(stalled);
        RecordWaiting();
    }

    /// <summary>Writes the records that wait, as far as the queue is writable and tags are free (§7.2.1).</summary>
    public void RecordWaiting()
    {
        // A retry ends some, and may put others at the end.
        foreach (var stalled in _waiting.ToArray())
        {
            // What is decided already is not told first. §3.12.2.1
            if (
                stalled.Recorded
                || stalled.SuppressedBy is not null
                || stalled.Decision != StallDecision.None
            )
                continue;
            if (!events.IsWritable || !_tags.AnyFree)
                return;
            if (stalled.MustRetry)
                Retry(stalled);
            else
                Record(stalled);
        }
    }

    /// <summary>CMD_RESUME: the tag is free at once, what was decided happens later (§4.7.1).</summary>
    public void Resume(Resume command)
    {
        var acknowledged = Take(_waiting, command) ?? Take(_unacknowledged, command);
        if (acknowledged is null)
            return;
        _tags.Return(acknowledged.Tag);
        _unacknowledged.Remove(acknowledged);
        acknowledged.Decision =
            command.Ac == ResumeAction.Retry ? StallDecision.Retry
            : command.Ab || profile.IDR0.TERM_MODEL ? StallDecision.Abort
            : StallDecision.ReadZeroWriteIgnored;

        // Those whose records were suppressed are retried, whatever becomes of this one. §3.12.2.1
        ReleaseSuppressed(acknowledged);
    }

    /// <summary>
    /// CMD_STALL_TERM: everything of the stream is aborted, and what is not recorded never is. While the stream's entry
    /// still lets new transactions through, it is UNPREDICTABLE whether anything happens, and so nothing does (§4.7.2).
    /// </summary>
    public void Terminate(StreamId stream)
    {
        if (translator.Terminates(stream))
            Terminate(stalled => stalled.Transaction.Stream == stream);
    }

    /// <summary>Translation was turned off: everything is aborted and every tag is free (§6.3.9.6).</summary>
    public void TerminateAll()
    {
        Terminate(_ => true);
        Turn();
    }

    /// <summary>An invalidation was consumed; what has not been recorded is affected once a CMD_SYNC completes it.</summary>
    public void Invalidated() => _invalidated = true;

    /// <summary>A CMD_SYNC completes: faults of what was invalidated before it are not recorded after it (§4.7.3).</summary>
    public void Synchronize()
    {
        if (!_invalidated)
            return;
        _invalidated = false;
        foreach (var stalled in _waiting)
            stalled.MustRetry |= !stalled.Recorded;
    }

    /// <summary>Hardware's turn: what was decided happens.</summary>
    public void Turn()
    {
        if (_waiting.Count == 0)
            return;
        foreach (var stalled in _waiting.ToArray())
        {
            if (stalled.Decision == StallDecision.Retry)
                Retry(stalled);
            else if (stalled.Decision != StallDecision.None)
                End(stalled, Outcome.Terminated(stalled.Decision));
            else if (options.RetryStallsEarly && stalled.Recorded)
                RetryEarly(stalled);
        }
        RecordWaiting();
    }

    // Handled as if it had just arrived; a fault is a new fault. §3.12.2
    private void Retry(StalledTransaction stalled)
    {
        (stalled.Decision, stalled.MustRetry, stalled.Recorded) = (
            StallDecision.None,
            false,
            false
        );
        var translation = translator.Translate(stalled.Transaction);
        if (translation.Stalled)
        {
            stalled.Fault = translation;
            stalled.SuppressedBy = options.SuppressDuplicateStalls ? DuplicateOf(stalled) : null;
            if (stalled.SuppressedBy is null && events.IsWritable && _tags.AnyFree)
                Record(stalled);
            return;
        }
        if (translation.RecordEvent)
            events.Record(translation.Event, translation.MayMerge);
        End(stalled, in translation);
    }

    // Succeeds, or nothing has happened: it makes no record, and software still has to acknowledge the first. §3.12.2.2
    private void RetryEarly(StalledTransaction stalled)
    {
        var translation = translator.Translate(stalled.Transaction);
        if (!translation.Passed)
            return;
        _unacknowledged.Add(stalled);
        End(stalled, in translation);
        ReleaseSuppressed(stalled);
    }

    private void Record(StalledTransaction stalled)
    {
        // An aborted write loses the record, and the tag with it until the stream is terminated. §7.2.2
        stalled.Recorded = true;
        stalled.Tag = _tags.Take();
        var untagged = stalled.Fault.Event;
        events.RecordStall(untagged with { Word1 = untagged.Word1 | stalled.Tag });
    }

    private void Terminate(Predicate<StalledTransaction> which)
    {
        foreach (var stalled in _waiting)
        {
            if (!which(stalled))
                continue;
            if (stalled.Recorded)
                _tags.Return(stalled.Tag);
            stalled.Decision = StallDecision.Abort;
            stalled.SuppressedBy = null;
            // Nothing is left to record.
            stalled.Recorded = true;
        }
        foreach (var phantom in _unacknowledged.FindAll(which))
            _tags.Return(phantom.Tag);
        _unacknowledged.RemoveAll(which);
    }

    private void End(StalledTransaction stalled, in Translation answer)
    {
        _waiting.Remove(stalled);
        stalled.End(in answer);
        watch.Observer?.Accessed(stalled.Transaction, in answer);
    }

    private void ReleaseSuppressed(StalledTransaction recorded)
    {
        foreach (var stalled in _waiting)
            if (stalled.SuppressedBy == recorded)
                (stalled.SuppressedBy, stalled.Decision) = (null, StallDecision.Retry);
    }

    private static StalledTransaction? Take(List<StalledTransaction> among, Resume command) =>
        among.Find(stalled =>
            stalled.Recorded
            && stalled.Decision == StallDecision.None
            && stalled.Tag == command.STAG
            && stalled.Transaction.Stream == command.StreamID
        );

    // An earlier one of the same stream that is recorded and differs in nothing but the offset in the page. §3.12.2.1
    private StalledTransaction? DuplicateOf(StalledTransaction later) =>
        _waiting.Find(earlier =>
            earlier != later
            && earlier is { Recorded: true, Decision: StallDecision.None }
            && earlier.Transaction with
            {
                Address = PageOf(earlier),
            } == later.Transaction with { Address = PageOf(later) }
            && earlier.Fault.Event.Id == later.Fault.Event.Id
        );

    // The smallest page there is: what is in one of these is in one page of any size.
    private static Iova PageOf(StalledTransaction stalled) =>
        stalled.Transaction.Address.Value >> 12 << 12;
}
