namespace SmmuConformance.Architecture;

/// <summary>What one stage 2 permission index means. §6.3.17</summary>
public enum Stage2Permission : byte
{
    /// <summary>Nothing; 0b0001 and 0b0101 behave so too.</summary>
    NoAccess = 0b0000,

    /// <summary>Mostly read-only.</summary>
    Mro = 0b0010,

    /// <summary>Mostly read-only, with TopLevel1.</summary>
    MroTl1 = 0b0011,

    /// <summary>Write.</summary>
    WriteOnly = 0b0100,

    /// <summary>Mostly read-only, with TopLevel0.</summary>
    MroTl0 = 0b0110,

    /// <summary>Mostly read-only, with TopLevel0 and TopLevel1.</summary>
    MroTl01 = 0b0111,

    /// <summary>Read.</summary>
    ReadOnly = 0b1000,

    /// <summary>Read, and unprivileged execution.</summary>
    ReadOnlyUx = 0b1001,

    /// <summary>Read, and privileged execution.</summary>
    ReadOnlyPx = 0b1010,

    /// <summary>Read, and any execution.</summary>
    ReadOnlyPux = 0b1011,

    /// <summary>Read and write.</summary>
    ReadWrite = 0b1100,

    /// <summary>Read, write, and unprivileged execution.</summary>
    ReadWriteUx = 0b1101,

    /// <summary>Read, write, and privileged execution.</summary>
    ReadWritePx = 0b1110,

    /// <summary>Read, write, and any execution.</summary>
    ReadWritePux = 0b1111,
}

/// <summary>Meaning of each stage 2 permission index.</summary>
/// <remarks>
/// No enable guards it, although the TLB may cache it; the manual only advises against writing it while translation is
/// on and an STE uses it. Exists with IDR3.S2PI. §6.3.17
/// </remarks>
[Register(
    "SMMU_S2PII",
    offset: 0x0030,
    bits: 64,
    clause: "6.3.17",
    Access.ReadWrite,
    ResetUnknown = true
)]
public readonly partial struct S2Pii
{
    /// <summary>Permission of index 0.</summary>
    [Bits(3, 0)]
    public partial Stage2Permission S2PII0 { get; init; }

    /// <summary>Permission of index 1.</summary>
    [Bits(7, 4)]
    public partial Stage2Permission S2PII1 { get; init; }

    /// <summary>Permission of index 2.</summary>
    [Bits(11, 8)]
    public partial Stage2Permission S2PII2 { get; init; }

    /// <summary>Permission of index 3.</summary>
    [Bits(15, 12)]
    public partial Stage2Permission S2PII3 { get; init; }

    /// <summary>Permission of index 4.</summary>
    [Bits(19, 16)]
    public partial Stage2Permission S2PII4 { get; init; }

    /// <summary>Permission of index 5.</summary>
    [Bits(23, 20)]
    public partial Stage2Permission S2PII5 { get; init; }

    /// <summary>Permission of index 6.</summary>
    [Bits(27, 24)]
    public partial Stage2Permission S2PII6 { get; init; }

    /// <summary>Permission of index 7.</summary>
    [Bits(31, 28)]
    public partial Stage2Permission S2PII7 { get; init; }

    /// <summary>Permission of index 8.</summary>
    [Bits(35, 32)]
    public partial Stage2Permission S2PII8 { get; init; }

    /// <summary>Permission of index 9.</summary>
    [Bits(39, 36)]
    public partial Stage2Permission S2PII9 { get; init; }

    /// <summary>Permission of index 10.</summary>
    [Bits(43, 40)]
    public partial Stage2Permission S2PII10 { get; init; }

    /// <summary>Permission of index 11.</summary>
    [Bits(47, 44)]
    public partial Stage2Permission S2PII11 { get; init; }

    /// <summary>Permission of index 12.</summary>
    [Bits(51, 48)]
    public partial Stage2Permission S2PII12 { get; init; }

    /// <summary>Permission of index 13.</summary>
    [Bits(55, 52)]
    public partial Stage2Permission S2PII13 { get; init; }

    /// <summary>Permission of index 14.</summary>
    [Bits(59, 56)]
    public partial Stage2Permission S2PII14 { get; init; }

    /// <summary>Permission of index 15.</summary>
    [Bits(63, 60)]
    public partial Stage2Permission S2PII15 { get; init; }
}
