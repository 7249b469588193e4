using System.Collections.Immutable;
using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>A device behind one SMMU, which reads and writes memory by input addresses. It has no translation cache of its own.</summary>
public sealed class Endpoint
{
    // The smallest granule: no translation is finer.
    private const int PageBytes = 4096;

    private readonly PhysicalMemory _memory;

    internal Endpoint(Smmu smmu, PhysicalMemory memory, ImmutableArray<StreamId> streams)
    {
        if (streams.IsEmpty)
            throw new ArgumentException("a device has at least one StreamID", nameof(streams));
        (Smmu, _memory, Streams) = (smmu, memory, streams);
    }

    /// <summary>The SMMU it is behind.</summary>
    public Smmu Smmu { get; }

    /// <summary>The StreamIDs it uses.</summary>
    public ImmutableArray<StreamId> Streams { get; }

    /// <summary>Reads bytes, each page translated by itself.</summary>
    /// <param name="address">Input address of the first byte.</param>
    /// <param name="into">Where the bytes go; zero where the read returned none.</param>
    /// <param name="attributes">What the device says of the transactions.</param>
    /// <param name="stream">Which of its StreamIDs, by index.</param>
    public DmaResult Read(
        Iova address,
        Span<byte> into,
        DmaAttributes attributes = default,
        int stream = 0
    )
    {
        into.Clear();
        var progress = new DmaResult(DmaOutcome.Done, 0, address, default);
        for (var done = 0; done < into.Length; )
        {
            var (at, bytes) = Piece(address, done, into.Length);
            var translation = Translate(at, false, attributes, stream);
            var ok =
                translation.Passed && _memory.TryRead(translation.Address, into.Slice(done, bytes));
            if (!Continue(ref progress, translation, at, bytes, ok))
                return progress;
            done += bytes;
        }
        return progress;
    }

    /// <summary>Writes bytes, each page translated by itself.</summary>
    /// <param name="address">Input address of the first byte.</param>
    /// <param name="from">The bytes.</param>
    /// <param name="attributes">What the device says of the transactions.</param>
    /// <param name="stream">Which of its StreamIDs, by index.</param>
    public DmaResult Write(
        Iova address,
        ReadOnlySpan<byte> from,
        DmaAttributes attributes = default,
        int stream = 0
    )
    {
        var progress = new DmaResult(DmaOutcome.Done, 0, address, default);
        for (var done = 0; done < from.Length; )
        {
            var (at, bytes) = Piece(address, done, from.Length);
            var translation = Translate(at, true, attributes, stream);
            var ok =
                translation.Passed
                && _memory.TryWrite(translation.Address, from.Slice(done, bytes));
            if (!Continue(ref progress, translation, at, bytes, ok))
                return progress;
            done += bytes;
        }
        return progress;
    }

    private Translation Translate(Iova address, bool write, DmaAttributes attributes, int stream) =>
        Smmu.Access(
            new Transaction
            {
                Stream = Streams[stream],
                SubstreamValid = attributes.Substream is not null,
                Substream = attributes.Substream ?? default,
                Address = address,
                Write = write,
                Privileged = attributes.Privileged,
                Instruction = attributes.Instruction,
            }
        );

    private static (Iova At, int Bytes) Piece(Iova address, int done, int total)
    {
        var at = new Iova(unchecked(address.Value + (ulong)done));
        var left = PageBytes - (int)(at.Value % PageBytes);
        return (at, Math.Min(left, total - done));
    }

    // Notes what became of one page; false ends the DMA.
    private static bool Continue(
        ref DmaResult progress,
        in Translation translation,
        Iova at,
        int bytes,
        bool ok
    )
    {
        if (ok)
        {
            progress = progress with { Transferred = progress.Transferred + bytes };
            return true;
        }
        var outcome =
            translation.Passed ? DmaOutcome.MemoryAborted
            : translation.Stalled ? DmaOutcome.Stalled
            : translation.Response == FaultResponse.ReadZeroWriteIgnored
                ? DmaOutcome.ReadZeroWriteIgnored
            : DmaOutcome.Aborted;
        var first = progress.Outcome == DmaOutcome.Done;
        var goesOn = outcome == DmaOutcome.ReadZeroWriteIgnored;
        if (first || !goesOn)
            progress = progress with { Outcome = outcome, At = at, Last = translation };
        return goesOn;
    }
}
