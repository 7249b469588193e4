namespace SmmuConformance.Architecture;

/// <summary>What becomes of a stalled transaction (CMD_RESUME.Ac, §4.7.1).</summary>
public enum ResumeAction : byte
{
    /// <summary>It ends, in the manner that Ab says.</summary>
    Terminate = 0,

    /// <summary>It starts again as if it had just arrived.</summary>
    Retry = 1,
}

/// <summary>Answers one stall event. ILLEGAL where stalling is not supported.</summary>
[Command("CMD_RESUME", 0x44, clause: "4.7.1")]
public readonly partial struct Resume
{
    /// <summary>The StreamID is Secure. ILLEGAL on the Non-secure queue.</summary>
    [Bits(10)]
    public partial bool SSec { get; init; }

    /// <summary>Retry or terminate.</summary>
    [Bits(12)]
    public partial ResumeAction Ac { get; init; }

    /// <summary>Terminate with an abort; clear means reads give zero and writes vanish.</summary>
    [Bits(13, When = nameof(Terminates))]
    public partial bool Ab { get; init; }

    /// <summary>The stream of the event.</summary>
    [Bits(63, 32)]
    public partial StreamId StreamID { get; init; }

    /// <summary>The tag of the event.</summary>
    [Bits(79, 64)]
    public partial ushort STAG { get; init; }

    private bool Terminates => Ac == ResumeAction.Terminate;
}

/// <summary>
/// Ends every stalled transaction of a stream with an abort. ILLEGAL where stalling is not supported.
/// </summary>
[Command("CMD_STALL_TERM", 0x45, clause: "4.7.2")]
public readonly partial struct StallTerm
{
    /// <summary>The StreamID is Secure. ILLEGAL on the Non-secure queue.</summary>
    [Bits(10)]
    public partial bool SSec { get; init; }

    /// <summary>The stream.</summary>
    [Bits(63, 32)]
    public partial StreamId StreamID { get; init; }
}
