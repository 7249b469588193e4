namespace SmmuConformance.Architecture;

/// <summary>Cacheability in the encoding of CR1, which is not that of the CD and STE fields. §6.3.11</summary>
public enum AccessCacheability : byte
{
    /// <summary>Non-cacheable; the reserved 0b11 behaves so too.</summary>
    NonCacheable = 0b00,

    /// <summary>Write-Back.</summary>
    WriteBack = 0b01,

    /// <summary>Write-Through.</summary>
    WriteThrough = 0b10,
}

/// <summary>Shareability of an access; the reserved 0b01 behaves as Non-shareable. §6.3.11</summary>
public enum Shareability : byte
{
    /// <summary>Non-shareable.</summary>
    NonShareable = 0b00,

    /// <summary>Outer Shareable.</summary>
    Outer = 0b10,

    /// <summary>Inner Shareable.</summary>
    Inner = 0b11,
}

/// <summary>Shareability given to a transaction in place of its own. §6.3.14</summary>
public enum ShareabilityOverride : byte
{
    /// <summary>Non-shareable.</summary>
    NonShareable = 0b00,

    /// <summary>The transaction's own.</summary>
    UseIncoming = 0b01,

    /// <summary>Outer Shareable.</summary>
    Outer = 0b10,

    /// <summary>Inner Shareable.</summary>
    Inner = 0b11,
}

/// <summary>Privilege given to a transaction in place of its own. §6.3.14</summary>
public enum PrivilegeOverride : byte
{
    /// <summary>The transaction's own; the reserved 0b01 behaves so too.</summary>
    UseIncoming = 0b00,

    /// <summary>Unprivileged.</summary>
    Unprivileged = 0b10,

    /// <summary>Privileged.</summary>
    Privileged = 0b11,
}

/// <summary>Instruction or data given to a read in place of its own; a write is always data. §6.3.14</summary>
public enum InstructionOverride : byte
{
    /// <summary>The transaction's own; the reserved 0b01 behaves so too.</summary>
    UseIncoming = 0b00,

    /// <summary>Data.</summary>
    Data = 0b10,

    /// <summary>Instruction.</summary>
    Instruction = 0b11,
}
