using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Keeps every access that an SMMU makes for itself, with its attributes.</summary>
internal sealed class AccessLog : ISmmuObserver
{
    private readonly List<(
        FetchKind Kind,
        PhysicalAddress At,
        MemoryAttributes Attributes
    )> _reads = [];

    /// <summary>Attributes of queue entries written.</summary>
    public List<MemoryAttributes> QueueWrites { get; } = [];

    /// <summary>Attributes of MSIs.</summary>
    public List<MemoryAttributes> Msis { get; } = [];

    /// <summary>What was read, in order.</summary>
    public IEnumerable<FetchKind> Kinds => _reads.Select(read => read.Kind);

    /// <summary>How many structures of a kind were read.</summary>
    public int Count(FetchKind kind) => _reads.Count(read => read.Kind == kind);

    /// <summary>Attributes of every read of a kind, each once, in the manual's notation.</summary>
    public IEnumerable<string> Of(FetchKind kind) =>
        _reads.Where(read => read.Kind == kind).Select(read => $"{read.Attributes}").Distinct();

    /// <summary>Shareability of every read of a kind, each once; the notation leaves it out where it can only be Outer.</summary>
    public IEnumerable<Shareability> Shareabilities(FetchKind kind) =>
        _reads.Where(read => read.Kind == kind).Select(r => r.Attributes.Shareability).Distinct();

    /// <summary>Addresses of every read of a kind.</summary>
    public IEnumerable<PhysicalAddress> Places(FetchKind kind) =>
        _reads.Where(read => read.Kind == kind).Select(read => read.At);

    /// <inheritdoc/>
    public void Fetched(
        FetchKind kind,
        StreamId stream,
        PhysicalAddress address,
        MemoryAttributes attributes
    ) => _reads.Add((kind, address, attributes));

    /// <inheritdoc/>
    public void QueueWritten(PhysicalAddress address, MemoryAttributes attributes) =>
        QueueWrites.Add(attributes);

    /// <inheritdoc/>
    public void MsiWritten(PhysicalAddress address, uint data, MemoryAttributes attributes) =>
        Msis.Add(attributes);
}
