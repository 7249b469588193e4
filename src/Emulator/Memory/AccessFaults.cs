namespace SmmuConformance.Emulator;

/// <summary>Accesses that an SMMU makes of its own accord.</summary>
[Flags]
public enum OwnAccesses : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Reads of structures, of descriptors and of commands.</summary>
    Fetches = 1 << 0,

    /// <summary>Updates of flags in descriptors (§3.13).</summary>
    Updates = 1 << 1,

    /// <summary>Records written to the Event queue and the PRI queue.</summary>
    Records = 1 << 2,

    /// <summary>MSIs.</summary>
    Messages = 1 << 3,

    /// <summary>All of them.</summary>
    All = Fetches | Updates | Records | Messages,
}

/// <summary>
/// Makes one of the accesses that an SMMU makes of its own accord an external abort, wherever it goes: so that a test can let
/// each access of an operation fail in turn. Off, and free of charge, until it is armed.
/// </summary>
public sealed class AccessFaults
{
    private OwnAccesses _counted;
    private int _left;

    /// <summary>An access has been made to fail since it was armed.</summary>
    public bool Struck { get; private set; }

    /// <summary>An access is still to fail.</summary>
    internal bool Armed => _left != 0;

    /// <summary>Makes the n-th access of some kinds fail, from now on and only that one; 0: none.</summary>
    public void Arm(OwnAccesses kinds, int nth)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(nth);
        (_counted, _left, Struck) = (kinds, nth, false);
    }

    /// <summary>An access is made; true if it is the one that fails.</summary>
    internal bool Strikes(OwnAccesses kind)
    {
        if ((_counted & kind) == 0 || --_left != 0)
            return false;
        return Struck = true;
    }
}
