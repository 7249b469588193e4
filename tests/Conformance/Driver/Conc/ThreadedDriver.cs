using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Threads that attach, detach, map and unmap at once.</summary>
public sealed class ThreadedDriver
{
    private const int Steps = 12;

    [Case(
        "conc.shared-domains",
        Level.Contract,
        "contract.concurrent",
        "contract.unmap-strict",
        "linux.attach.order",
        Needs = ThreadedScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Whoever_comes_and_goes_nobody_reaches_what_is_unmapped(Profile profile)
    {
        using var scene = new ThreadedScene(profile);

        scene.Run(Seed(profile), Steps);
    }

    [Case(
        "conc.slow-hardware",
        Level.Contract,
        "contract.concurrent",
        "contract.unmap-strict",
        Needs = ThreadedScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void So_it_is_when_hardware_takes_its_time(Profile profile)
    {
        using var scene = new ThreadedScene(profile, Everyday.Slow);

        scene.Run(Seed(profile), Steps);
    }

    // Each profile another one; InterleavingTests has thousands.
    private static int Seed(Profile profile) => 1 + CaseProfiles.All.IndexOf(profile);
}
