using System.Collections.Immutable;

namespace SmmuConformance.Emulator;

/// <summary>What firmware says of a whole machine: an IORT, or the nodes of a device tree.</summary>
public sealed record MachineFirmware
{
    /// <summary>One for each SMMU of the machine, in the same order.</summary>
    public required ImmutableArray<SmmuNode> Smmus { get; init; }

    /// <summary>The devices that are known before any bus is searched.</summary>
    public ImmutableArray<DeviceNode> Devices { get; init; } = [];

    /// <summary>What honest firmware says of such SMMUs, with no device.</summary>
    public static MachineFirmware Of(ImmutableArray<Profile> smmus) =>
        new() { Smmus = [.. smmus.Select(SmmuNode.Of)] };
}
