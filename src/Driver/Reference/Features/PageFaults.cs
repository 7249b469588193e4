using System.Collections.Concurrent;
using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>
/// Accesses that wait for a page: each is handed on, and answered exactly once, by whoever resolves it, or here if nobody
/// will.
/// </summary>
internal sealed class PageFaults
{
    private readonly ConcurrentDictionary<Master, bool> _enabled = [];
    private readonly ConcurrentDictionary<PageFaultGroup, Waiting> _waiting = [];

    // Those of one SMMU come through one queue, one after another.
    private readonly ConcurrentDictionary<
        (SmmuDevice Smmu, StreamId, uint?, ushort),
        PageFaultGroup
    > _partial = [];
    private long _last;

    // How the hardware is answered; a group of a device that is not complete cannot be, yet.
    private sealed record Waiting(
        Master Master,
        SubstreamId? Pasid,
        bool IsComplete,
        Func<PageFaultAnswer, Command> Reply
    );

    /// <summary>Hands faults of a device on from now on.</summary>
    public Outcome Enable(Master master)
    {
        if (!(master.Stalls || master.HasPri) || master.Streams.Length != 1)
            return ErrorClass.NotSupported;
        if (!_enabled.TryAdd(master, true))
            return ErrorClass.Busy;
        master.Switches.SwitchPri(true);
        return Outcome.Done;
    }

    /// <summary>Refuses faults of a device from now on, and those that wait.</summary>
    public Outcome Disable(Master master)
    {
        if (!_enabled.ContainsKey(master))
            return ErrorClass.Invalid;
        master.Switches.SwitchPri(false);
        _enabled.TryRemove(master, out _);
        return Cancel(master, _ => true);
    }

    /// <summary>Answers a group.</summary>
    public Outcome Answer(PageFaultGroup group, PageFaultAnswer answer)
    {
        if (!_waiting.TryGetValue(group, out var waiting) || !waiting.IsComplete)
            return ErrorClass.NotFound;
        // Of two who answer at once, one is the first.
        if (!_waiting.TryRemove(group, out waiting))
            return ErrorClass.NotFound;
        return waiting.Master.Smmu.Commands.Post([waiting.Reply(answer)]);
    }

    /// <summary>Refuses what waits on behalf of an address space of a device that goes.</summary>
    public Outcome Cancel(Master master, SubstreamId? pasid) =>
        Cancel(master, waiting => waiting.Pasid == pasid);

    /// <summary>A device goes with all that waits.</summary>
    public Outcome Release(Master master)
    {
        _enabled.TryRemove(master, out _);
        return Cancel(master, _ => true);
    }

    /// <summary>A device has gone with its SMMU, which is off: nothing waits there any more.</summary>
    public void Forget(Master master)
    {
        _enabled.TryRemove(master, out _);
        HaveEnded(master);
    }

    /// <summary>Whatever waits of a device has had its end without an answer.</summary>
    public void HaveEnded(Master master)
    {
        foreach (var (group, waiting) in _waiting.ToArray())
            if (waiting.Master == master)
                _waiting.TryRemove(group, out _);
    }

    /// <summary>An SMMU stops: whatever waits there has its end without an answer.</summary>
    public void ForgetAll(SmmuDevice smmu)
    {
        DropPartial(smmu);
        foreach (var (group, waiting) in _waiting.ToArray())
            if (waiting.Master.Smmu == smmu)
                _waiting.TryRemove(group, out _);
    }

    /// <summary>An access is stalled; true if somebody will answer it.</summary>
    public bool TryHandOn(Master? master, FTranslation stalled)
    {
        if (master is null || !_enabled.ContainsKey(master))
            return false;
        SubstreamId? pasid = stalled.SSV ? stalled.SubstreamID : null;
        var group = new PageFaultGroup(Interlocked.Increment(ref _last));
        _waiting.TryAdd(
            group,
            new Waiting(master, pasid, IsComplete: true, answer => Reply(stalled, answer))
        );
        master.Smmu.Platform.System.Ask(
            new PageFault(
                group,
                Last: true,
                master.Handle,
                pasid,
                stalled.InputAddr,
                Read: stalled.RnW,
                Write: !stalled.RnW,
                Execute: stalled.InD,
                Privileged: stalled.PnU
            )
        );
        return true;
    }

    /// <summary>What lets a stalled access go on, or ends it. §4.7.1</summary>
    public static Command Reply(FTranslation stalled, PageFaultAnswer answer) =>
        Command.From(
            new Resume
            {
                StreamID = stalled.StreamID,
                STAG = stalled.STAG,
                Ac =
                    answer == PageFaultAnswer.Resolved
                        ? ResumeAction.Retry
                        : ResumeAction.Terminate,
                Ab = answer != PageFaultAnswer.Resolved,
            }
        );

    /// <summary>A device asks for a page.</summary>
    public void Requested(SmmuDevice smmu, PriQueueEntry entry)
    {
        // A marker that the device has stopped with a PASID: there is nothing to answer. §8
        if (entry.IsStopMarker)
            return;
        if (smmu.OwnerOf(entry.StreamID) is not { } master || !_enabled.ContainsKey(master))
        {
            // Nobody will ever give it what it asks for.
            if (entry.Last)
                smmu.Commands.Post([Reply(entry, PageFaultAnswer.Failure)]);
            return;
        }

        SubstreamId? pasid = entry.SSV ? entry.SubstreamID : null;
        var name = (smmu, entry.StreamID, pasid?.Value, entry.PRGIndex);
        if (!_partial.TryRemove(name, out var group))
            group = new PageFaultGroup(Interlocked.Increment(ref _last));
        if (!entry.Last)
            _partial[name] = group;
        _waiting[group] = new Waiting(
            master,
            pasid,
            IsComplete: entry.Last,
            answer => Reply(entry, answer)
        );
        smmu.Platform.System.Ask(
            new PageFault(
                group,
                entry.Last,
                master.Handle,
                pasid,
                entry.PageAddress,
                entry.R,
                entry.W,
                entry.X,
                entry.Priv
            )
        );
    }

    /// <summary>The ends of groups may be lost: what there is of them is given up. The device has its answer already.</summary>
    public void DropPartial(SmmuDevice smmu)
    {
        foreach (var (name, group) in _partial.ToArray())
        {
            if (name.Smmu != smmu)
                continue;
            _partial.TryRemove(name, out _);
            _waiting.TryRemove(group, out _);
        }
    }

    // A group that is not complete is answered when its end comes, or not at all.
    private Outcome Cancel(Master master, Func<Waiting, bool> which)
    {
        var outcome = new WorstOutcome();
        foreach (var (group, waiting) in _waiting.OrderBy(pair => pair.Key.Value))
            if (waiting.Master == master && waiting.IsComplete && which(waiting))
                outcome.Add(Answer(group, PageFaultAnswer.Invalid));
        return outcome.Outcome;
    }

    private static Command Reply(PriQueueEntry entry, PageFaultAnswer answer) =>
        Command.From(
            new PriResp
            {
                StreamID = entry.StreamID,
                SSV = entry.SSV,
                SubstreamID = entry.SubstreamID,
                PRGIndex = entry.PRGIndex,
                Resp = answer switch
                {
                    PageFaultAnswer.Resolved => PriResponse.Success,
                    PageFaultAnswer.Invalid => PriResponse.Invalid,
                    _ => PriResponse.Failure,
                },
            }
        );
}
