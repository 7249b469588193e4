using System.Collections.Immutable;
using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>What becomes of the accesses of the address spaces attached to it.</summary>
internal abstract class Domain
{
    private readonly List<AddressSpace> _spaces = [];
    private int _holders;

    /// <summary>Something is attached to it, or made on top of it.</summary>
    public bool IsInUse => _spaces.Count > 0 || _holders > 0;

    /// <summary>The devices whose address spaces are attached; one may stand several times.</summary>
    public IEnumerable<Master> Masters => _spaces.Select(space => space.Master);

    /// <summary>Context descriptors of masters point to it: it is stage 1.</summary>
    public virtual bool UsesContext => false;

    /// <summary>Whether accesses of a master without a substream may be attached.</summary>
    /// <returns><see cref="ErrorClass.Invalid"/>, or <see cref="ErrorClass.Busy"/>.</returns>
    public virtual Outcome Admits(Master master) => Outcome.Done;

    /// <summary>The stream table entry of a master attached to it, with ATS off.</summary>
    public abstract Ste EntryFor(Master master);

    /// <summary>ATS may be on for a master attached to it, as far as the domain is concerned.</summary>
    public virtual bool AllowsAts(Master master) => true;

    /// <summary>The context descriptor of an address space attached to it.</summary>
    public virtual Cd ContextFor(Master master) => ContextEntries.Invalid();

    /// <summary>
    /// An address space is about to get the domain: from now on the SMMU may hold translations of it, so what is
    /// unmapped is invalidated there.
    /// </summary>
    /// <param name="master">The device.</param>
    /// <param name="substream">Which of its address spaces.</param>
    /// <param name="ats">The device may cache translations.</param>
    public AddressSpace Join(Master master, SubstreamId substream, bool ats)
    {
        var space = new AddressSpace(master, this, NeedsOf(master, substream, ats));
        _spaces.Add(space);
        Added(space.Needs);
        return space;
    }

    /// <summary>An address space has got another domain, and its SMMU knows.</summary>
    public Outcome Leave(AddressSpace space)
    {
        _spaces.Remove(space);
        return Removed(space.Needs);
    }

    /// <summary>An address space has gone with its SMMU, which is off: nothing is left there to be forgotten.</summary>
    public void Forget(AddressSpace space)
    {
        _spaces.Remove(space);
        Dropped(space.Needs);
    }

    /// <summary>Something is made on top of it, and needs it.</summary>
    public void Hold() => _holders++;

    /// <summary>What was made on top of it is no more.</summary>
    public void LetGo() => _holders--;

    /// <summary>Gives back what the domain holds; it is not in use.</summary>
    public virtual void Free() { }

    /// <summary>What has to be invalidated because of an attachment, in the order of the array.</summary>
    protected virtual ImmutableArray<InvalidationEntry> NeedsOf(
        Master master,
        SubstreamId substream,
        bool ats
    ) => [];

    /// <summary>An attachment with these needs begins.</summary>
    public virtual void Added(ImmutableArray<InvalidationEntry> needs) { }

    /// <summary>An attachment with these needs has ended.</summary>
    public virtual Outcome Removed(ImmutableArray<InvalidationEntry> needs) => Outcome.Done;

    /// <summary>An attachment with these needs has ended, and the hardware that had it is off.</summary>
    public virtual void Dropped(ImmutableArray<InvalidationEntry> needs) { }
}

/// <summary>Refuses every access that names no substream.</summary>
internal sealed class BlockedDomain : Domain
{
    /// <inheritdoc/>
    public override Ste EntryFor(Master master) => Entry(master);

    /// <summary>The entry of a master, whose substreams may go on.</summary>
    public static Ste Entry(Master master) =>
        master.Substreams.Count > 0 ? master.Stage1Entry(S1Dss.Terminate) : StreamEntries.Abort();
}

/// <summary>Passes every access that names no substream unchanged.</summary>
internal sealed class IdentityDomain : Domain
{
    /// <inheritdoc/>
    public override Ste EntryFor(Master master) =>
        master.Substreams.Count > 0
            ? master.Stage1Entry(S1Dss.Bypass)
            : StreamEntries.Bypass(master.Smmu.Features);
}
