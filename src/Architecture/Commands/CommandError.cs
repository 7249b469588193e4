namespace SmmuConformance.Architecture;

/// <summary>Why the SMMU stopped consuming commands (CMDQ_CONS.ERR, §7.1).</summary>
public enum CommandError : byte
{
    /// <summary>CERROR_NONE: it did not.</summary>
    None = 0,

    /// <summary>CERROR_ILL: the command is unknown, not permitted, or malformed.</summary>
    Illegal = 1,

    /// <summary>CERROR_ABT: the command could not be read.</summary>
    Abort = 2,

    /// <summary>CERROR_ATC_INV_SYNC: a CMD_SYNC waited for an ATC invalidation that timed out.</summary>
    AtcInvSync = 3,
}
