using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>The memory that everything shares.</summary>
public sealed class PhysicalMemoryTests
{
    [Fact]
    public void Memory_that_was_never_written_reads_as_zero()
    {
        var memory = new PhysicalMemory();

        Assert.Equal(0ul, memory.Read64(new(0x1234_5678)));
    }

    [Fact]
    public void Bytes_are_little_endian_and_cross_chunks()
    {
        var memory = new PhysicalMemory();
        byte[] bytes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];

        memory.TryWrite(new(0xfff8), bytes);

        Assert.Equal(0x0807_0605_0403_0201ul, memory.Read64(new(0xfff8)));
        Assert.Equal(0x100f_0e0d_0c0b_0a09ul, memory.Read64(new(0x1_0000)));
    }

    [Fact]
    public void An_access_aborts_at_the_end_of_memory_and_in_the_ranges_set()
    {
        var memory = new PhysicalMemory(0x10_0000);
        memory.AbortRange(new(0x8000), 0x10);

        Assert.False(memory.TryRead64(new(0x10_0000), out _));
        Assert.False(memory.TryRead64(new(0x8008), out _));
        Assert.True(memory.TryRead64(new(0x8010), out _));
        Assert.True(memory.TryRead64(new(0xf_fff8), out _));
    }

    [Fact]
    public void A_write_that_aborts_writes_nothing()
    {
        var memory = new PhysicalMemory();
        memory.AbortRange(new(0x1_0000), 1);

        var written = memory.TryWrite(new(0xfffc), [1, 2, 3, 4, 5, 6, 7, 8]);

        Assert.False(written);
        Assert.Equal(0ul, memory.Read64(new(0xfff8)));
    }

    [Fact]
    public void An_access_at_the_very_top_of_the_address_space_does_not_wrap()
    {
        var memory = new PhysicalMemory(1ul << 52);
        memory.AbortRange(new(0), 1);

        Assert.False(memory.TryRead64(new(ulong.MaxValue - 7), out _));
    }

    [Fact]
    public void Reading_does_not_allocate()
    {
        var memory = new PhysicalMemory();
        memory.Write64(new(0x1000), 5);
        memory.TryRead64(new(0x1000), out _);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0ul; i < 1000; i++)
            memory.TryRead64(new(i << 16), out _);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
