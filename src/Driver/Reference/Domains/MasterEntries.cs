using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>What an SMMU and a device know of a master: its stream table entries, its context descriptors, its ATC.</summary>
internal static class MasterEntries
{
    private static readonly SubstreamId NoSubstream = 0;

    /// <summary>The entry a master is to have, and whether ATS is on with it: where something is translated, and the domain bears it.</summary>
    public static (Ste Entry, bool Ats) EntryOf(Master master, Domain? domain)
    {
        var entry = domain?.EntryFor(master) ?? BlockedDomain.Entry(master);
        var ats =
            master.HasAts
            && entry.Config is not (SteConfig.Abort or SteConfig.Bypass)
            && domain?.AllowsAts(master) != false;
        return (ats ? entry with { EATS = Eats.Full } : entry, ats);
    }

    /// <summary>Makes a context descriptor reachable; the master has a context table then.</summary>
    /// <returns><see cref="ErrorClass.OutOfMemory"/> or <see cref="ErrorClass.TimedOut"/>.</returns>
    public static Outcome ReachContext(Master master, SubstreamId substream)
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

    /// <summary>Replaces a context descriptor that can be reached.</summary>
    public static Outcome WriteContext(Master master, SubstreamId substream, Cd context)
    {
        var unsure = master.Unsettled.HasContext(substream);
        var written = master.Context!.Write(substream, context, master, unsure);
        master.Unsettled.NoteContext(substream, !written.IsDone);
        return written;
    }

    /// <summary>Replaces the entry of each stream, and has the device ask for translations only while they allow it.</summary>
    /// <param name="master">The master.</param>
    /// <param name="entry">The new entry.</param>
    /// <param name="ats">The device may ask.</param>
    /// <param name="substream">What the device must forget if it could ask before.</param>
    /// <returns>The first failure: nothing is done behind it.</returns>
    public static Outcome Write(Master master, Ste entry, bool ats, SubstreamId substream)
    {
        var written = WriteAll(master, entry, ats, substream);
        master.Unsettled.Entries = !written.IsDone;
        return written;
    }

    private static Outcome WriteAll(Master master, Ste entry, bool ats, SubstreamId substream)
    {
        // 1. A device that may not ask any more stops before its requests would be faults, and forgets what it was told.
        var was = master.Switches.Ats;
        if (was && !ats)
        {
            master.Switches.SwitchAts(false);
            var forgotten = ForgetOnDevice(master);
            if (!forgotten.IsDone)
                return forgotten;
        }

        // 2. The entries.
        foreach (var stream in master.Streams)
        {
            var written = WriteEntry(master, stream, entry);
            if (!written.IsDone)
                return written;
        }

        // 3. What the device has cached is of no use any more; from whatever time it is.
        if (ats)
        {
            var forgotten = ForgetOnDevice(master, was ? substream : NoSubstream);
            if (!forgotten.IsDone)
                return forgotten;
        }

        // 4. A device that may ask from now on begins with nothing.
        if (ats && !was)
            master.Switches.SwitchAts(true);
        return Outcome.Done;
    }

    /// <summary>Makes a device that has ATS forget everything it was told, in all its address spaces.</summary>
    public static Outcome ForgetOnDevice(Master master) => ForgetOnDevice(master, NoSubstream);

    /// <summary>Makes a device that has ATS forget what it was told in one address space.</summary>
    public static Outcome ForgetOnDevice(Master master, SubstreamId substream)
    {
        var needs = DeviceNeeds.Of(master, InvalidationKind.Device, substream, ats: true);
        return Sweep.Whole([.. needs]);
    }

    private static Outcome WriteEntry(Master master, StreamId stream, Ste entry)
    {
        var smmu = master.Smmu;
        var writer = new EntryWriter<Ste>(
            smmu.Memory,
            smmu.Streams.EntryOf(stream),
            StreamEntries.MayChange,
            announce: () =>
                smmu.Commands.Execute([
                    Command.From(new CfgiSte { StreamID = stream, Leaf = true }),
                ])
        );
        var outcome = writer.Write(entry, master.Unsettled.Entries);

        // A hint: traffic is about to come. Nobody waits for it.
        if (outcome.IsDone && smmu.Features.Prefetch)
            smmu.Commands.Post([Command.From(new PrefetchConfig { StreamID = stream })]);
        return outcome;
    }
}
