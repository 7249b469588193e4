using System.Collections.Immutable;
using SmmuConformance.Architecture;

namespace SmmuConformance.Bench;

/// <summary>One thing a kernel did that the SMMU could see.</summary>
/// <param name="Source">Where it stands: file and path within it.</param>
public abstract record CaptureEvent(string Source);

/// <summary>A load of a register.</summary>
/// <param name="Source">Where it stands.</param>
/// <param name="Register">The register.</param>
/// <param name="Value">What QEMU's model returned.</param>
public sealed record RegisterLoad(string Source, RegisterInfo Register, ulong Value)
    : CaptureEvent(Source);

/// <summary>A store to a register.</summary>
/// <param name="Source">Where it stands.</param>
/// <param name="Register">The register.</param>
/// <param name="Bytes">Width of the store: 4 or 8.</param>
/// <param name="Value">What was stored.</param>
public sealed record RegisterStore(string Source, RegisterInfo Register, int Bytes, ulong Value)
    : CaptureEvent(Source);

/// <summary>A command written into a slot of the command queue; the SMMU sees it at the next SMMU_CMDQ_PROD.</summary>
/// <param name="Source">Where it stands.</param>
/// <param name="Slot">Index into the queue, wrap bit left out.</param>
/// <param name="Command">Its words.</param>
public sealed record CommandStore(string Source, uint Slot, Command Command) : CaptureEvent(Source);

/// <summary>A group of stream table entries filled alike before the SMMU can reach them.</summary>
/// <param name="Source">Where it stands.</param>
/// <param name="First">The first stream.</param>
/// <param name="Last">The last stream.</param>
/// <param name="Ste">The value of each.</param>
public sealed record SteFill(string Source, StreamId First, StreamId Last, Ste Ste)
    : CaptureEvent(Source);

/// <summary>A 64-bit store to a stream table entry.</summary>
/// <param name="Source">Where it stands.</param>
/// <param name="Stream">The stream.</param>
/// <param name="Word">Which word of the entry.</param>
/// <param name="Value">What was stored.</param>
public sealed record SteStore(string Source, StreamId Stream, int Word, ulong Value)
    : CaptureEvent(Source);

/// <summary>A 64-bit store to a context descriptor.</summary>
/// <param name="Source">Where it stands.</param>
/// <param name="Cd">Address of the descriptor.</param>
/// <param name="Word">Which word of it.</param>
/// <param name="Value">What was stored.</param>
public sealed record CdStore(string Source, PhysicalAddress Cd, int Word, ulong Value)
    : CaptureEvent(Source);

/// <summary>A store to a level 1 stream table descriptor.</summary>
/// <param name="Source">Where it stands.</param>
/// <param name="Index">Its index in the level 1 table.</param>
/// <param name="Descriptor">What was stored.</param>
public sealed record L1StdStore(string Source, uint Index, L1Std Descriptor) : CaptureEvent(Source);

/// <summary>A store to a level 1 context descriptor.</summary>
/// <param name="Source">Where it stands.</param>
/// <param name="Address">Where the descriptor lies.</param>
/// <param name="Descriptor">What was stored.</param>
public sealed record L1CdStore(string Source, PhysicalAddress Address, L1Cd Descriptor)
    : CaptureEvent(Source);

/// <summary>Zeros written over the level 1 stream table before the SMMU can reach it.</summary>
/// <param name="Source">Where it stands.</param>
/// <param name="First">The first index.</param>
/// <param name="Last">The last index.</param>
public sealed record L1StdClear(string Source, uint First, uint Last) : CaptureEvent(Source);
