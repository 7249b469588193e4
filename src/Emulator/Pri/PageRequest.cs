using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>The answer that a device gets to a page request group: by CMD_PRI_RESP, or by the SMMU itself (§8.1, §8.3).</summary>
/// <param name="Stream">The device.</param>
/// <param name="Pasid">The PASID on the answer; null: none.</param>
/// <param name="PRGIndex">Which group.</param>
/// <param name="Code">What becomes of it.</param>
public readonly record struct PageResponse(
    StreamId Stream,
    SubstreamId? Pasid,
    ushort PRGIndex,
    PrgResponseCode Code
);
