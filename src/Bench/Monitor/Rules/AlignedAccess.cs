using SmmuConformance.Architecture;

namespace SmmuConformance.Bench;

/// <summary>Structures are accessed as aligned 64-bit words.</summary>
public sealed class AlignedAccess : MonitorRule
{
    /// <inheritdoc/>
    public override string Id => "monitor.aligned-access";

    /// <inheritdoc/>
    public override string Clause => "§3.21.3";

    /// <inheritdoc/>
    public override string Sentence =>
        "Every store to memory that an SMMU can read is one aligned 64-bit word: nothing smaller is single-copy atomic with what the SMMU fetches.";

    /// <inheritdoc/>
    public override void Misaligned(PhysicalAddress address) =>
        Violate($"access at {address}, which is not a multiple of 8");
}
