using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>How a DMA ended, as the device sees it.</summary>
public enum DmaOutcome : byte
{
    /// <summary>Every byte was transferred.</summary>
    Done,

    /// <summary>Some page read as zero, or ignored the write, by CD.A = 0; the device sees no error.</summary>
    ReadZeroWriteIgnored,

    /// <summary>A page was answered with an abort; later pages were not tried.</summary>
    Aborted,

    /// <summary>A page waits for software; later pages were not tried.</summary>
    Stalled,

    /// <summary>The SMMU let a page pass and memory aborted it.</summary>
    MemoryAborted,
}

/// <summary>Outcome of one DMA.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Transferred">Bytes that reached memory, or came from it.</param>
/// <param name="At">Input address of the page that ended it, or the first that read as zero; else the start.</param>
/// <param name="Last">Translation of that page.</param>
public readonly record struct DmaResult(
    DmaOutcome Outcome,
    int Transferred,
    Iova At,
    Translation Last
)
{
    /// <summary>Every byte was transferred.</summary>
    public bool Done => Outcome == DmaOutcome.Done;
}

/// <summary>What a device says of its transactions beside the address.</summary>
/// <param name="Substream">SubstreamID (PCIe: PASID); null: none.</param>
/// <param name="Privileged">Privileged.</param>
/// <param name="Instruction">Instruction fetch; counts for reads only.</param>
public readonly record struct DmaAttributes(
    SubstreamId? Substream = null,
    bool Privileged = false,
    bool Instruction = false
);
