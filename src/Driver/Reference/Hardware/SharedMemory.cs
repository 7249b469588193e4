using System.Numerics;
using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>Memory that driver and SMMU both use. What the SMMU is to see must be published.</summary>
internal sealed class SharedMemory(ISystem system, bool coherent)
{
    /// <summary>A gate for what is shared here.</summary>
    public Gate NewGate() => new(system);

    /// <summary>An empty list of invalidations for a page table in this memory.</summary>
    public InvalidationList NewInvalidations() => new(system);

    /// <summary>Zeroed memory, or null if there is none left.</summary>
    /// <param name="bytes">Size; alignment is at least the same.</param>
    public PhysicalAddress? Allocate(ulong bytes) =>
        system.Allocate(bytes, ulong.Max(64, BitOperations.RoundUpToPowerOf2(bytes)));

    /// <summary>Gives back memory that no SMMU can reach any more.</summary>
    public void Free(PhysicalAddress address) => system.Free(address);

    /// <summary>Loads an aligned word.</summary>
    public ulong Load(PhysicalAddress address) => system.Load(address);

    /// <summary>Stores an aligned word in one piece. The SMMU may see it at any time from now on, or not yet.</summary>
    public void Store(PhysicalAddress address, ulong value) => system.Store(address, value);

    /// <summary>Stores a word if it is what is expected, though hardware may change it.</summary>
    /// <returns>What it was.</returns>
    public ulong CompareExchange(PhysicalAddress address, ulong expected, ulong value) =>
        system.CompareExchange(address, expected, value);

    /// <summary>Writes stores back where the SMMU does not look into caches. Orders nothing.</summary>
    public void Clean(PhysicalAddress address, ulong bytes)
    {
        if (!coherent)
            system.Clean(address, bytes);
    }

    /// <summary>Every store before is seen before any store or register write after.</summary>
    public void Barrier() => system.Barrier();

    /// <summary>What was stored here is seen before anything stored later.</summary>
    public void Publish(PhysicalAddress address, ulong bytes)
    {
        Clean(address, bytes);
        Barrier();
    }
}
