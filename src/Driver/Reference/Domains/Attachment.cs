using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>
/// Changing what the accesses of a master do. The old translation stays in force until the new one is written; what
/// the old one used is given up only when the SMMU has forgotten it.
/// </summary>
internal static class Attachment
{
    private static readonly SubstreamId NoSubstream = 0;

    /// <summary>Gives the accesses of a master that name no substream a domain in place of what they had.</summary>
    /// <param name="master">The master.</param>
    /// <param name="domain">The domain; null: they abort.</param>
    /// <returns>
    /// <see cref="ErrorClass.Invalid"/>, <see cref="ErrorClass.Busy"/> or <see cref="ErrorClass.OutOfMemory"/>, and nothing
    /// has changed; or <see cref="ErrorClass.TimedOut"/> or <see cref="ErrorClass.Malformed"/>: the SMMU did not confirm it. The
    /// master has what it had; its accesses may have the new domain, too, or be refused, until a change is confirmed.
    /// </returns>
    public static Outcome Change(Master master, Domain? domain)
    {
        var old = master.Main;
        var isNew = old?.Domain != domain;
        if (!isNew && !master.Unsettled.Any)
            return Outcome.Done;

        // 1. Everything that can fail and change nothing.
        var admitted = isNew && domain is not null ? domain.Admits(master) : Outcome.Done;
        if (!admitted.IsDone)
            return admitted;
        var usesContext = domain is { UsesContext: true };
        if (usesContext)
        {
            var reachable = MasterEntries.ReachContext(master, NoSubstream);
            if (!reachable.IsDone)
                return reachable;
        }

        // 2. From now on the SMMU may hold translations of the new domain: flushes of it must come here.
        var (entry, ats) = MasterEntries.EntryOf(master, domain);
        if (isNew)
            master.Main = domain?.Join(master, NoSubstream, ats);

        // 3. The context descriptor is ready before an entry points to it. In use, it changes in place.
        var written = master.Unsettled.Before(master, NoSubstream);
        if (written.IsDone && usesContext)
            written = MasterEntries.WriteContext(master, NoSubstream, domain!.ContextFor(master));

        // 4. The entry of each stream.
        if (written.IsDone)
            written = MasterEntries.Write(master, entry, ats, NoSubstream);
        if (!written.IsDone)
        {
            if (usesContext)
                master.Unsettled.NoteContext(NoSubstream);
            if (isNew && master.Main is { } refused)
                master.Unsettled.Linger(refused);
            master.Main = old;
            return written;
        }

        // 5. No access uses the old domain any more. If it was the last user, its tag is flushed.
        var outcome = new WorstOutcome();
        if (isNew && old is not null)
            outcome.Add(old.Domain.Leave(old));

        // 6. No access needs the context descriptor any more.
        if (old is { Domain.UsesContext: true } && !usesContext)
            master.Unsettled.NoteContext(NoSubstream);
        outcome.Add(master.Unsettled.After(master));

        // 7. What waits for a page of the old domain will never get it.
        if (isNew)
            outcome.Add(master.Faults.Cancel(master, pasid: null));
        return outcome.Outcome;
    }

    /// <summary>Gives the accesses of a master that name a substream a domain; they had none.</summary>
    /// <returns>As <see cref="Change"/>.</returns>
    public static Outcome Begin(Master master, SubstreamId substream, Domain domain)
    {
        // 1. Everything that can fail. Beside a stage 2 there is no room for substreams.
        if (substream.Value == 0 || !master.CanUse(substream))
            return ErrorClass.Invalid;
        if (master.Substreams.ContainsKey(substream))
            return ErrorClass.Busy;
        if (!domain.UsesContext || !LeavesRoomForSubstreams(master.Domain))
            return ErrorClass.Invalid;
        var admitted = domain.Admits(master);
        if (!admitted.IsDone)
            return admitted;
        var reachable = MasterEntries.ReachContext(master, substream);
        if (!reachable.IsDone)
            return reachable;

        // 2. From now on the SMMU may hold translations of the domain.
        var space = domain.Join(master, substream, master.HasAts);
        master.Substreams.Add(substream, space);

        // 3. The context descriptor, then entries that lead to it. The first one makes a stage 1 of what was none.
        var written = master.Unsettled.Before(master, substream);
        if (written.IsDone)
            written = MasterEntries.WriteContext(master, substream, domain.ContextFor(master));
        var (entry, ats) = MasterEntries.EntryOf(master, master.Domain);
        if (written.IsDone)
            written = MasterEntries.Write(master, entry, ats, substream);
        if (written.IsDone)
            return master.Unsettled.After(master);

        master.Unsettled.NoteContext(substream);
        master.Unsettled.Linger(space);
        master.Substreams.Remove(substream);
        return written;
    }

    /// <summary>Takes the domain of a substream away: accesses that name it abort.</summary>
    /// <returns><see cref="ErrorClass.NotFound"/>, or as <see cref="Change"/>.</returns>
    public static Outcome End(Master master, SubstreamId substream)
    {
        if (!master.Substreams.Remove(substream, out var space))
            return ErrorClass.NotFound;

        // 1. No access finds the context descriptor, and what the device has cached of it goes.
        var written = master.Unsettled.Before(master, substream);
        if (written.IsDone)
            written = MasterEntries.WriteContext(master, substream, ContextEntries.Invalid());
        if (written.IsDone && master.Switches.Ats)
            written = MasterEntries.ForgetOnDevice(master, substream);

        // 2. The last one gives up the stage 1 that was there for substreams alone.
        var isLast = master.Substreams.Count == 0 && master.Domain is not { UsesContext: true };
        if (written.IsDone && (isLast || master.Unsettled.Entries))
        {
            var (entry, ats) = MasterEntries.EntryOf(master, master.Domain);
            written = MasterEntries.Write(master, entry, ats, NoSubstream);
        }

        if (!written.IsDone)
        {
            master.Unsettled.NoteContext(substream);
            master.Substreams.Add(substream, space);
            return written;
        }

        // 3. No access uses the domain any more.
        var outcome = new WorstOutcome();
        outcome.Add(space.Domain.Leave(space));
        outcome.Add(master.Unsettled.After(master));

        // 4. What waits for a page of it will never get it.
        outcome.Add(master.Faults.Cancel(master, substream));
        return outcome.Outcome;
    }

    private static bool LeavesRoomForSubstreams(Domain? domain) =>
        domain is null or BlockedDomain or IdentityDomain or { UsesContext: true };
}
