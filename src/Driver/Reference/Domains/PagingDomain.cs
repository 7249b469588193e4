using System.Collections.Immutable;
using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>
/// Translates accesses by a stage 1 page table of its own, behind any SMMU that can walk it. No TLB of an SMMU has an entry
/// with its ASID unless a master there is attached: when the last one leaves, the tag is flushed there, and only there.
/// </summary>
internal sealed class PagingDomain : Domain
{
    private readonly SharedMemory _memory;
    private readonly IdPool _asids;
    private readonly bool _lazy;

    // Something was unmapped that TLBs may still hold. Lazy domains only.
    private bool _stale;

    // A flush failed: TLBs may hold translations for ever, so neither tag nor tables may get another use.
    private bool _poisoned;

    private PagingDomain(SharedMemory memory, PageTable table, Asid asid, IdPool asids, bool lazy)
    {
        _memory = memory;
        Table = table;
        Asid = asid;
        _asids = asids;
        _lazy = lazy;
    }

    /// <summary>Its page table.</summary>
    public PageTable Table { get; }

    /// <summary>Tag of its translations.</summary>
    public Asid Asid { get; }

    /// <summary>Makes a domain that all of some SMMUs could walk.</summary>
    /// <returns>
    /// <see cref="ErrorClass.NotSupported"/> if they lack stage 1 or a common granule,
    /// <see cref="ErrorClass.OutOfMemory"/>, <see cref="ErrorClass.Busy"/> if all ASIDs are taken.
    /// </returns>
    public static Outcome<PagingDomain> Create(
        ImmutableArray<SmmuDevice> smmus,
        IdPool asids,
        bool lazy
    )
    {
        var features = smmus.Select(smmu => smmu.Features).ToArray();
        if (!features.All(one => one.Stage1) || PageTableFormat.Common(features) is not { } format)
            return ErrorClass.NotSupported;

        var memory = new SharedMemory(smmus[0].Platform.System, format.Coherent);
        if (PageTable.Create(memory, format) is not { } table)
            return ErrorClass.OutOfMemory;
        if (asids.Take(features.Min(one => one.AsidBits)) is not { } asid)
        {
            table.Free();
            return ErrorClass.Busy;
        }

        return new PagingDomain(memory, table, new Asid(asid), asids, lazy);
    }

    /// <inheritdoc/>
    public override bool Fits(SmmuDevice smmu) =>
        smmu.Features.Stage1
        && Table.Format.Suits(smmu.Features)
        && Asid.Value < 1 << smmu.Features.AsidBits;

    /// <inheritdoc/>
    public override Ste EntryFor(Master master) =>
        StreamEntries.Stage1(master.Smmu.Features, master.Context!.Address, master.Stalls);

    /// <summary>The context descriptor of a master attached to it.</summary>
    public Cd ContextFor(Master master) =>
        ContextEntries.Stage1(Table.Format, Table.Root, Asid, master.Stalls);

    /// <summary>Unmaps a range, and forgets it unless that may wait.</summary>
    /// <returns>How many bytes were mapped; or what kept an SMMU from forgetting them, though they are unmapped.</returns>
    public Outcome<ulong> Unmap(Iova address, ulong bytes)
    {
        // 1. Out of the table, visibly.
        var unmapped = Table.Unmap(address, bytes);

        // 2. Out of the TLBs. Tables are about to be used for something else, so they never wait.
        var urgent = _lazy
            ? unmapped.Ranges.Where(range => !range.Leaf).ToArray()
            : unmapped.Ranges;
        _stale |= Masters.Count > 0 && urgent.Count < unmapped.Ranges.Count;
        var flushed = Invalidate(
            (batch, features) =>
                Invalidations.Add(batch, features, Table.Format.Granule, Asid, urgent)
        );
        if (!flushed.IsDone)
            return flushed.Error;

        // 3. Nothing can reach the tables any more.
        foreach (var table in unmapped.Tables)
            _memory.Free(table);
        return unmapped.Bytes;
    }

    /// <summary>Makes the TLBs forget every range unmapped so far.</summary>
    public Outcome Flush()
    {
        if (!_stale)
            return Outcome.Done;
        var outcome = Invalidate((batch, _) => batch.Add(Invalidations.All(Asid)));
        _stale = !outcome.IsDone;
        return outcome;
    }

    /// <inheritdoc/>
    public override void Free()
    {
        if (_poisoned)
            return;
        Table.Free();
        _asids.Return(Asid.Value);
    }

    /// <inheritdoc/>
    protected override Outcome Left(SmmuDevice smmu)
    {
        if (Masters.Any(master => master.Smmu == smmu))
            return Outcome.Done;
        var batch = new CommandBatch(smmu.Commands);
        batch.Add(Invalidations.All(Asid));
        _stale &= Masters.Count > 0;
        return Finish(batch);
    }

    // Without a master behind it no SMMU has anything of this domain, and one that is off has nothing at all. All others
    // are told, whether or not one before them confirms.
    private Outcome Invalidate(Action<CommandBatch, Features> add)
    {
        var outcome = new WorstOutcome();
        var users = Masters.Select(master => master.Smmu).Where(smmu => !smmu.IsOff).Distinct();
        foreach (var smmu in users)
        {
            var batch = new CommandBatch(smmu.Commands);
            add(batch, smmu.Features);
            outcome.Add(Finish(batch));
        }

        return outcome.Outcome;
    }

    private Outcome Finish(CommandBatch batch)
    {
        var outcome = batch.Complete();
        _poisoned |= !outcome.IsDone;
        return outcome;
    }
}
