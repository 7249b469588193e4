using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>A transaction that the SMMU holds back until software, or a retry, decides what becomes of it (§3.12.2).</summary>
public sealed class StalledTransaction
{
    internal StalledTransaction(in Transaction transaction, in Translation fault) =>
        (Transaction, Fault) = (transaction, fault);

    /// <summary>What the device sent.</summary>
    public Transaction Transaction { get; }

    /// <summary>The answer that the device gets in the end; null while it waits.</summary>
    public Translation? Answer { get; private set; }

    /// <summary>The fault that stalls it; a retry may replace it.</summary>
    internal Translation Fault { get; set; }

    /// <summary>Its record was written, or lost by an aborted write; so it has a tag until software acknowledges it.</summary>
    internal bool Recorded { get; set; }

    /// <summary>Tag of the record, once it is recorded.</summary>
    internal ushort Tag { get; set; }

    /// <summary>Its record is not written, because that of this one tells the same (§3.12.2.1).</summary>
    internal StalledTransaction? SuppressedBy { get; set; }

    /// <summary>
    /// An invalidation was completed since it faulted, so its fault may be of what is no longer there and must not be
    /// recorded (§7.2.1).
    /// </summary>
    internal bool MustRetry { get; set; }

    /// <summary>What was decided, to be done at the hardware's next turn.</summary>
    internal StallDecision Decision { get; set; }

    internal void End(in Translation answer) => Answer = answer;
}

/// <summary>What is to become of a stalled transaction.</summary>
internal enum StallDecision : byte
{
    /// <summary>Nothing yet.</summary>
    None,

    /// <summary>It is handled as if it had just arrived.</summary>
    Retry,

    /// <summary>It is answered with an abort.</summary>
    Abort,

    /// <summary>Reads return zero and writes vanish.</summary>
    ReadZeroWriteIgnored,
}
