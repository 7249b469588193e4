using System.Collections.Immutable;
using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>What becomes of the accesses of the address spaces attached to it.</summary>
internal abstract class Domain
{
    /// <summary>How many address spaces are attached.</summary>
    public int Users { get; private set; }

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
        var space = new AddressSpace(this, NeedsOf(master, substream, ats));
        Users++;
        Added(space.Needs);
        return space;
    }

    /// <summary>An address space has got another domain, and its SMMU knows.</summary>
    public Outcome Leave(AddressSpace space)
    {
        Users--;
        return Removed(space.Needs);
    }

    /// <summary>An address space has gone with its SMMU, which is off: nothing is left there to be forgotten.</summary>
    public void Forget(AddressSpace space)
    {
        Users--;
        Dropped(space.Needs);
    }

    /// <summary>Gives back what the domain holds; nothing is attached.</summary>
    public virtual void Free() { }

    /// <summary>What has to be invalidated because of an attachment, in the order of the array.</summary>
    protected virtual ImmutableArray<InvalidationEntry> NeedsOf(
        Master master,
        SubstreamId substream,
        bool ats
    ) => [];

    /// <summary>An attachment with these needs begins.</summary>
    protected virtual void Added(ImmutableArray<InvalidationEntry> needs) { }

    /// <summary>An attachment with these needs has ended.</summary>
    protected virtual Outcome Removed(ImmutableArray<InvalidationEntry> needs) => Outcome.Done;

    /// <summary>An attachment with these needs has ended, and the hardware that had it is off.</summary>
    protected virtual void Dropped(ImmutableArray<InvalidationEntry> needs) { }
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
