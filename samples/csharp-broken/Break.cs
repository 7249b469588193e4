namespace SmmuConformance.Samples.Broken;

/// <summary>What is wrong with the driver; chosen by the environment variable SMMU_BREAK.</summary>
public enum Break
{
    /// <summary>Nothing: the reference driver.</summary>
    Nothing,

    /// <summary>No barrier stands between what is written and the doorbell (§3.21).</summary>
    NoBarrier,

    /// <summary>No CMD_CFGI_* is given when an entry changes (§3.21.3).</summary>
    NoCfgi,

    /// <summary>No CMD_TLBI_* is given when pages are unmapped (§3.21.1).</summary>
    NoTlbi,

    /// <summary>The last store before a barrier is made after it (§3.21.3).</summary>
    StoresLate,

    /// <summary>Tables of an SMMU that is not coherent are not cleaned.</summary>
    NoClean,

    /// <summary>Waits without a turn for the hardware: it never ends.</summary>
    Hangs,

    /// <summary>Throws where it must answer.</summary>
    Throws,
}
