using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Tags of 16 bits given out to the last; of 8 bits the areas asid and vmid have it on every profile.</summary>
public sealed class IdentifierExhaustion
{
    // One more than there are.
    private const int Most = (1 << 16) + 1;

    private static readonly BenchOptions s_unwatched = new() { Monitored = false };

    [Case(
        "asid.exhausted.wide",
        Level.Contract,
        "contract.capabilities-honest",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.ASID16", 1)]
    [OncePerRun]
    public void ASIDs_of_16_bits_are_given_out_to_the_last(Profile profile) =>
        MustExhaust(profile, DomainStage.Stage1, (1 << 16) - First(profile));

    [Case(
        "vmid.exhausted.wide",
        Level.Contract,
        "contract.capabilities-honest",
        Needs = Capabilities.Stage2
    )]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    [AppliesWhere("SMMU_IDR0.VMID16", 1)]
    [OncePerRun]
    public void VMIDs_of_16_bits_are_given_out_to_the_last(Profile profile) =>
        // One is left to streams of stage 1 alone, if there are any.
        MustExhaust(profile, DomainStage.Stage2, (1 << 16) - 1);

    private static int First(Profile profile)
    {
        using var bench = TestBench.Create(profile, s_unwatched);
        return bench.Description.Policies.FirstAsid;
    }

    private static void MustExhaust(Profile profile, DomainStage stage, int there)
    {
        using var bench = TestBench.Start(profile, s_unwatched);
        var (domains, refusal) = AsidScene.Exhaust(
            () => bench.TryPagingDomain(stage, [0]),
            stage == DomainStage.Stage1 ? "ASIDs" : "VMIDs",
            Most
        );
        if (refusal == ErrorClass.OutOfMemory)
            throw VerdictException.NotApplicable(
                $"the machine has memory for the tables of {domains.Count} domains only"
            );
        Assert.Equal(there, domains.Count);

        // The first, one amid and the last come back and are given out again, and no more.
        int[] some = [0, there / 2, there - 1];
        foreach (var index in some)
            bench.Must(bench.FreeDomain(domains[index]));
        foreach (var _ in some)
            bench.Must(bench.TryPagingDomain(stage, [0]));
        Assert.Equal(refusal, bench.TryPagingDomain(stage, [0]).Error);
    }
}
