using SmmuConformance.Architecture;

namespace SmmuConformance.Bench;

/// <summary>What stands at an address, as the SMMUs' registers and tables have it at this moment.</summary>
public enum PlaceKind : byte
{
    /// <summary>Nothing an SMMU reads: memory that is being prepared, or is no SMMU's.</summary>
    None,

    /// <summary>A stream table entry.</summary>
    Ste,

    /// <summary>A level 1 stream table descriptor.</summary>
    L1Std,

    /// <summary>A context descriptor.</summary>
    Cd,

    /// <summary>A level 1 context descriptor.</summary>
    L1Cd,

    /// <summary>A slot of the command queue.</summary>
    CommandQueue,

    /// <summary>A slot of the event queue.</summary>
    EventQueue,

    /// <summary>A descriptor of a translation table.</summary>
    TranslationTable,
}

/// <summary>One structure an SMMU reads, and the 64-bit word of it that was touched.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Smmu">Which SMMU reads it.</param>
/// <param name="Base">Address of the whole structure (of the entry, not of the table).</param>
/// <param name="Word">Index of the 64-bit word within it.</param>
/// <param name="Stream">For STE and CD: the (first) stream; for L1STD: the first stream it covers.</param>
/// <param name="Substream">For CD: its index.</param>
public readonly record struct Place(
    PlaceKind Kind,
    int Smmu,
    PhysicalAddress Base,
    int Word,
    StreamId Stream,
    SubstreamId Substream
)
{
    /// <summary>True if an SMMU reads it.</summary>
    public bool IsStructure => Kind != PlaceKind.None;

    /// <summary>Name for traces, without the word.</summary>
    public override string ToString() =>
        Kind switch
        {
            PlaceKind.Ste => $"STE {Stream}",
            PlaceKind.L1Std => $"L1STD of {Stream}",
            PlaceKind.Cd => $"CD {Stream}.{Substream}",
            PlaceKind.L1Cd => $"L1CD {Stream}.{Substream}",
            PlaceKind.CommandQueue => $"command slot {Base}",
            PlaceKind.EventQueue => $"event slot {Base}",
            PlaceKind.TranslationTable => $"table descriptor {Base}",
            _ => $"memory {Base}",
        };
}
