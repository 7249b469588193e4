using System.Collections.Immutable;
using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>Requester IDs that become StreamIDs of one SMMU, in order.</summary>
/// <param name="First">First Requester ID.</param>
/// <param name="Count">How many.</param>
/// <param name="Smmu">Which SMMU, by index.</param>
/// <param name="FirstStream">What the first becomes.</param>
public readonly record struct IdMapping(ushort First, uint Count, int Smmu, StreamId FirstStream);

/// <summary>A PCIe root complex: how the functions below it are known to SMMUs, and what it lets through.</summary>
public sealed record RootComplex
{
    /// <summary>Where each Requester ID goes; one that is in none of these does not pass an SMMU.</summary>
    public required ImmutableArray<IdMapping> Mappings { get; init; }

    /// <summary>It supports ATS.</summary>
    public bool Ats { get; init; }

    /// <summary>It supports PRI.</summary>
    public bool Pri { get; init; }

    /// <summary>Bits of a PASID that it passes on, 0 to 20.</summary>
    public byte PasidBits { get; init; }

    /// <summary>Accesses from below are coherent with the PEs' caches unless they ask otherwise.</summary>
    public bool Coherent { get; init; } = true;

    /// <summary>Translation can overrule No_snoop (IORT: CANWBS).</summary>
    public bool CanWriteBackNonSnooped { get; init; }

    /// <summary>Bits of an address that it passes on, 1 to 64.</summary>
    public byte AddressBits { get; init; } = 64;

    /// <summary>Where a Requester ID goes; null: past every SMMU.</summary>
    public (int Smmu, StreamId Stream)? Find(ushort requester)
    {
        foreach (var mapping in Mappings)
        {
            // In 64 bits: a mapping may reach beyond the largest StreamID, and what is there is none.
            var offset = (long)requester - mapping.First;
            var stream = mapping.FirstStream.Value + offset;
            if (offset >= 0 && offset < mapping.Count && stream <= uint.MaxValue)
                return (mapping.Smmu, (uint)stream);
        }
        return null;
    }

    /// <summary>
    /// A function below it as an SMMU and a driver see it: it has what both it and the root complex have.
    /// </summary>
    /// <param name="function">The function.</param>
    /// <exception cref="ArgumentException">One of its Requester IDs passes no SMMU, or they pass different ones.</exception>
    public DeviceNode Place(PcieFunction function)
    {
        var places = function.Requesters.Select(id => (Id: id, At: Find(id))).ToArray();
        if (places.Length == 0 || places.Any(place => place.At is null))
            throw new ArgumentException("a Requester ID passes no SMMU", nameof(function));
        var smmu = places[0].At!.Value.Smmu;
        if (places.Any(place => place.At!.Value.Smmu != smmu))
            throw new ArgumentException("its Requester IDs pass different SMMUs", nameof(function));
        return new()
        {
            Name = function.Name,
            Smmu = smmu,
            Streams = [.. places.Select(place => place.At!.Value.Stream)],
            IsPcie = true,
            Ats = Ats && function.Ats,
            Pri = Ats && Pri && function.Ats && function.Pri,
            SubstreamBits = byte.Min(PasidBits, function.PasidBits),
            CanStall = function.CanStall,
            Coherent = Coherent,
            CanWriteBackNonSnooped = CanWriteBackNonSnooped,
            AddressBits = byte.Min(AddressBits, function.AddressBits),
            Reserved = function.Reserved,
        };
    }
}
