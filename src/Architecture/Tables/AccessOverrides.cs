namespace SmmuConformance.Architecture;

/// <summary>Privilege override of incoming traffic (STE.PRIVCFG, §5.2). 0b01 acts as <see cref="Incoming"/>.</summary>
public enum PrivCfg : byte
{
    /// <summary>Keep what the transaction brought.</summary>
    Incoming = 0b00,

    /// <summary>Treat as unprivileged.</summary>
    Unprivileged = 0b10,

    /// <summary>Treat as privileged.</summary>
    Privileged = 0b11,
}

/// <summary>
/// Instruction or data override of incoming reads; writes are always data (STE.INSTCFG, §5.2). 0b01 acts as
/// <see cref="Incoming"/>.
/// </summary>
public enum InstCfg : byte
{
    /// <summary>Keep what the transaction brought.</summary>
    Incoming = 0b00,

    /// <summary>Treat as a data read.</summary>
    Data = 0b10,

    /// <summary>Treat as an instruction fetch.</summary>
    Instruction = 0b11,
}
