namespace SmmuConformance.Emulator;

/// <summary>How the wires of an SMMU's interrupts run to the interrupt controller.</summary>
public enum InterruptWiring : byte
{
    /// <summary>One for each source. §3.18.2</summary>
    Separate,

    /// <summary>One for all, so that an interrupt does not say its source.</summary>
    Combined,

    /// <summary>None: an SMMU of messages alone.</summary>
    None,
}
