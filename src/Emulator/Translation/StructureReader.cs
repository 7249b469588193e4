using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>Reads configuration structures from memory (§3.4.3, §13.8).</summary>
/// <param name="port">Memory as this SMMU sees it.</param>
/// <param name="outputBits">Size of a physical address.</param>
internal sealed class StructureReader(SmmuPort port, int outputBits)
{
    /// <summary>Is told of every structure that is read.</summary>
    public ISmmuObserver? Observer { get; set; }

    /// <summary>Reads every word of a structure; false is a failed fetch.</summary>
    /// <param name="at">Where it stands.</param>
    /// <param name="access">Attributes of the access.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="stream">For whom.</param>
    /// <param name="words">What was read.</param>
    public bool TryRead(
        PhysicalAddress at,
        MemoryAttributes access,
        FetchKind kind,
        StreamId stream,
        Span<ulong> words
    )
    {
        // An address beyond the output size is a failed fetch, not a truncated one. §3.4.3
        if (!at.Value.Fits(outputBits))
            return false;
        if (!port.TryRead(at, access, words))
            return false;
        Observer?.Fetched(kind, stream, at, access);
        return true;
    }

    /// <summary>The address as an event record can hold it: no bits beyond the output size (§7.3.4).</summary>
    public PhysicalAddress Reported(PhysicalAddress at) => at.Value & ((1ul << outputBits) - 1);
}
