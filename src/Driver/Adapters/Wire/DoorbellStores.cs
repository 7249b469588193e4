using System.Buffers.Binary;
using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Adapters.Wire;

/// <summary>
/// The stores of a driver that writes the memory window itself: what differs from memory when it says something. In what order it
/// wrote is not known; it is taken to be that of addresses.
/// </summary>
/// <param name="window">Where it writes.</param>
internal sealed class DoorbellStores(MemoryWindow window)
{
    private const int Piece = 4096;
    private readonly SortedDictionary<ulong, ulong> _blocks = [];
    private readonly byte[] _is = new byte[Piece];
    private readonly byte[] _was = new byte[Piece];

    /// <summary>The driver has memory from now on.</summary>
    public void Allocated(PhysicalAddress address, ulong bytes) => _blocks[address.Value] = bytes;

    /// <summary>It has it no more.</summary>
    public void Freed(PhysicalAddress address) => _blocks.Remove(address.Value);

    /// <summary>Makes the stores that are seen.</summary>
    public void Bring(ISystem system, IMemoryChanges memory)
    {
        foreach (var (start, bytes) in _blocks)
            for (var done = 0ul; done < bytes; done += Piece)
                Bring(system, memory, start + done, (int)Math.Min(Piece, bytes - done));
    }

    private void Bring(ISystem system, IMemoryChanges memory, ulong start, int bytes)
    {
        var now = _is.AsSpan(0, bytes);
        var before = _was.AsSpan(0, bytes);
        window.Read(start, now);
        memory.Peek(start, before);
        if (now.SequenceEqual(before))
            return;
        for (var at = 0; at + 8 <= bytes; at += 8)
            if (!now.Slice(at, 8).SequenceEqual(before.Slice(at, 8)))
                system.Store(
                    start + (ulong)at,
                    BinaryPrimitives.ReadUInt64LittleEndian(now.Slice(at, 8))
                );
    }
}
