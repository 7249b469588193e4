using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>
/// What the SMMU did not confirm of a master's changes. They count as not made; but it may use what they would have given
/// the master until it has confirmed what the master has: until then that is kept, and what is unmapped there is invalidated.
/// </summary>
internal sealed class Unsettled
{
    private readonly SortedSet<SubstreamId> _contexts = [];
    private readonly List<AddressSpace> _lingering = [];

    /// <summary>There is something.</summary>
    public bool Any => Entries || _contexts.Count > 0 || _lingering.Count > 0;

    /// <summary>The stream table entries.</summary>
    public bool Entries { get; set; }

    /// <summary>A context descriptor.</summary>
    public bool HasContext(SubstreamId substream) => _contexts.Contains(substream);

    /// <summary>Takes note of a context descriptor.</summary>
    /// <param name="substream">Whose.</param>
    /// <param name="unsettled">It may not be what the master has, in memory or as the SMMU knows it; false: it is.</param>
    public void NoteContext(SubstreamId substream, bool unsettled = true)
    {
        if (unsettled)
            _contexts.Add(substream);
        else
            _contexts.Remove(substream);
    }

    /// <summary>A master has not got an address space, as far as the driver knows.</summary>
    public void Linger(AddressSpace space) => _lingering.Add(space);

    /// <summary>Before a change: the descriptors in use are what they should be.</summary>
    /// <param name="master">The master.</param>
    /// <param name="next">Whose descriptor is about to be written anyway.</param>
    public Outcome Before(Master master, SubstreamId next)
    {
        foreach (var substream in _contexts.ToArray())
        {
            if (substream == next || master.ContextUser(substream) is not { } user)
                continue;
            var written = MasterEntries.WriteContext(master, substream, user.ContextFor(master));
            if (!written.IsDone)
                return written;
        }

        return Outcome.Done;
    }

    /// <summary>After a change: descriptors that nothing leads to are cleared, and what was refused is given up.</summary>
    public Outcome After(Master master)
    {
        foreach (var substream in _contexts.ToArray())
        {
            var context = ContextEntries.Invalid();
            var cleared = MasterEntries.WriteContext(master, substream, context);
            if (!cleared.IsDone)
                return cleared;
        }

        var outcome = new WorstOutcome();
        foreach (var space in _lingering)
            outcome.Add(space.Domain.Leave(space));
        _lingering.Clear();
        return outcome.Outcome;
    }

    /// <summary>The SMMU is off: it uses nothing.</summary>
    public void Forget()
    {
        foreach (var space in _lingering)
            space.Domain.Forget(space);
        _lingering.Clear();
    }
}
