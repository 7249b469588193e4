using System.Collections.Immutable;
using SmmuConformance.Architecture;

namespace SmmuConformance.Driver.Contract;

/// <summary>A device behind one SMMU, as firmware and the bus describe it.</summary>
public sealed record MasterDescription
{
    /// <summary>Name for messages.</summary>
    public required string Name { get; init; }

    /// <summary>Its stream IDs; one may be listed twice (aliases), and all get the same translation.</summary>
    public required ImmutableArray<StreamId> Streams { get; init; }

    /// <summary>log2 of the number of substreams it can use; 0: none.</summary>
    public byte SubstreamBits { get; init; }

    /// <summary>True if its transactions may stall.</summary>
    public bool CanStall { get; init; }

    /// <summary>True if it and its bus offer ATS.</summary>
    public bool Ats { get; init; }

    /// <summary>True if it offers PRI.</summary>
    public bool Pri { get; init; }

    /// <summary>Firmware: its accesses can be made cacheable write-back whatever it asks for.</summary>
    public bool CanWriteBackNonSnooped { get; init; }

    /// <summary>Firmware: its memory traffic is coherent.</summary>
    public bool Coherent { get; init; } = true;
}

/// <summary>What is wanted of a domain.</summary>
public sealed record DomainRequest
{
    /// <summary>Abort, identity, or paging.</summary>
    public required DomainKind Kind { get; init; }

    /// <summary>For paging: which stage; the driver may refuse what the hardware lacks.</summary>
    public DomainStage Stage { get; init; } = DomainStage.Any;

    /// <summary>The SMMUs whose common abilities a paging domain is sized for; at least one.</summary>
    public ImmutableArray<SmmuHandle> Smmus { get; init; } = [];

    /// <summary>For paging at stage 2: guests may put a stage 1 of their own on top of it (<see cref="INesting"/>).</summary>
    public bool NestParent { get; init; }

    /// <summary>For paging: it can be told which pages devices write (<see cref="IDirtyTracking"/>).</summary>
    public bool DirtyTracking { get; init; }

    /// <summary>When unmapped ranges must be forgotten; null: the driver's declared policy.</summary>
    public FlushMode? FlushMode { get; init; }
}

/// <summary>What a domain does with accesses.</summary>
public enum DomainKind : byte
{
    /// <summary>Refuses all of them.</summary>
    Blocked,

    /// <summary>Passes them unchanged.</summary>
    Identity,

    /// <summary>Translates them by its own page tables.</summary>
    Paging,
}

/// <summary>The stage at which a paging domain translates.</summary>
public enum DomainStage : byte
{
    /// <summary>The driver's choice.</summary>
    Any,

    /// <summary>Stage 1.</summary>
    Stage1,

    /// <summary>Stage 2.</summary>
    Stage2,
}

/// <summary>What a mapping allows and how memory is reached through it.</summary>
[Flags]
public enum Protection : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The device may read.</summary>
    Read = 1 << 0,

    /// <summary>The device may write.</summary>
    Write = 1 << 1,

    /// <summary>The device may not fetch instructions.</summary>
    NoExecute = 1 << 2,

    /// <summary>Accesses are Write-Back cacheable and shareable. Without it, and without <see cref="Device"/>, they are not cached.</summary>
    Cache = 1 << 3,

    /// <summary>Device memory (registers of another device, a doorbell).</summary>
    Device = 1 << 4,

    /// <summary>Privileged accesses only.</summary>
    Privileged = 1 << 5,
}

/// <summary>What a paging domain can map.</summary>
/// <param name="PageSizes">Sizes of pages and blocks, one bit each (bit 12: 4 KiB).</param>
/// <param name="InputBits">Input addresses are below 2 to this power.</param>
/// <param name="OutputBits">Output addresses are below 2 to this power.</param>
public readonly record struct DomainGeometry(ulong PageSizes, byte InputBits, byte OutputBits);

/// <summary>An interrupt of an SMMU.</summary>
public enum InterruptSource : byte
{
    /// <summary>The event queue has become non-empty, or has overflowed.</summary>
    EventQueue,

    /// <summary>The PRI queue has become non-empty, or has overflowed.</summary>
    PriQueue,

    /// <summary>SMMU_GERROR has an active error.</summary>
    GlobalError,

    /// <summary>A CMD_SYNC has completed.</summary>
    CommandSync,

    /// <summary>One wire serves all of them: any, or several, of the others. §3.18.2</summary>
    Combined,
}
