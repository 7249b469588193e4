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
    /// has changed; or <see cref="ErrorClass.TimedOut"/> or <see cref="ErrorClass.Malformed"/>: the master has the domain,
    /// but the SMMU did not confirm it.
    /// </returns>
    public static Outcome Change(Master master, Domain? domain)
    {
        var old = master.Main;
        if (old?.Domain == domain)
            return Outcome.Done;

        // 1. Everything that can fail.
        var admitted = domain?.Admits(master) ?? Outcome.Done;
        if (!admitted.IsDone)
            return admitted;
        var usesContext = domain is { UsesContext: true };
        if (usesContext)
        {
            var reachable = ReachContext(master, NoSubstream);
            if (!reachable.IsDone)
                return reachable;
        }

        // 2. From now on the SMMU may hold translations of the new domain: flushes of it must come here.
        var outcome = new WorstOutcome();
        var (entry, ats) = EntryOf(master, domain);
        master.Main = domain?.Join(master, NoSubstream, ats);

        // 3. The context descriptor is ready before an entry points to it. In use, it changes in place.
        if (usesContext)
            outcome.Add(WriteContext(master, NoSubstream, domain!.ContextFor(master)));

        // 4. The entry of each stream.
        outcome.Add(WriteEntries(master, entry, ats, NoSubstream));

        // 5. No access uses the old domain any more. If it was the last user, its tag is flushed.
        if (old is not null)
            outcome.Add(old.Domain.Leave(old));

        // 6. No access needs the context descriptor any more.
        if (old is { Domain.UsesContext: true } && !usesContext)
            outcome.Add(WriteContext(master, NoSubstream, ContextEntries.Invalid()));

        // 7. What waits for a page of the old domain will never get it.
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
        var reachable = ReachContext(master, substream);
        if (!reachable.IsDone)
            return reachable;

        // 2. From now on the SMMU may hold translations of the domain.
        var outcome = new WorstOutcome();
        master.Substreams.Add(substream, domain.Join(master, substream, master.HasAts));

        // 3. The context descriptor, then entries that lead to it. The first one makes a stage 1 of what was none.
        outcome.Add(WriteContext(master, substream, domain.ContextFor(master)));
        var (entry, ats) = EntryOf(master, master.Domain);
        outcome.Add(WriteEntries(master, entry, ats, substream));
        return outcome.Outcome;
    }

    /// <summary>Takes the domain of a substream away: accesses that name it abort.</summary>
    /// <returns><see cref="ErrorClass.NotFound"/>, or as <see cref="Change"/>.</returns>
    public static Outcome End(Master master, SubstreamId substream)
    {
        if (!master.Substreams.Remove(substream, out var space))
            return ErrorClass.NotFound;

        // 1. No access finds the context descriptor, and what the device has cached of it goes.
        var outcome = new WorstOutcome();
        outcome.Add(WriteContext(master, substream, ContextEntries.Invalid()));
        if (master.Switches.Ats)
            outcome.Add(ForgetOnDevice(master, substream));

        // 2. No access uses the domain any more.
        outcome.Add(space.Domain.Leave(space));

        // 3. The last one gives up the stage 1 that was there for substreams alone.
        if (master.Substreams.Count == 0 && master.Domain is not { UsesContext: true })
        {
            var (entry, ats) = EntryOf(master, master.Domain);
            outcome.Add(WriteEntries(master, entry, ats, NoSubstream));
        }

        // 4. What waits for a page of it will never get it.
        outcome.Add(master.Faults.Cancel(master, substream));
        return outcome.Outcome;
    }

    /// <summary>Makes a device that has ATS forget everything it was told, in all its address spaces.</summary>
    public static Outcome ForgetOnDevice(Master master) => ForgetOnDevice(master, NoSubstream);

    private static bool LeavesRoomForSubstreams(Domain? domain) =>
        domain is null or BlockedDomain or IdentityDomain or { UsesContext: true };

    // The entry a master is to have, and whether ATS is on with it: where something is translated, and the domain bears it.
    private static (Ste Entry, bool Ats) EntryOf(Master master, Domain? domain)
    {
        var entry = domain?.EntryFor(master) ?? BlockedDomain.Entry(master);
        var ats =
            master.HasAts
            && entry.Config is not (SteConfig.Abort or SteConfig.Bypass)
            && domain?.AllowsAts(master) != false;
        return (ats ? entry with { EATS = Eats.Full } : entry, ats);
    }

    private static Outcome ReachContext(Master master, SubstreamId substream)
    {
        if (master.Context is { } known)
            return known.Reach(substream, master);
        var context = ContextTable.Create(master.Smmu.Memory, master.SubstreamBits);
        if (context is null)
            return ErrorClass.OutOfMemory;
        // Nothing points to it yet.
        var reachable = context.Reach(substream, master);
        if (reachable.IsDone)
            master.Context = context;
        else
            context.Free();
        return reachable;
    }

    private static Outcome WriteContext(Master master, SubstreamId substream, Cd context) =>
        master.Context!.Write(substream, context, master);

    private static Outcome WriteEntries(Master master, Ste entry, bool ats, SubstreamId substream)
    {
        var outcome = new WorstOutcome();

        // 1. A device that may not ask any more stops before its requests would be faults, and forgets what it was told.
        var was = master.Switches.Ats;
        if (was && !ats)
        {
            master.Switches.SwitchAts(false);
            outcome.Add(ForgetOnDevice(master));
        }

        // 2. The entries.
        foreach (var stream in master.Streams)
            outcome.Add(WriteEntry(master.Smmu, stream, entry));

        // 3. What the device has cached is of no use any more; from whatever time it is.
        if (ats)
            outcome.Add(ForgetOnDevice(master, was ? substream : NoSubstream));

        // 4. A device that may ask from now on begins with nothing.
        if (ats && !was)
            master.Switches.SwitchAts(true);
        return outcome.Outcome;
    }

    private static Outcome ForgetOnDevice(Master master, SubstreamId substream)
    {
        var needs = DeviceNeeds.Of(master, InvalidationKind.Device, substream, ats: true);
        return Sweep.Whole([.. needs]);
    }

    private static Outcome WriteEntry(SmmuDevice smmu, StreamId stream, Ste entry)
    {
        var writer = new EntryWriter<Ste>(
            smmu.Memory,
            smmu.Streams.EntryOf(stream),
            StreamEntries.MayChange,
            announce: () =>
                smmu.Commands.Execute([
                    Command.From(new CfgiSte { StreamID = stream, Leaf = true }),
                ])
        );
        var outcome = writer.Write(entry);

        // A hint: traffic is about to come. Nobody waits for it.
        if (smmu.Features.Prefetch)
            smmu.Commands.Post([Command.From(new PrefetchConfig { StreamID = stream })]);
        return outcome;
    }
}
