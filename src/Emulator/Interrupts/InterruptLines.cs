namespace SmmuConformance.Emulator;

/// <summary>The sources that can notify software (§3.18.2).</summary>
public enum InterruptLine : byte
{
    /// <summary>The Event queue became non-empty.</summary>
    EventQueue,

    /// <summary>The PRI queue's condition of SMMU_PRIQ_IRQ_CFG2.</summary>
    PriQueue,

    /// <summary>A global error became active.</summary>
    GlobalError,

    /// <summary>A CMD_SYNC that asked for it completed.</summary>
    CommandSync,

    /// <summary>Any of the above, of a part that has one wire for all (<see cref="Quirks.SharesInterrupt"/>).</summary>
    Combined,

    /// <summary>Not an interrupt: the event that wakes a PE from WFE.</summary>
    WakeUp,
}

/// <summary>
/// The wired outputs of one SMMU. Each is an edge, which an interrupt controller would keep pending until taken: a
/// second edge before that is not counted.
/// </summary>
public sealed class InterruptLines
{
    private readonly bool[] _pending = new bool[(int)InterruptLine.WakeUp + 1];

    /// <summary>True if the line has risen since it was last taken.</summary>
    public bool IsPending(InterruptLine line) => _pending[(int)line];

    /// <summary>Takes the interrupt: true if it was pending, and now it is not.</summary>
    public bool Take(InterruptLine line)
    {
        var was = _pending[(int)line];
        _pending[(int)line] = false;
        return was;
    }

    internal void Raise(InterruptLine line) => _pending[(int)line] = true;

    internal void Clear() => Array.Clear(_pending);
}
