using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Bench;

// What a case asks of the driver about page faults.
public sealed partial class TestBench
{
    /// <summary>Has the driver hand on the faults of a device.</summary>
    public Outcome EnableFaults(Device device) =>
        Operate(
            $"hand on faults of {device}",
            () => Facet<IPageFaults>().EnableFaults(device.Handle)
        );

    /// <summary>Has the driver refuse the faults of a device again.</summary>
    public Outcome DisableFaults(Device device) =>
        Operate(
            $"refuse faults of {device}",
            () => Facet<IPageFaults>().DisableFaults(device.Handle)
        );

    /// <summary>Answers a group of page faults, and gives hardware a turn: nobody waits for it.</summary>
    public Outcome Answer(PageFaultGroup group, PageFaultAnswer answer)
    {
        var outcome = Operate(
            $"answer group {group.Value}: {answer}",
            () => Facet<IPageFaults>().Answer(group, answer)
        );
        Machine.Run();
        return outcome;
    }
}
