using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>
/// After an abort in the event queue, records of accesses that wait may be lost, and nobody would ever answer them: whatever
/// could wait is ended. §7.2.2
/// </summary>
internal static class LostStalls
{
    private static readonly SubstreamId NoSubstream = 0;

    /// <summary>Ends whatever waits of a master, which then has what it had.</summary>
    /// <returns>The first failure; the master's streams may then abort until its next change.</returns>
    public static Outcome End(Master master)
    {
        // 1. Nothing new may come to wait meanwhile. §4.7.2
        var (entry, ats) = MasterEntries.EntryOf(master, master.Domain);
        var aborting = MasterEntries.Write(master, StreamEntries.Abort(), ats: false, NoSubstream);
        if (!aborting.IsDone)
            return aborting;

        // 2. What waits is ended.
        foreach (var stream in master.Streams)
        {
            var ended = master.Smmu.Commands.Execute([
                Command.From(new StallTerm { StreamID = stream }),
            ]);
            if (!ended.IsDone)
                return ended;
        }

        // 3. And all is as before.
        return MasterEntries.Write(master, entry, ats, NoSubstream);
    }
}
