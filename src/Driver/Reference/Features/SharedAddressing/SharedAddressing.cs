using System.Collections.Concurrent;
using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>Which processes are bound to which devices, and how often.</summary>
/// <param name="asids">Where tags come from.</param>
/// <param name="pasids">Where PASIDs come from: whoever else gives them out takes them from there, too.</param>
internal sealed class SharedAddressing(TagPools asids, IdPool pasids)
{
    // Read by those who tell of changes, while others bind and unbind.
    private readonly ConcurrentDictionary<ProcessId, ProcessDomain> _processes = [];
    private readonly Dictionary<(Master Master, ProcessId Process), int> _bindings = [];

    /// <summary>Binds a device, or counts another binding.</summary>
    public Outcome<SubstreamId> Bind(Master master, in ProcessSpace process)
    {
        if (master.SubstreamBits == 0)
            return ErrorClass.Invalid;
        if (_bindings.TryGetValue((master, process.Id), out var count))
        {
            var bound = _processes[process.Id];
            if (bound.HasExited)
                return ErrorClass.NoDevice;
            _bindings[(master, process.Id)] = count + 1;
            return bound.Pasid;
        }

        var found = Find(master, in process);
        if (!found.IsDone)
            return found.Error;
        var domain = found.Value;
        if (!master.CanUse(domain.Pasid))
            return ErrorClass.Overflow;

        var outcome = Attachment.Begin(master, domain.Pasid, domain);
        if (master.Has(domain.Pasid, domain))
            _bindings.Add((master, process.Id), 1);
        // Hardware may know it though it is bound to nothing: then it keeps its PASID and its tag.
        if (domain.IsInUse)
            _processes[process.Id] = domain;
        else
            GiveBack(domain);

        return outcome.IsDone ? domain.Pasid : outcome.Error;
    }

    /// <summary>Takes one binding of a device back.</summary>
    public Outcome Unbind(Master master, ProcessId process)
    {
        if (!_bindings.TryGetValue((master, process), out var count))
            return ErrorClass.NotFound;
        if (count > 1)
        {
            _bindings[(master, process)] = count - 1;
            return Outcome.Done;
        }

        var domain = _processes[process];
        var outcome = Attachment.End(master, domain.Pasid);
        if (master.Has(domain.Pasid, domain))
            return outcome;
        _bindings.Remove((master, process));
        Unused(process, domain, outcome);
        return outcome;
    }

    /// <summary>The tables of a process have changed.</summary>
    public Outcome Changed(ProcessId process, Iova address, ulong bytes) =>
        _processes.TryGetValue(process, out var domain)
            ? domain.Forget(address, bytes)
            : Outcome.Done;

    /// <summary>A process ends.</summary>
    public Outcome Exited(ProcessId process) =>
        _processes.TryGetValue(process, out var domain) && !domain.IsQuiet
            ? domain.Exit()
            : Outcome.Done;

    /// <summary>A PASID of a device belongs to a process.</summary>
    public static bool Owns(Master master, SubstreamId pasid) =>
        master.Substreams.TryGetValue(pasid, out var space) && space.Domain is ProcessDomain;

    /// <summary>A device goes, with all processes bound to it.</summary>
    public Outcome Release(Master master)
    {
        var outcome = new WorstOutcome();
        foreach (var (bound, process) in _bindings.Keys.ToArray())
        {
            if (bound != master)
                continue;
            _bindings[(master, process)] = 1;
            outcome.Add(Unbind(master, process));
        }

        return outcome.Outcome;
    }

    /// <summary>A device has gone with its SMMU, which is off: there is nothing to take away from it.</summary>
    public void Forget(Master master)
    {
        foreach (var (bound, process) in _bindings.Keys.ToArray())
        {
            if (bound != master)
                continue;
            _bindings.Remove((master, process));
            Unused(process, _processes[process], Outcome.Done);
        }
    }

    private Outcome<ProcessDomain> Find(Master master, in ProcessSpace process)
    {
        if (_processes.TryGetValue(process.Id, out var known))
            return known.HasExited ? ErrorClass.NoDevice : known;
        if (GranuleOf(process.PageSize) is not { } granule)
            return ErrorClass.NotSupported;
        if (!ProcessDomain.Fits(in process, granule, master.Smmu.Features))
            return ErrorClass.NotSupported;
        if (pasids.Take(master.SubstreamBits) is not { } pasid)
            return ErrorClass.NoSpace;
        var system = master.Smmu.Platform.System;
        return new ProcessDomain(in process, granule, new Tags(asids), pasid, system);
    }

    // With its last device a process loses its PASID and its tag, unless hardware may still have something with them.
    private void Unused(ProcessId process, ProcessDomain domain, Outcome outcome)
    {
        if (domain.IsInUse)
            return;
        _processes.TryRemove(process, out _);
        if (outcome.IsDone && domain.IsClean)
            GiveBack(domain);
    }

    private void GiveBack(ProcessDomain domain)
    {
        domain.ReturnTags();
        pasids.Return(domain.Pasid.Value);
    }

    private static Granule? GranuleOf(ulong pageSize)
    {
        foreach (var granule in Granule.All)
            if (granule.PageSize == pageSize)
                return granule;
        return null;
    }
}
