using System.Collections.Immutable;

namespace SmmuConformance.Emulator;

/// <summary>A function below a root complex, as its configuration space describes it.</summary>
public sealed record PcieFunction
{
    /// <summary>A name for messages.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The Requester IDs its accesses may carry: its own, and those of bridges above that put theirs in its place. One may
    /// stand twice.
    /// </summary>
    public required ImmutableArray<ushort> Requesters { get; init; }

    /// <summary>It has the ATS capability.</summary>
    public bool Ats { get; init; }

    /// <summary>It has the PRI capability; of use with ATS only.</summary>
    public bool Pri { get; init; }

    /// <summary>Bits of a PASID, 0 to 20; 0: it has no PASID capability.</summary>
    public byte PasidBits { get; init; }

    /// <summary>
    /// It is on-chip and only looks like PCIe: firmware says that its faulting accesses may wait, as some accelerators'.
    /// </summary>
    public bool CanStall { get; init; }

    /// <summary>Bits of an address it can put out, 1 to 64.</summary>
    public byte AddressBits { get; init; } = 64;

    /// <summary>Its input addresses that are not free to be mapped.</summary>
    public ImmutableArray<ReservedRegion> Reserved { get; init; } = [];
}
