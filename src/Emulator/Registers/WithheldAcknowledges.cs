namespace SmmuConformance.Emulator;

/// <summary>
/// Keeps one update of SMMU_CR0 or SMMU_IRQ_CTRL from ever completing, so that a test can let each of them hang in turn.
/// Off until it is armed.
/// </summary>
public sealed class WithheldAcknowledges
{
    private int _left;

    /// <summary>An update has been kept from completing since it was armed.</summary>
    public bool Struck { get; private set; }

    /// <summary>Makes the n-th write from now that changes an enable hang; 0: none, and what hangs completes.</summary>
    public void Arm(int nth)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(nth);
        (_left, Struck) = (nth, false);
    }

    /// <summary>An update begins; true if it is the one that hangs.</summary>
    internal bool Strikes()
    {
        if (_left == 0 || --_left != 0)
            return false;
        return Struck = true;
    }
}
