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
/// <param name="faults">Makes single accesses fail; null: none.</param>
/// <param name="updates">Takes note of updates that PEs do not see yet; null: they see all.</param>
public sealed class SmmuPort(
    PhysicalMemory memory,
    CpuStores? stores = null,
    bool coherent = true,
    AccessFaults? faults = null,
    FlagUpdates? updates = null
)
{
    /// <summary>The same memory for who only looks: its accesses neither count nor fail.</summary>
    public SmmuPort Unobtrusive => faults is null ? this : new(memory, stores, coherent);

    /// <summary>An aligned 64-bit load; false is an external abort.</summary>
    /// <param name="address">A multiple of 8.</param>
    /// <param name="attributes">Of the access.</param>
    /// <param name="value">What was read.</param>
    public bool TryRead64(PhysicalAddress address, MemoryAttributes attributes, out ulong value)
    {
        if (!memory.TryFetch64(address, out value) || Fails(OwnAccesses.Fetches))
            return false;
        value = Seen(address, attributes, value);
        return true;
    }

    /// <summary>An aligned load of a structure; false is an external abort.</summary>
    /// <param name="address">A multiple of 8.</param>
    /// <param name="attributes">Of the access.</param>
    /// <param name="words">What was read.</param>
    public bool TryRead(PhysicalAddress address, MemoryAttributes attributes, Span<ulong> words)
    {
        if (!memory.TryFetch(address, MemoryMarshal.AsBytes(words)) || Fails(OwnAccesses.Fetches))
            return false;
        if (!BitConverter.IsLittleEndian)
            BinaryPrimitives.ReverseEndianness(words, words);
        if (stores is { HidesNothing: false })
            for (var w = 0; w < words.Length; w++)
                words[w] = Seen(address + (8ul * (uint)w), attributes, words[w]);
        return true;
    }

    /// <summary>A record written whole; false is an external abort, and nothing was written.</summary>
    /// <param name="address">A multiple of 8.</param>
    /// <param name="attributes">Of the access.</param>
    /// <param name="words">What to write.</param>
    public bool TryWrite(
        PhysicalAddress address,
        MemoryAttributes attributes,
        ReadOnlySpan<ulong> words
    )
    {
        if (memory.Aborts(address, 8ul * (uint)words.Length) || Fails(OwnAccesses.Records))
            return false;
        for (var w = 0; w < words.Length; w++)
            Write64(address + (8ul * (uint)w), words[w]);
        return true;
    }

    /// <summary>An aligned 32-bit store, of an MSI; false is an external abort, and nothing was written.</summary>
    /// <param name="address">A multiple of 4.</param>
    /// <param name="attributes">Of the access.</param>
    /// <param name="value">What to write.</param>
    public bool TryWrite32(PhysicalAddress address, MemoryAttributes attributes, uint value)
    {
        if (memory.Aborts(address, 4) || Fails(OwnAccesses.Messages))
            return false;
        stores?.Overwritten(address);
        return memory.TryPut32(address, value);
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
        if (!memory.TryFetch64(address, out var now) || Fails(OwnAccesses.Updates))
            return false;
        if (Seen(address, attributes, now) != expected)
            return true;
        done = true;
        updates?.Update(address, now);
        Write64(address, next);
        return true;
    }

    private void Write64(PhysicalAddress address, ulong value)
    {
        stores?.Overwritten(address);
        if (!memory.TryPut64(address, value))
            throw new MemoryAbortException(address);
    }

    // Nothing is armed, as a rule.
    private bool Fails(OwnAccesses kind) => faults is { Armed: true } && faults.Strikes(kind);

    // What a word looks like to who reads it with such attributes.
    private ulong Seen(PhysicalAddress address, MemoryAttributes attributes, ulong newest) =>
        stores is { HidesNothing: false }
        && stores.Hides(address, coherent && attributes.Snoops, out var old)
            ? old
            : newest;
}
