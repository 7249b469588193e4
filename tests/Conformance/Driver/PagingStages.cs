using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Cases that are run for paging domains of either stage.</summary>
internal static class PagingStages
{
    /// <summary>Both stages, as rows.</summary>
    public static DomainStage[] Both => [DomainStage.Stage1, DomainStage.Stage2];

    /// <summary>The case does not apply to hardware without the stage.</summary>
    public static void MustExist(Profile profile, DomainStage stage)
    {
        if (stage == DomainStage.Stage1 && !profile.IDR0.S1P)
            throw VerdictException.NotApplicable("SMMU_IDR0.S1P is 0");
        if (stage == DomainStage.Stage2 && !profile.IDR0.S2P)
            throw VerdictException.NotApplicable("SMMU_IDR0.S2P is 0");
    }

    /// <summary>The case does not apply to a driver without the stage.</summary>
    public static void MustBeDeclared(TestBench bench, DomainStage stage)
    {
        var needed = stage == DomainStage.Stage1 ? Capabilities.Stage1 : Capabilities.Stage2;
        if (!bench.Description.Capabilities.HasFlag(needed))
            throw VerdictException.NotApplicable($"the driver does not declare {needed}");
    }
}
