using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>
/// Domains beside the one that a device has, each under a PASID of its own: all that is special about them is who
/// chooses the PASID.
/// </summary>
/// <param name="pasids">Where PASIDs come from: whoever else gives them out takes them from there, too.</param>
internal sealed class AuxiliaryDomains(IdPool pasids)
{
    private readonly HashSet<Master> _enabled = [];
    private readonly Dictionary<Domain, Use> _uses = [];

    private sealed record Use(SubstreamId Pasid, HashSet<Master> Masters);

    /// <summary>Allows a device to have auxiliary domains.</summary>
    public Outcome Enable(Master master)
    {
        if (master.SubstreamBits == 0)
            return ErrorClass.NoDevice;
        return _enabled.Add(master) ? Outcome.Done : ErrorClass.Busy;
    }

    /// <summary>Takes the allowance back.</summary>
    public Outcome Disable(Master master)
    {
        if (!_enabled.Contains(master))
            return ErrorClass.Invalid;
        if (_uses.Values.Any(use => use.Masters.Contains(master)))
            return ErrorClass.Busy;
        _enabled.Remove(master);
        return Outcome.Done;
    }

    /// <summary>Attaches a domain under its PASID, which it gets with its first device.</summary>
    public Outcome<SubstreamId> Attach(Master master, Domain domain)
    {
        if (!_enabled.Contains(master))
            return ErrorClass.Invalid;
        if (_uses.TryGetValue(domain, out var use))
        {
            if (!master.CanUse(use.Pasid))
                return ErrorClass.Overflow;
        }
        else if (TakeFor(master) is { } pasid)
        {
            use = new Use(pasid, []);
        }
        else
        {
            return ErrorClass.NoSpace;
        }

        var outcome = Attachment.Begin(master, use.Pasid, domain);
        if (master.Has(use.Pasid, domain))
        {
            _uses[domain] = use;
            use.Masters.Add(master);
        }
        else if (use.Masters.Count == 0)
        {
            pasids.Return(use.Pasid.Value);
        }

        return outcome.IsDone ? use.Pasid : outcome.Error;
    }

    /// <summary>Detaches a domain; with its last device it loses its PASID.</summary>
    public Outcome Detach(Master master, Domain domain)
    {
        if (!_uses.TryGetValue(domain, out var use) || !use.Masters.Contains(master))
            return ErrorClass.NotFound;
        var outcome = Attachment.End(master, use.Pasid);
        if (master.Has(use.Pasid, domain))
            return outcome;
        use.Masters.Remove(master);
        if (use.Masters.Count > 0)
            return outcome;
        _uses.Remove(domain);
        // If the SMMU has not confirmed, accesses may still arrive with it.
        if (outcome.IsDone)
            pasids.Return(use.Pasid.Value);
        return outcome;
    }

    /// <summary>The PASID of a domain.</summary>
    public Outcome<SubstreamId> PasidOf(Domain domain) =>
        _uses.TryGetValue(domain, out var use) ? use.Pasid : ErrorClass.Invalid;

    /// <summary>A PASID of a device belongs to an auxiliary domain.</summary>
    public bool Owns(Master master, SubstreamId pasid) =>
        _uses.Values.Any(use => use.Pasid == pasid && use.Masters.Contains(master));

    /// <summary>A device goes, with all auxiliary domains that it has.</summary>
    public Outcome Release(Master master)
    {
        var outcome = new WorstOutcome();
        foreach (var (domain, use) in _uses.ToArray())
            if (use.Masters.Contains(master))
                outcome.Add(Detach(master, domain));
        _enabled.Remove(master);
        return outcome.Outcome;
    }

    /// <summary>A device has gone with its SMMU, which is off: there is nothing to detach from.</summary>
    public void Forget(Master master)
    {
        foreach (var (domain, use) in _uses.ToArray())
            if (use.Masters.Remove(master) && use.Masters.Count == 0)
            {
                _uses.Remove(domain);
                pasids.Return(use.Pasid.Value);
            }

        _enabled.Remove(master);
    }

    // The lowest that nobody has and that somebody else has not chosen for this device.
    private SubstreamId? TakeFor(Master master)
    {
        var chosen = new List<uint>();
        var taken = pasids.Take(master.SubstreamBits);
        while (taken is { } pasid && master.Substreams.ContainsKey(pasid))
        {
            chosen.Add(pasid);
            taken = pasids.Take(master.SubstreamBits);
        }

        foreach (var pasid in chosen)
            pasids.Return(pasid);
        return taken is { } free ? new SubstreamId(free) : null;
    }
}
