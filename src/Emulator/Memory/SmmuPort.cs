using System.Buffers.Binary;
using System.Runtime.InteropServices;
using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// Memory as one SMMU sees it: its structure fetches, table walks, descriptor updates, queue accesses and MSIs go
/// through here, each with its attributes (§13.8).
/// </summary>
/// <param name="memory">The memory that everything shares.</param>
/// <param name="stores">What PEs have stored and may not be seen yet; null: everything is.</param>
/// <param name="coherent">Its cacheable and shareable accesses look into the caches of PEs (IDR0.COHACC).</param>
public sealed class SmmuPort(PhysicalMemory memory, CpuStores? stores = null, bool coherent = true)
{
    /// <summary>An aligned 64-bit load; false is an external abort.</summary>
    /// <param name="address">A multiple of 8.</param>
    /// <param name="attributes">Of the access.</param>
    /// <param name="value">What was read.</param>
    public bool TryRead64(PhysicalAddress address, MemoryAttributes attributes, out ulong value)
    {
        if (!memory.TryRead64(address, out value))
            return false;
        if (
            stores is { HidesNothing: false }
            && stores.Hides(address, Snoops(attributes), out var old)
        )
            value = old;
        return true;
    }

    /// <summary>An aligned load of a structure; false is an external abort.</summary>
    /// <param name="address">A multiple of 8.</param>
    /// <param name="attributes">Of the access.</param>
    /// <param name="words">What was read.</param>
    public bool TryRead(PhysicalAddress address, MemoryAttributes attributes, Span<ulong> words)
    {
        if (!memory.TryRead(address, MemoryMarshal.AsBytes(words)))
            return false;
        if (!BitConverter.IsLittleEndian)
            BinaryPrimitives.ReverseEndianness(words, words);
        if (stores is { HidesNothing: false })
            for (var w = 0; w < words.Length; w++)
                if (stores.Hides(address + (8ul * (uint)w), Snoops(attributes), out var old))
                    words[w] = old;
        return true;
    }

    /// <summary>An aligned 64-bit store; false is an external abort, and nothing was written.</summary>
    /// <param name="address">A multiple of 8.</param>
    /// <param name="attributes">Of the access.</param>
    /// <param name="value">What to write.</param>
    public bool TryWrite64(PhysicalAddress address, MemoryAttributes attributes, ulong value)
    {
        stores?.Overwritten(address);
        return memory.TryWrite64(address, value);
    }

    /// <summary>An aligned 32-bit store, of an MSI; false is an external abort, and nothing was written.</summary>
    /// <param name="address">A multiple of 4.</param>
    /// <param name="attributes">Of the access.</param>
    /// <param name="value">What to write.</param>
    public bool TryWrite32(PhysicalAddress address, MemoryAttributes attributes, uint value)
    {
        stores?.Overwritten(address);
        return memory.TryWrite32(address, value);
    }

    /// <summary>
    /// An atomic update of an aligned 64-bit word, as of a descriptor's flags (§3.13); false is an external abort.
    /// </summary>
    /// <param name="address">A multiple of 8.</param>
    /// <param name="attributes">Of the access.</param>
    /// <param name="expected">What the word must hold.</param>
    /// <param name="next">What it then holds.</param>
    /// <param name="done">It held that; otherwise nothing was written.</param>
    public bool TryExchange64(
        PhysicalAddress address,
        MemoryAttributes attributes,
        ulong expected,
        ulong next,
        out bool done
    )
    {
        done = false;
        if (!TryRead64(address, attributes, out var now))
            return false;
        if (now != expected)
            return true;
        done = true;
        return TryWrite64(address, attributes, next);
    }

    private bool Snoops(MemoryAttributes attributes) => coherent && attributes.Snoops;
}
