using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Driver.Reference;

namespace SmmuConformance.Conformance.Driver;

/// <summary>What a sweep costs: commands by number, and memory not at all.</summary>
public sealed class SweepTests
{
    // Twice the largest queue that the driver makes.
    private const int Warm = 8192;

    private static readonly ForgottenRange[] s_page = [new(0x1000, 0x1000, 3, Leaf: true)];
    private static readonly ForgottenRange[] s_table = [new(0x20_0000, 0x20_0000, 3, Leaf: false)];

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(4096)]
    public void It_allocates_nothing_and_tells_each_entry_once(int entries)
    {
        var hardware = new InstantHardware(new PlainMemory(), InstantHardware.Polled);
        var smmu = SmmuDevice.Start(new(1), hardware).Value;
        var array = ArrayOf(smmu, entries);
        // Every slot of the queue has been written, and every path been taken.
        while (hardware.Commands < Warm)
        {
            Sweep.Run(array, Forgotten.Only(Granule.Size4K, s_table));
            Sweep.Run(array, Forgotten.Everything);
        }

        var before = hardware.Commands;

        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var page = Sweep.Run(array, Forgotten.Only(Granule.Size4K, s_page));
        var table = Sweep.Run(array, Forgotten.Only(Granule.Size4K, s_table));
        var all = Sweep.Run(array, Forgotten.Everything);
        bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;

        Assert.True(page.IsDone && table.IsDone && all.IsDone);
        Assert.Equal(0, bytes);
        // A command for each entry, and one CMD_SYNC behind each kind.
        var syncs = entries == 1 ? 1 : 2;
        Assert.Equal(3 * (entries + syncs), hardware.Commands - before);
    }

    [Fact]
    public void Each_SMMU_is_told_apart_and_waited_for()
    {
        var memory = new PlainMemory();
        var hardware = Enumerable
            .Range(0, 4)
            .Select(_ => new InstantHardware(memory, InstantHardware.Polled))
            .ToArray();
        var entries = hardware
            .Select((one, n) => SmmuDevice.Start(new(n + 1), one).Value)
            .Select(smmu => new InvalidationEntry(smmu, InvalidationKind.Stage1, 7))
            .ToArray();
        var before = hardware.Select(one => one.Commands).ToArray();

        Sweep.Run(InvalidationArray.Empty().Merge(entries), Forgotten.Everything);

        Assert.All(
            hardware.Zip(before),
            pair => Assert.Equal(2, pair.First.Commands - pair.Second)
        );
    }

    [Fact]
    public void For_nothing_nothing_is_done()
    {
        var hardware = new InstantHardware(new PlainMemory(), InstantHardware.Polled);
        var smmu = SmmuDevice.Start(new(1), hardware).Value;
        var before = hardware.Commands;

        Sweep.Run(ArrayOf(smmu, 8), Forgotten.Only(Granule.Size4K, []));
        Sweep.Run(InvalidationArray.Empty(), Forgotten.Everything);

        Assert.Equal(0, hardware.Commands - before);
    }

    // A tag, and devices in their order.
    private static InvalidationArray ArrayOf(SmmuDevice smmu, int entries) =>
        InvalidationArray
            .Empty()
            .Merge([
                new(smmu, InvalidationKind.Stage1, 7),
                .. Enumerable
                    .Range(1, entries - 1)
                    .Select(n => new InvalidationEntry(smmu, InvalidationKind.Device, (uint)n)),
            ]);
}
