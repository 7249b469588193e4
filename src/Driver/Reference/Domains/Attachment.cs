using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>
/// Changing what a master's streams do. The old translation stays in force until the new entry is written; what the
/// old one used is given up only when the SMMU has forgotten it.
/// </summary>
internal static class Attachment
{
    /// <summary>Gives a master a domain in place of what it had.</summary>
    /// <param name="master">The master.</param>
    /// <param name="domain">The domain; null: its streams abort.</param>
    /// <returns>
    /// <see cref="ErrorClass.Invalid"/> or <see cref="ErrorClass.OutOfMemory"/>, and nothing has changed; or
    /// <see cref="ErrorClass.TimedOut"/> or <see cref="ErrorClass.Malformed"/>: the master has the domain, but the SMMU
    /// did not confirm it.
    /// </returns>
    public static Outcome Change(Master master, Domain? domain)
    {
        var old = master.Domain;
        if (old == domain)
            return Outcome.Done;

        // 1. Everything that can fail.
        if (domain is not null && !domain.Fits(master.Smmu))
            return ErrorClass.Invalid;
        var paging = domain as PagingDomain;
        if (paging is not null)
        {
            master.Context ??= ContextTable.Create(master.Smmu.Memory);
            if (master.Context is null)
                return ErrorClass.OutOfMemory;
        }

        // 2. From now on the SMMU may hold translations of the new domain: flushes of it must come here.
        var outcome = new WorstOutcome();
        domain?.Join(master);
        master.Domain = domain;

        // 3. The context descriptor is ready before an entry points to it. In use, it changes in place.
        if (paging is not null)
            outcome.Add(WriteContext(master, paging.ContextFor(master)));

        // 4. The entry of each stream.
        var entry = domain?.EntryFor(master) ?? StreamEntries.Abort();
        foreach (var stream in master.Streams)
            outcome.Add(WriteEntry(master.Smmu, stream, entry));

        // 5. No access uses the old domain any more. If it was the last user, its tag is flushed.
        if (old is not null)
            outcome.Add(old.Leave(master));

        // 6. No entry points to the context descriptor any more.
        if (old is PagingDomain && paging is null)
            outcome.Add(WriteContext(master, ContextEntries.Invalid()));
        return outcome.Outcome;
    }

    private static Outcome WriteContext(Master master, Cd context) =>
        master.Context!.Write(context, master.Streams, master.Smmu.Commands);

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
