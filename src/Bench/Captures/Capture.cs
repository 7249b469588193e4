using System.Collections.Immutable;
using SmmuConformance.Architecture;

namespace SmmuConformance.Bench;

/// <summary>What one Linux kernel wrote to one SMMU, from its start to the machine's end.</summary>
public sealed record Capture
{
    /// <summary>Name, also of the file: kernel version, then what is special about the run.</summary>
    public required string Name { get; init; }

    /// <summary>The kernel's full version.</summary>
    public required string Kernel { get; init; }

    /// <summary>What was changed of the hardware before the start, in words; empty: nothing.</summary>
    public required string Notes { get; init; }

    /// <summary>Registers as they stood after the start, by the manual's name without SMMU_.</summary>
    public required ImmutableDictionary<string, ulong> Registers { get; init; }

    /// <summary>Where the registers stand, for messages.</summary>
    public required string RegistersSource { get; init; }

    /// <summary>From the first register access until user space ran.</summary>
    public required CapturePhase Boot { get; init; }

    /// <summary>What was done afterwards, in order.</summary>
    public required ImmutableArray<CapturePhase> Actions { get; init; }

    /// <summary>The start, then every action.</summary>
    public IEnumerable<CapturePhase> Phases => [Boot, .. Actions];

    /// <summary>Kernel release: what stands before the first hyphen of the name, as 6.12.</summary>
    public string Release => Name[..Name.IndexOf('-', StringComparison.Ordinal)];

    /// <summary>One register as it stood after the start.</summary>
    public ulong Register(string name) =>
        Registers.TryGetValue(name, out var value)
            ? value
            : throw new CaptureFormatException(
                $"{RegistersSource} has no \"{name}\"; what the hardware is follows from it"
            );

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>One stretch of a capture.</summary>
public sealed record CapturePhase
{
    /// <summary>Short name: boot, or the action's.</summary>
    public required string Label { get; init; }

    /// <summary>What was typed, in the guest or to QEMU (QMP); empty if nothing was.</summary>
    public required string Command { get; init; }

    /// <summary>Register accesses, table stores and commands, in order.</summary>
    public required ImmutableArray<CaptureEvent> Events { get; init; }

    /// <summary>The devices that are there, or whose driver or group changed in this phase.</summary>
    public required ImmutableArray<CapturedDevice> Devices { get; init; }

    /// <summary>Entries as memory was dumped at the end, where they differ from the last dump.</summary>
    public required ImmutableArray<CapturedEntry> Entries { get; init; }
}

/// <summary>A device as the kernel listed it.</summary>
/// <param name="Name">PCI address, or the platform device's name.</param>
/// <param name="Stream">PCI requester id, which is the StreamID.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Driver">The driver bound to it, or null.</param>
/// <param name="Group">Its IOMMU group, or null.</param>
/// <param name="GroupType">Its group's default domain: DMA, DMA-FQ, identity; or null.</param>
public sealed record CapturedDevice(
    string Name,
    StreamId Stream,
    string Kind,
    string? Driver,
    string? Group,
    string? GroupType
);

/// <summary>A stream's entry in a dump of memory, with the CDs behind it.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Ste">Its entry.</param>
/// <param name="L1Cds">Level 1 context descriptors by index, if the table has two levels.</param>
/// <param name="Cds">Every CD that is not all zero.</param>
public sealed record CapturedEntry(
    StreamId Stream,
    Ste Ste,
    ImmutableDictionary<int, L1Cd> L1Cds,
    ImmutableArray<CapturedCd> Cds
);

/// <summary>One CD in a dump of memory.</summary>
/// <param name="Substream">Its index.</param>
/// <param name="Address">Where it lies.</param>
/// <param name="Cd">Its words.</param>
public sealed record CapturedCd(SubstreamId Substream, PhysicalAddress Address, Cd Cd);
