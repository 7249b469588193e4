using System.Collections.Immutable;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>
/// The array of one domain that is in force. Those who unmap read it without a lock; those who attach and detach take
/// turns elsewhere, and put another in its place.
/// </summary>
/// <remarks>
/// Two orders matter, and neither an acquire nor a release gives them: a store must be seen before a load of something
/// else is made. Hence full fences, on both sides.
/// <list type="number">
/// <item>Unmapping stores a descriptor, then reads the array. Attaching puts the array in place, then makes an SMMU read the
/// descriptors. So either the one who unmaps finds the SMMU in the array, or the SMMU finds the descriptor gone.</item>
/// <item>A sweep counts itself in, then looks whether its array is still in force. Whoever replaces the array looks
/// afterwards whether anybody is counted in. So no sweep uses an array after its replacement has been waited for.</item>
/// </list>
/// </remarks>
/// <param name="system">Gives hardware its turn while sweeps are waited for.</param>
internal sealed class InvalidationList(ISystem system)
{
    private InvalidationArray _current = InvalidationArray.Empty();

    /// <summary>The array in force; for those whose turn it is to change it.</summary>
    public InvalidationArray Current => Volatile.Read(ref _current);

    /// <summary>Makes all hardware that may hold something forget it; what was stored in page tables before counts.</summary>
    public Outcome Sweep(Forgotten what)
    {
        var array = BeginSweep();
        var outcome = Reference.Sweep.Run(array, what);
        array.Leave();
        return outcome;
    }

    /// <summary>Has every SMMU complete a CMD_SYNC, and nothing else.</summary>
    public Outcome Settle()
    {
        var array = BeginSweep();
        var outcome = Reference.Sweep.Settle(array);
        array.Leave();
        return outcome;
    }

    /// <summary>Adds what a new attachment needs, before the SMMU is told of it.</summary>
    public void Add(ReadOnlySpan<InvalidationEntry> added) =>
        Interlocked.Exchange(ref _current, Current.Merge(added));

    /// <summary>
    /// Takes away what an attachment needed, after the SMMU has been told that it is no more. When this returns, no
    /// sweep makes use of it any more: a device may be switched off, an SMMU be taken away.
    /// </summary>
    /// <param name="removed">What it needed, as it was added.</param>
    public void Remove(ReadOnlySpan<InvalidationEntry> removed) => Replace(Current.Unref(removed));

    /// <summary>Flushes the tags among these that nobody needs any more; those of others are left alone.</summary>
    public Outcome FlushIdle(ImmutableArray<InvalidationEntry> removed)
    {
        var idle = removed.Where(entry => entry.IsTag && !Current.Needs(entry));
        return Reference.Sweep.Whole([.. idle]);
    }

    /// <summary>Drops what nobody needs any more, once its tags have been flushed.</summary>
    public void Purge()
    {
        if (Current.Trash > 0)
            Replace(Current.Purge());
    }

    // Nothing in the array is taken out of use before Leave.
    private InvalidationArray BeginSweep()
    {
        // Order 1. What was stored in page tables is seen first.
        Interlocked.MemoryBarrier();
        while (true)
        {
            // Order 2. Counting is a full fence.
            var array = Volatile.Read(ref _current);
            array.Enter();
            if (Volatile.Read(ref _current) == array)
                return array;
            array.Leave();
        }
    }

    private void Replace(InvalidationArray next)
    {
        var old = Interlocked.Exchange(ref _current, next);
        while (old.IsSwept)
            system.Relax();
    }
}
