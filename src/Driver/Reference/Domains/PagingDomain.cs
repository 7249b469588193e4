using System.Collections.Immutable;
using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>Translates accesses by a page table of its own, behind any SMMU that can walk it.</summary>
internal abstract class PagingDomain : TranslatingDomain
{
    private readonly SharedMemory _memory;
    private readonly bool _lazy;

    // 1: something was unmapped that TLBs may still hold. Lazy domains only.
    private int _stale;

    /// <summary>A domain with a page table.</summary>
    /// <param name="memory">Where the tables are.</param>
    /// <param name="table">The page table.</param>
    /// <param name="lazy">TLBs may hold what was unmapped until a flush is asked for.</param>
    /// <param name="tags">What its translations are tagged with.</param>
    protected PagingDomain(SharedMemory memory, PageTable table, bool lazy, Tags tags)
        : base(memory.NewInvalidations())
    {
        Tags = tags;
        _memory = memory;
        _lazy = lazy;
        Table = table;
    }

    /// <summary>What its translations are tagged with.</summary>
    protected Tags Tags { get; }

    /// <summary>Its page table.</summary>
    public PageTable Table { get; }

    /// <summary>Only devices whose accesses are always coherent may be attached.</summary>
    public bool EnforcesCoherency { get; private set; }

    /// <summary>Unmaps a range, and forgets it unless that may wait.</summary>
    /// <returns>How many bytes were mapped; or what kept an SMMU from forgetting them, though they are unmapped.</returns>
    public Outcome<ulong> Unmap(Iova address, ulong bytes)
    {
        // 1. Out of the table, visibly.
        var unmapped = Table.Unmap(address, bytes);

        // 2. Out of the TLBs. Tables are about to be used for something else, so they never wait.
        var ranges = _lazy ? unmapped.UrgentRanges : unmapped.Ranges;
        if (ranges.Length < unmapped.Ranges.Length)
            Volatile.Write(ref _stale, 1);
        var flushed = Forget(Forgotten.Only(Table.Format.Granule, ranges));
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
        // What is unmapped from here on makes it stale anew.
        if (Interlocked.Exchange(ref _stale, 0) == 0)
            return Outcome.Done;
        var outcome = Forget(Forgotten.Everything);
        if (!outcome.IsDone)
            Volatile.Write(ref _stale, 1);
        return outcome;
    }

    /// <summary>Somebody wants to know which pages were written.</summary>
    public bool IsTracked { get; private set; }

    /// <summary>From now on what is written counts; or nothing does.</summary>
    public Outcome Track(bool on)
    {
        if (!Table.Format.TracksDirty || (!on && !IsTracked))
            return ErrorClass.Invalid;
        IsTracked = false;
        if (!on)
            return Outcome.Done;
        var cleaned = ReadDirty(0, 1ul << Table.Format.InputBits, clean: true);
        IsTracked = cleaned.IsDone;
        return cleaned.WithoutResult;
    }

    /// <summary>What was written of a range.</summary>
    /// <param name="address">First address.</param>
    /// <param name="bytes">Size.</param>
    /// <param name="clean">It counts as not written from now on.</param>
    public Outcome<ImmutableArray<DirtyRange>> ReadDirty(Iova address, ulong bytes, bool clean)
    {
        // 1. What accesses have noted that are over is in memory. §3.13.4
        var settled = Settle();
        if (!settled.IsDone)
            return settled.Error;

        // 2. What they have noted.
        var dirty = Table.FindDirty(address, bytes, clean).All;

        // 3. A TLB that knows a page as written would not note it again.
        var flushed = clean ? Forget(Forgotten.Only(Table.Format.Granule, dirty)) : Outcome.Done;
        if (!flushed.IsDone)
        {
            foreach (var range in dirty)
                Table.MarkDirty(range);
            return flushed.Error;
        }

        var ranges = ImmutableArray.CreateBuilder<DirtyRange>(dirty.Length);
        foreach (var range in dirty)
            ranges.Add(new DirtyRange(range.Address, range.Bytes));
        return ranges.MoveToImmutable();
    }

    /// <summary>From now on accesses are always coherent.</summary>
    /// <returns>False, and nothing changes, if a device that is attached cannot be kept to it.</returns>
    public bool TryEnforceCoherency()
    {
        EnforcesCoherency = EnforcesCoherency || Masters.All(master => master.IsAlwaysCoherent);
        return EnforcesCoherency;
    }

    /// <inheritdoc/>
    public override Outcome Admits(Master master) =>
        Fits(master.Smmu) && (master.IsAlwaysCoherent || !EnforcesCoherency)
            ? Outcome.Done
            : ErrorClass.Invalid;

    /// <summary>The SMMU can walk its table, and tell its tag from others: it has one there from now on.</summary>
    public abstract bool Fits(SmmuDevice smmu);

    /// <inheritdoc/>
    public sealed override void Free()
    {
        if (!EveryFlushWasConfirmed)
            return;
        Table.Free();
        Tags.Return();
    }

    /// <inheritdoc/>
    public sealed override void Dropped(ImmutableArray<InvalidationEntry> needs)
    {
        base.Dropped(needs);
        // Nobody is left who could hold anything.
        if (IsForgotten)
            Volatile.Write(ref _stale, 0);
    }
}
