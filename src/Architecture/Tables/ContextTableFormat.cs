namespace SmmuConformance.Architecture;

/// <summary>
/// Shape of the context descriptor table (STE.S1Fmt, §5.2). The Reserved value 0b11 acts as <see cref="Linear"/>.
/// </summary>
public enum S1Fmt : byte
{
    /// <summary>One array of CDs indexed by SubstreamID.</summary>
    Linear = 0b00,

    /// <summary>Two levels; each leaf is 4 KB and holds 64 CDs.</summary>
    TwoLevel4K = 0b01,

    /// <summary>Two levels; each leaf is 64 KB and holds 1,024 CDs.</summary>
    TwoLevel64K = 0b10,
}

/// <summary>
/// What a transaction without a SubstreamID meets when substreams are enabled (STE.S1DSS, §5.2). The Reserved value
/// 0b11 acts as <see cref="Terminate"/>.
/// </summary>
public enum S1Dss : byte
{
    /// <summary>It is aborted with F_STREAM_DISABLED.</summary>
    Terminate = 0b00,

    /// <summary>It skips stage 1.</summary>
    Bypass = 0b01,

    /// <summary>It uses the CD of index 0, which SubstreamID 0 then may not.</summary>
    Substream0 = 0b10,
}
