using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Records to fill an event queue with, none of which waits for an answer.</summary>
internal static class Events
{
    /// <summary>The n-th fault of a series: each is at an address of its own.</summary>
    public static EventRecord Fault(int n) =>
        EventRecord.From(
            new FTranslation
            {
                StreamID = 0x10,
                RnW = true,
                CLASS = EventClass.IN,
                InputAddr = 0x1_0000_0000ul + 0x1000ul * (uint)n,
            }
        );

    /// <summary>Has the first SMMU record a run of faults; they are there, if there is room, even where events are late.</summary>
    public static void RecordFaults(this TestBench bench, int first, int count)
    {
        for (var n = first; n < first + count; n++)
            bench.Smmu.Record(Fault(n));
        bench.Machine.Run();
    }

    /// <summary>Which faults of the series were reported, in the order of the reports.</summary>
    public static IEnumerable<int> Reported(this TestBench bench) =>
        bench.System.Reports.Select(r => NumberOf(r.Record));

    private static int NumberOf(EventRecord record)
    {
        var page = (long)(record.As<FTranslation>().InputAddr.Value >> 12) - 0x10_0000;
        Assert.True(
            page is >= 0 and < 0x1_0000,
            $"the driver reports a fault that no device has caused: {record}"
        );
        return (int)page;
    }

    /// <summary>EVENTQ_PROD as the hardware has it.</summary>
    public static EventqProd Producer(this TestBench bench) =>
        new(bench.Smmu.Read32(bench.Smmu.Profile.Located(EventqProd.Offset)));

    /// <summary>EVENTQ_CONS as the hardware has it.</summary>
    public static EventqCons Consumer(this TestBench bench) =>
        new(bench.Smmu.Read32(bench.Smmu.Profile.Located(EventqCons.Offset)));

    /// <summary>The same hardware with an event queue of at most so many entries.</summary>
    public static Profile WithEvents(this Profile profile, byte log2) =>
        profile with
        {
            IDR1 = profile.IDR1 with { EVENTQS = log2 },
        };
}
