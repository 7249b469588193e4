using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>From a transaction to its event record nothing is allocated: a gate, not a measurement.</summary>
public sealed class TranslationAllocationTests
{
    private static readonly StreamId Nic = 5;

    [Fact]
    public void A_thousand_hits_allocate_nothing() =>
        AssertNothingAllocated(caches: true, address: 0x1000);

    [Fact]
    public void A_thousand_walks_allocate_nothing() =>
        AssertNothingAllocated(caches: false, address: 0x1000);

    [Fact]
    public void A_thousand_faults_allocate_nothing() =>
        AssertNothingAllocated(caches: true, address: 0x2000);

    private static void AssertNothingAllocated(bool caches, Iova address)
    {
        var rig = new TranslationRig(Profiles.Maximal, caches);
        var (tables, _) = rig.Attach(Nic);
        tables.Map(0x1000, 0x8000);
        var state = rig.Smmu.State;
        var translator = new Translator(
            new SmmuPort(rig.Memory),
            state,
            caches ? new SmmuCaches(Profiles.Maximal) : null
        );
        var transaction = new Transaction { Stream = Nic, Address = address };
        translator.Translate(in transaction);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            translator.Translate(in transaction);
        var after = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal(before, after);
    }
}
