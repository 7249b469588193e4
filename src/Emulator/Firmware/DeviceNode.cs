using System.Collections.Immutable;
using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// What firmware and the bus say of one device behind an SMMU. A device behind a <see cref="RootComplex"/> is made by it;
/// any other is described by itself.
/// </summary>
public sealed record DeviceNode
{
    /// <summary>A name for messages.</summary>
    public required string Name { get; init; }

    /// <summary>Which SMMU, by index; an SMMU translates each of its accesses.</summary>
    public int Smmu { get; init; }

    /// <summary>
    /// The StreamIDs its accesses carry; at least one. One may stand twice, and one may be another device's too, as where a
    /// bridge puts its own in place of what comes from below.
    /// </summary>
    public required ImmutableArray<StreamId> Streams { get; init; }

    /// <summary>It is a PCIe function, or looks like one.</summary>
    public bool IsPcie { get; init; }

    /// <summary>It, and everything between it and the SMMU, support ATS. §3.9.1</summary>
    public bool Ats { get; init; }

    /// <summary>It, and everything between it and the SMMU, support PRI. §8</summary>
    public bool Pri { get; init; }

    /// <summary>Bits of its SubstreamIDs (PCIe: PASIDs), 0 to 20; 0: none.</summary>
    public byte SubstreamBits { get; init; }

    /// <summary>Its faulting accesses may wait for software; those of true PCIe must not. §3.12.1</summary>
    public bool CanStall { get; init; }

    /// <summary>Its memory accesses are coherent with the PEs' caches unless it asks otherwise.</summary>
    public bool Coherent { get; init; } = true;

    /// <summary>
    /// Translation can make its accesses cacheable Write-Back whatever it asks for, so that No_snoop does not break
    /// coherency (IORT: CANWBS).
    /// </summary>
    public bool CanWriteBackNonSnooped { get; init; }

    /// <summary>Bits of an address it can put out, 1 to 64.</summary>
    public byte AddressBits { get; init; } = 64;

    /// <summary>Its input addresses that are not free to be mapped.</summary>
    public ImmutableArray<ReservedRegion> Reserved { get; init; } = [];
}
