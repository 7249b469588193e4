using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>How an update of a descriptor ended.</summary>
internal enum UpdateEnd : byte
{
    /// <summary>The flags are set.</summary>
    Done,

    /// <summary>The descriptor is no longer what was read: the walk must start anew.</summary>
    Changed,

    /// <summary>An external abort.</summary>
    Aborted,
}

/// <summary>
/// Sets flags of descriptors in one atomic step (§3.13; Arm ARM D8.5). The three changes there are: the Access flag is
/// set, a stage 1 leaf loses AP[2], a stage 2 leaf gains S2AP[1]; never the other way.
/// </summary>
/// <param name="port">Memory as this SMMU sees it.</param>
/// <param name="writes">False for a translator that only asks: it goes on as if the update had been made.</param>
internal sealed class DescriptorUpdater(SmmuPort port, bool writes)
{
    /// <summary>Puts a new value in the place of the descriptor that a walk has just read.</summary>
    /// <param name="shape">The tables.</param>
    /// <param name="walk">The descriptor; its word is the new one if the update is done.</param>
    /// <param name="next">The new value, in the byte order of the machine.</param>
    public UpdateEnd Update(in WalkShape shape, ref WalkResult walk, ulong next)
    {
        if (next == walk.Word)
            return UpdateEnd.Done;
        if (!SmmuAccesses.CanUpdate(walk.Access))
            return UpdateEnd.Aborted;
        if (writes)
        {
            var reached = port.TryExchange64(
                walk.At,
                walk.Access,
                shape.Ordered(walk.Word),
                shape.Ordered(next),
                out var done
            );
            if (!reached)
                return UpdateEnd.Aborted;
            if (!done)
                return UpdateEnd.Changed;
        }
        walk.Word = next;
        return UpdateEnd.Done;
    }

    /// <summary>A leaf of stage 1 as an access leaves it.</summary>
    /// <param name="word">The leaf.</param>
    /// <param name="dirty">A write makes it writable-dirty; otherwise only its Access flag is set.</param>
    public static ulong Stage1(ulong word, bool dirty)
    {
        var leaf = new Stage1Leaf(word) with { AF = true };
        return (dirty ? leaf with { AP = (Stage1Ap)((byte)leaf.AP & 0b01) } : leaf).Word(0);
    }

    /// <summary>A leaf of stage 2 as an access leaves it.</summary>
    /// <param name="word">The leaf.</param>
    /// <param name="dirty">A write makes it writable-dirty; otherwise only its Access flag is set.</param>
    public static ulong Stage2(ulong word, bool dirty)
    {
        var leaf = new Stage2Leaf(word) with { AF = true };
        return (dirty ? leaf with { S2AP = (Stage2Ap)((byte)leaf.S2AP | 0b10) } : leaf).Word(0);
    }
}
