using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>What becomes of the accesses of the masters attached to it.</summary>
internal abstract class Domain
{
    private readonly HashSet<Master> _masters = [];

    /// <summary>The masters attached.</summary>
    public IReadOnlyCollection<Master> Masters => _masters;

    /// <summary>The master's SMMU can do what the domain wants.</summary>
    public virtual bool Fits(SmmuDevice smmu) => true;

    /// <summary>The stream table entry of a master attached to it.</summary>
    public abstract Ste EntryFor(Master master);

    /// <summary>A master is about to get the domain.</summary>
    public void Join(Master master) => _masters.Add(master);

    /// <summary>A master has got another domain, and its SMMU knows.</summary>
    public Outcome Leave(Master master)
    {
        _masters.Remove(master);
        return Left(master.Smmu);
    }

    /// <summary>A master has gone with its SMMU, which is off: nothing is left there to be forgotten.</summary>
    public void Forget(Master master) => _masters.Remove(master);

    /// <summary>Gives back what the domain holds; no master is attached.</summary>
    public virtual void Free() { }

    /// <summary>A master behind this SMMU has just left.</summary>
    protected virtual Outcome Left(SmmuDevice smmu) => Outcome.Done;
}

/// <summary>Refuses every access.</summary>
internal sealed class BlockedDomain : Domain
{
    /// <inheritdoc/>
    public override Ste EntryFor(Master master) => StreamEntries.Abort();
}

/// <summary>Passes every access unchanged.</summary>
internal sealed class IdentityDomain : Domain
{
    /// <inheritdoc/>
    public override Ste EntryFor(Master master) => StreamEntries.Bypass(master.Smmu.Features);
}
