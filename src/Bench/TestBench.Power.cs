using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Bench;

// An SMMU that loses its power and gets it back.
public sealed partial class TestBench
{
    /// <summary>Has the driver make an SMMU ready, and takes its power if it is.</summary>
    public Outcome Suspend(int smmu = 0)
    {
        var outcome = Operate(
            $"suspend SMMU {smmu}",
            () => Facet<IPower>().Suspend(HandleOf(smmu))
        );
        if (outcome.IsDone)
            Machine.Smmus[smmu].PowerOff();
        return outcome;
    }

    /// <summary>Gives an SMMU its power back, if it has lost it, and has the driver bring it up.</summary>
    public Outcome Resume(int smmu = 0)
    {
        if (!Machine.Smmus[smmu].IsPowered)
            Machine.Smmus[smmu].PowerOn();
        return Operate($"resume SMMU {smmu}", () => Facet<IPower>().Resume(HandleOf(smmu)));
    }

    /// <summary>Power goes and comes.</summary>
    public void PowerCycle(int smmu = 0)
    {
        Must(Suspend(smmu));
        Must(Resume(smmu));
    }
}
