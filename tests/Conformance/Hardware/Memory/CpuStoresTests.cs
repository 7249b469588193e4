using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Stores on their way from a PE to memory, as an SMMU sees them.</summary>
public sealed class CpuStoresTests
{
    private static readonly MemoryAttributes Snooping = MemoryAttributes.Of(
        0xff,
        Shareability.Inner
    );
    private static readonly PhysicalAddress At = 0x1000;

    [Fact]
    public void A_store_in_the_buffer_is_seen_after_the_barrier()
    {
        var (stores, memory, port) = Of(StoreVisibility.AtBarrier);

        Store(stores, memory, 7);
        Assert.Equal(0ul, Read(port, Snooping));
        stores.Complete();
        Assert.Equal(7ul, Read(port, Snooping));
    }

    [Fact]
    public void A_clean_alone_orders_nothing()
    {
        var (stores, memory, port) = Of(StoreVisibility.AtOnce);

        Store(stores, memory, 7);
        stores.Clean(At, 8);
        Assert.Equal(0ul, Read(port, MemoryAttributes.NonCacheable));
        stores.Complete();
        Assert.Equal(7ul, Read(port, MemoryAttributes.NonCacheable));
    }

    [Fact]
    public void A_store_after_the_clean_is_not_cleaned_by_it()
    {
        var (stores, memory, port) = Of(StoreVisibility.AtOnce);

        Store(stores, memory, 7);
        stores.Clean(At, 8);
        Store(stores, memory, 8);
        stores.Complete();

        Assert.Equal(7ul, Read(port, MemoryAttributes.NonCacheable));
        Assert.Equal(8ul, Read(port, Snooping));
    }

    [Fact]
    public void Whole_lines_are_cleaned()
    {
        var (stores, memory, port) = Of(StoreVisibility.AtOnce);

        Store(stores, memory, 7);
        stores.Clean(At + 56, 8);
        stores.Complete();

        Assert.Equal(7ul, Read(port, MemoryAttributes.NonCacheable));
    }

    [Fact]
    public void What_the_SMMU_writes_is_seen_by_all()
    {
        var (stores, memory, port) = Of(StoreVisibility.AtBarrier);

        Store(stores, memory, 7);
        port.TryWrite(At, MemoryAttributes.NonCacheable, [9]);

        Assert.Equal(9ul, Read(port, MemoryAttributes.NonCacheable));
        Assert.Equal(9ul, memory.Read64(At));
    }

    [Fact]
    public void Who_gets_freed_memory_finds_nothing_of_what_was_stored_in_it()
    {
        var (stores, memory, port) = Of(StoreVisibility.AtOnce);

        Store(stores, memory, 7);
        stores.Freed(At, 8);
        memory.Write64(At, 9);

        Assert.Equal(9ul, Read(port, MemoryAttributes.NonCacheable));
    }

    [Fact]
    public void At_random_two_stores_are_seen_in_every_order()
    {
        var seen = new HashSet<(ulong, ulong)>();
        for (var seed = 0ul; seed < 64; seed++)
        {
            var memory = new PhysicalMemory();
            var stores = new CpuStores(StoreVisibility.Seeded, seed);
            var port = new SmmuPort(memory, stores);
            Store(stores, memory, 1);
            stores.Store(At + 8, 0);
            memory.Write64(At + 8, 1);
            port.TryRead64(At + 8, Snooping, out var second);
            seen.Add((Read(port, Snooping), second));
        }

        Assert.Equal(4, seen.Count);
    }

    private static (CpuStores, PhysicalMemory, SmmuPort) Of(StoreVisibility visibility)
    {
        var memory = new PhysicalMemory();
        var stores = new CpuStores(visibility, seed: 1);
        return (stores, memory, new SmmuPort(memory, stores));
    }

    private static void Store(CpuStores stores, PhysicalMemory memory, ulong value)
    {
        stores.Store(At, memory.Read64(At));
        memory.Write64(At, value);
    }

    private static ulong Read(SmmuPort port, MemoryAttributes attributes)
    {
        Assert.True(port.TryRead64(At, attributes, out var value));
        return value;
    }
}
