using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>One untranslated access that a device sends to the SMMU (§3.2).</summary>
public readonly record struct Transaction
{
    /// <summary>Which device.</summary>
    public StreamId Stream { get; init; }

    /// <summary>The transaction carries a SubstreamID (PCIe: a PASID).</summary>
    public bool SubstreamValid { get; init; }

    /// <summary>Which address space of the device; counts only with <see cref="SubstreamValid"/>.</summary>
    public SubstreamId Substream { get; init; }

    /// <summary>The 64-bit input address, as supplied.</summary>
    public Iova Address { get; init; }

    /// <summary>A write; else a read.</summary>
    public bool Write { get; init; }

    /// <summary>An instruction fetch. Counts for reads only: a write is always data (§13.1.2).</summary>
    public bool Instruction { get; init; }

    /// <summary>Privileged, before STE.PRIVCFG.</summary>
    public bool Privileged { get; init; }
}
