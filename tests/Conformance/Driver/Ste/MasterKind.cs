using System.Collections.Immutable;
using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Conformance.Driver;

/// <summary>A kind of device whose abilities a driver may let slip into an entry.</summary>
/// <param name="Name">The variant in a case's id.</param>
/// <param name="Description">Such a device.</param>
public sealed record MasterKind(string Name, MasterDescription Description)
{
    private static readonly StreamId Nic = 0x10;

    /// <summary>Devices that differ in one ability each.</summary>
    public static ImmutableArray<MasterKind> All { get; } =
    [
        new("plain", Plain),
        new("can-stall", Plain with { CanStall = true }),
        new("ats", Plain with { Ats = true }),
        new("substreams", Plain with { SubstreamBits = 5 }),
        new("not-coherent", Plain with { Coherent = false }),
        new("canwbs", Plain with { CanWriteBackNonSnooped = true }),
    ];

    private static MasterDescription Plain => new() { Name = "nic", Streams = [Nic] };

    /// <summary>The variant in a case's id.</summary>
    public override string ToString() => Name;
}
