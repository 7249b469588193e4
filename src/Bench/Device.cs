using System.Collections.Immutable;
using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Bench;

/// <summary>A device of the machine that the driver has taken under its care.</summary>
/// <param name="Smmu">Index of the SMMU it is behind.</param>
/// <param name="Handle">The driver's name for it.</param>
/// <param name="Description">As it was described to the driver.</param>
public sealed record Device(int Smmu, MasterHandle Handle, MasterDescription Description)
{
    /// <summary>Its stream IDs.</summary>
    public ImmutableArray<StreamId> Streams => Description.Streams;

    /// <summary>Its first stream ID.</summary>
    public StreamId Stream => Streams[0];

    /// <inheritdoc/>
    public override string ToString() => Description.Name;
}
