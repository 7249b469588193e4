using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;
using static SmmuConformance.Conformance.Driver.StreamTableReader;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Memory for second levels of a stream table: shared by neighbours, and refused when there is none.</summary>
public sealed class LeafAllocation
{
    private static readonly StreamId Nic = 0x10;

    [Case("strtab.2lvl.leaf-reused", Level.Contract, "contract.memory-ownership")]
    [AppliesWhere("SMMU_IDR0.ST_LEVEL", 1)]
    public void A_second_device_in_a_leaf_leaves_the_descriptor_alone(Profile profile)
    {
        using var bench = StartTwoLevel(profile);
        bench.AddDevice(Nic);
        var before = DescriptorOf(bench, Nic);

        bench.AddDevice(Nic.Value + 1);

        Assert.Equal(before, DescriptorOf(bench, Nic));
    }

    [Case("strtab.2lvl.no-memory", Level.Contract, "contract.refusal-changes-nothing")]
    [AppliesWhere("SMMU_IDR0.ST_LEVEL", 1)]
    public void Without_memory_for_a_leaf_the_device_is_refused_and_nothing_changes(Profile profile)
    {
        using var bench = StartTwoLevel(profile);
        var device = new MasterDescription { Name = "nic", Streams = [Nic] };
        var before = bench.Capture();
        bench.Memory.FailAfter = 0;

        var outcome = bench.TryAddDevice(device);

        outcome.Error.Should().Be(ErrorClass.OutOfMemory);
        before.MustBeUnchanged();
        bench.Memory.FailAfter = null;
        bench.TryAddDevice(device).IsDone.Should().BeTrue("there is memory again");
    }

    [Case("strtab.2lvl.no-memory-second", Level.Contract, "contract.refusal-changes-nothing")]
    [AppliesWhere("SMMU_IDR0.ST_LEVEL", 1)]
    public void Without_memory_for_a_second_leaf_the_first_is_given_back(Profile profile)
    {
        using var bench = StartTwoLevel(profile);
        StreamId far = 1u << SplitOf(bench);
        var before = bench.Capture();
        bench.Memory.FailAfter = 1;

        var outcome = bench.TryAddDevice(new() { Name = "nic", Streams = [Nic, far] });

        outcome.Error.Should().Be(ErrorClass.OutOfMemory);
        before.MustBeUnchanged();
    }
}
