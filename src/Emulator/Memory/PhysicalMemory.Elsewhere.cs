using System.Buffers.Binary;
using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

// Beside the memory of other hardware: what PEs store goes there too, and what they load comes from there.
public sealed partial class PhysicalMemory
{
    private const int PieceBytes = 4096;

    /// <summary>The word at an address of other hardware's memory, if it has one there, is again what it is here.</summary>
    internal void Restore(PhysicalAddress address)
    {
        if (_other!.Has(address.Value & ~7ul, sizeof(ulong)))
            Mirror(address);
    }

    private void Mirror(PhysicalAddress address)
    {
        address = address.Value & ~7ul;
        if (!TryFetch64(address, out var value))
            return;
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        _other!.Store(address, bytes);
    }

    // What other hardware has written is here what it is there, for who looks at what has changed.
    private void Adopt(PhysicalAddress start, ReadOnlySpan<byte> bytes)
    {
        for (var at = start.Value; bytes.Length > 0; )
        {
            var here = bytes[..Math.Min(bytes.Length, (int)(ChunkBytes - (at % ChunkBytes)))];
            var known = Find(at) is { } chunk ? chunk.AsSpan(Within(at), here.Length) : [];
            if (known.IsEmpty ? here.ContainsAnyExcept((byte)0) : !known.SequenceEqual(here))
                here.CopyTo(FindOrAdd(at).AsSpan(Within(at)));
            at += (ulong)here.Length;
            bytes = bytes[here.Length..];
        }
    }

    private ulong LoadOther(PhysicalAddress address)
    {
        RequireAlignment(address, 8);
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        _other!.Load(address, bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    // Where each load is a message, one for a word would take for ever.
    private PhysicalAddress? FirstNonZeroOther(PhysicalAddress start, ulong bytes)
    {
        Span<byte> piece = stackalloc byte[PieceBytes];
        for (var at = start.Value; bytes > 0; )
        {
            var here = piece[..(int)Math.Min(bytes, PieceBytes)];
            _other!.Load(at, here);
            if (here.IndexOfAnyExcept((byte)0) is var found and >= 0)
                return (at + (ulong)found) & ~7ul;
            at += (ulong)here.Length;
            bytes -= (ulong)here.Length;
        }
        return null;
    }
}
