using System.Buffers.Binary;
using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// The system's memory: little-endian bytes below a stated size, kept in chunks of 16 KiB that exist once written. An
/// access beyond the size, or within a range set to abort, is an external abort.
/// </summary>
public sealed partial class PhysicalMemory
{
    private const int ChunkBits = 14;
    private const ulong ChunkBytes = 1ul << ChunkBits;

    // Tables lie scattered: a walk of 24 loads touches a dozen chunks, and a dictionary costs more than the load.
    private const int RecentChunks = 256;

    private readonly IOtherHardware? _other;
    private readonly Dictionary<ulong, byte[]> _chunks = [];
    private readonly RecentChunk[] _recent = new RecentChunk[RecentChunks];
    private readonly List<(ulong First, ulong Last)> _aborts = [];

    // Numbers of the chunks that were written since they were asked for; null if nobody asks.
    private HashSet<ulong>? _changed;

    /// <summary>An empty memory.</summary>
    /// <param name="bytes">Size; every address from here up aborts.</param>
    public PhysicalMemory(ulong bytes = 1ul << 52)
        : this(bytes, null) { }

    /// <summary>An empty memory, and how it looks to PEs.</summary>
    /// <param name="bytes">Size; every address from here up aborts.</param>
    /// <param name="other">What PEs read and store; null: this.</param>
    internal PhysicalMemory(ulong bytes, IOtherHardware? other) => (Bytes, _other) = (bytes, other);

    /// <summary>Size in bytes.</summary>
    public ulong Bytes { get; }

    /// <summary>Makes every access that touches the range abort.</summary>
    public void AbortRange(PhysicalAddress start, ulong bytes)
    {
        ArgumentOutOfRangeException.ThrowIfZero(bytes);
        if (_other is not null)
            throw new NotOnThisPlatformException("memory that aborts where it did not before");
        _aborts.Add((start.Value, start.Value + (bytes - 1)));
    }

    /// <summary>Makes every range that aborted accessible again.</summary>
    public void ClearAborts() => _aborts.Clear();

    /// <summary>True if an access to these bytes is an external abort.</summary>
    public bool Aborts(PhysicalAddress start, ulong bytes)
    {
        if (bytes == 0)
            return false;
        if (start.Value >= Bytes || bytes > Bytes - start.Value)
            return true;
        return _aborts.Count != 0 && Touches(start, bytes);
    }

    private bool Touches(PhysicalAddress start, ulong bytes)
    {
        var last = start.Value + (bytes - 1);
        foreach (var abort in _aborts)
            if (start.Value <= abort.Last && abort.First <= last)
                return true;
        return false;
    }

    /// <summary>An aligned 64-bit load; false is an external abort.</summary>
    /// <exception cref="ArgumentException">The address is not a multiple of 8.</exception>
    public bool TryRead64(PhysicalAddress address, out ulong value)
    {
        if (_other?.Has(address, sizeof(ulong)) is not true)
            return TryFetch64(address, out value);
        value = LoadOther(address);
        return true;
    }

    /// <summary>The same for hardware: other hardware reads its own memory itself.</summary>
    internal bool TryFetch64(PhysicalAddress address, out ulong value)
    {
        RequireAlignment(address, 8);
        if (Aborts(address, 8))
        {
            value = 0;
            return false;
        }
        value = Find(address.Value) is { } chunk
            ? BinaryPrimitives.ReadUInt64LittleEndian(chunk.AsSpan(Within(address.Value)))
            : 0;
        return true;
    }

    /// <summary>An aligned 64-bit store; false is an external abort, and nothing was written.</summary>
    /// <exception cref="ArgumentException">The address is not a multiple of 8.</exception>
    public bool TryWrite64(PhysicalAddress address, ulong value)
    {
        if (!TryPut64(address, value))
            return false;
        if (_other is not null)
            Mirror(address);
        return true;
    }

    /// <summary>The same for hardware: other hardware writes its own memory itself.</summary>
    internal bool TryPut64(PhysicalAddress address, ulong value)
    {
        RequireAlignment(address, 8);
        if (Aborts(address, 8))
            return false;
        BinaryPrimitives.WriteUInt64LittleEndian(
            FindOrAdd(address.Value).AsSpan(Within(address.Value)),
            value
        );
        return true;
    }

    /// <summary>An aligned 32-bit store; false is an external abort, and nothing was written.</summary>
    /// <exception cref="ArgumentException">The address is not a multiple of 4.</exception>
    public bool TryWrite32(PhysicalAddress address, uint value)
    {
        if (!TryPut32(address, value))
            return false;
        if (_other is not null)
            Mirror(address);
        return true;
    }

    /// <summary>The same for hardware: other hardware writes its own memory itself.</summary>
    internal bool TryPut32(PhysicalAddress address, uint value)
    {
        RequireAlignment(address, 4);
        if (Aborts(address, 4))
            return false;
        BinaryPrimitives.WriteUInt32LittleEndian(
            FindOrAdd(address.Value).AsSpan(Within(address.Value)),
            value
        );
        return true;
    }

    /// <summary>A load by whoever owns the memory: the CPU or a test.</summary>
    /// <exception cref="MemoryAbortException">The access aborts.</exception>
    public ulong Read64(PhysicalAddress address) =>
        TryRead64(address, out var value) ? value : throw new MemoryAbortException(address);

    /// <summary>A 32-bit load by whoever owns the memory.</summary>
    /// <exception cref="MemoryAbortException">The access aborts.</exception>
    public uint Read32(PhysicalAddress address)
    {
        RequireAlignment(address, 4);
        var word = Read64(new(address.Value & ~7ul));
        return unchecked((uint)(word >> (int)(8 * (address.Value & 4))));
    }

    /// <summary>A store by whoever owns the memory.</summary>
    /// <exception cref="MemoryAbortException">The access aborts.</exception>
    public void Write64(PhysicalAddress address, ulong value)
    {
        if (!TryWrite64(address, value))
            throw new MemoryAbortException(address);
    }

    /// <summary>Reads bytes at any alignment; false is an external abort, and nothing was read.</summary>
    public bool TryRead(PhysicalAddress start, Span<byte> into)
    {
        if (_other?.Has(start, (ulong)into.Length) is not true)
            return TryFetch(start, into);
        _other.Load(start, into);
        return true;
    }

    /// <summary>The same for hardware: other hardware reads its own memory itself.</summary>
    internal bool TryFetch(PhysicalAddress start, Span<byte> into)
    {
        if (Aborts(start, (ulong)into.Length))
            return false;
        for (var at = start.Value; into.Length > 0; )
        {
            var here = into[..Math.Min(into.Length, (int)(ChunkBytes - (at % ChunkBytes)))];
            if (Find(at) is { } chunk)
                chunk.AsSpan(Within(at), here.Length).CopyTo(here);
            else
                here.Clear();
            at += (ulong)here.Length;
            into = into[here.Length..];
        }
        return true;
    }

    /// <summary>Writes bytes at any alignment; false is an external abort, and nothing was written.</summary>
    public bool TryWrite(PhysicalAddress start, ReadOnlySpan<byte> from)
    {
        if (Aborts(start, (ulong)from.Length))
            return false;
        _other?.Store(start, from);
        for (var at = start.Value; from.Length > 0; )
        {
            var here = from[..Math.Min(from.Length, (int)(ChunkBytes - (at % ChunkBytes)))];
            here.CopyTo(FindOrAdd(at).AsSpan(Within(at)));
            at += (ulong)here.Length;
            from = from[here.Length..];
        }
        return true;
    }

    /// <summary>Writes zeros. What was never written costs nothing.</summary>
    /// <exception cref="MemoryAbortException">The access aborts.</exception>
    public void Clear(PhysicalAddress start, ulong bytes)
    {
        if (Aborts(start, bytes))
            throw new MemoryAbortException(start);
        _other?.Clear(start, bytes);
        for (var at = start.Value; bytes > 0; )
        {
            var here = Math.Min(bytes, ChunkBytes - (at % ChunkBytes));
            if (Find(at) is { } chunk)
            {
                chunk.AsSpan(Within(at), (int)here).Clear();
                _changed?.Add(at >> ChunkBits);
            }
            at += here;
            bytes -= here;
        }
    }

    /// <summary>
    /// Tells each chunk that was written since the last time, whole; the first time every chunk there is. From then on note is
    /// taken of what is written, which costs a little at every store.
    /// </summary>
    public void TakeChanges(MemoryPiece told)
    {
        _changed ??= [.. _chunks.Keys];
        _other?.TellWritten(Adopt);
        foreach (var key in _changed)
            told(key << ChunkBits, _chunks[key]);
        _changed.Clear();
    }

    /// <summary>The first word that is not zero in a range of whole words; null if all are, or the range aborts.</summary>
    public PhysicalAddress? FirstNonZero(PhysicalAddress start, ulong bytes)
    {
        RequireAlignment(start, 8);
        if (Aborts(start, bytes))
            return null;
        if (_other is not null)
            return FirstNonZeroOther(start, bytes);
        for (var at = start.Value; bytes > 0; )
        {
            var here = Math.Min(bytes, ChunkBytes - (at % ChunkBytes));
            if (
                Find(at) is { } chunk
                && chunk.AsSpan(Within(at), (int)here).IndexOfAnyExcept((byte)0)
                    is var found
                        and >= 0
            )
                return (at + (ulong)found) & ~7ul;
            at += here;
            bytes -= here;
        }
        return null;
    }

    private static int Within(ulong address) => (int)(address % ChunkBytes);

    private static void RequireAlignment(PhysicalAddress address, ulong bytes)
    {
        if (address.Value % bytes != 0)
            Misaligned(address, bytes);
    }

    private static void Misaligned(PhysicalAddress address, ulong bytes) =>
        throw new ArgumentException($"{address} is not a multiple of {bytes}");

    private byte[]? Find(ulong address)
    {
        var key = address >> ChunkBits;
        ref var recent = ref _recent[(key ^ (key >> 8)) % RecentChunks];
        return recent.Key == key && recent.Chunk is { } chunk ? chunk : FindAgain(key, ref recent);
    }

    // A chunk that does not exist is not remembered: it may be created by the next store.
    private byte[]? FindAgain(ulong key, ref RecentChunk recent)
    {
        if (!_chunks.TryGetValue(key, out var chunk))
            return null;
        recent = new(key, chunk);
        return chunk;
    }

    private byte[] FindOrAdd(ulong address)
    {
        _changed?.Add(address >> ChunkBits);
        if (Find(address) is { } chunk)
            return chunk;
        var added = new byte[ChunkBytes];
        _chunks.Add(address >> ChunkBits, added);
        return added;
    }

    private readonly record struct RecentChunk(ulong Key, byte[]? Chunk);
}

/// <summary>A piece of memory.</summary>
/// <param name="start">Where it begins.</param>
/// <param name="bytes">What stands there.</param>
public delegate void MemoryPiece(PhysicalAddress start, ReadOnlySpan<byte> bytes);
