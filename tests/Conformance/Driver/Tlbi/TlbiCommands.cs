using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Which invalidations a driver chooses, and that it waits for them.</summary>
public sealed class TlbiCommands
{
    [Case("tlbi.regime", Level.Architecture, "tlb.049", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void The_commands_are_those_of_the_streams_regime(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var regime = scene.Bench.SteOf(WarmScene.Stream).STRW;

        var commands = TlbiTraffic.All(scene);

        Assert.NotEmpty(commands);
        Assert.All(
            commands,
            command =>
                Assert.True(
                    regime == Strw.NsEl1 ? TlbiTraffic.IsEl1(command) : TlbiTraffic.IsEl2(command),
                    $"reaches no translation of STRW {regime}: {command}"
                )
        );
    }

    [Case("tlbi.vmid", Level.Architecture, "vmid.002", "vmid.006", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void The_VMID_is_that_of_the_stream_and_zero_without_stage_2(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var vmid = profile.IDR0.S2P ? scene.Bench.SteOf(WarmScene.Stream).S2VMID : default;

        var commands = TlbiTraffic.All(scene);

        foreach (var command in commands.Where(c => c.Opcode is >= 0x10 and <= 0x13))
            Assert.True(vmid == command.As<TlbiNhVa>().VMID, $"VMID must be {vmid}: {command}");
    }

    [Case("tlbi.asid", Level.Architecture, "tlb.059", "asid.011", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void The_ASID_is_that_of_the_domain(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var asid = scene.Bench.CdOf(WarmScene.Stream).ASID;

        var commands = TlbiTraffic.All(scene);

        foreach (var command in commands.Where(c => c.Opcode is 0x11 or 0x12 or 0x21 or 0x22))
            Assert.True(asid == command.As<TlbiNhVa>().ASID, $"ASID must be {asid}: {command}");
    }

    [Case("tlbi.sync", Level.Architecture, "tlb.016", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void The_last_command_of_an_unmap_is_a_sync(Profile profile)
    {
        using var scene = new WarmScene(profile);
        scene.Map(0, 600);
        scene.Warm(0, 600);

        scene.Unmap(3, 590);

        Assert.Contains(scene.Bench.Commands, TlbiTraffic.IsTlbi);
        Assert.True(
            scene.Bench.Commands[^1].Is<Sync>(),
            $"not waited for: {scene.Bench.Commands[^1]}"
        );
    }

    [Case("tlbi.nothing", Level.Linux, "linux.tlbi.empty", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Unmapping_what_is_not_mapped_issues_no_command(Profile profile)
    {
        using var scene = new WarmScene(profile);
        scene.Map(0, 4);
        scene.Warm(0, 4);

        var bytes = scene.Bench.Must(
            scene.Bench.Unmap(scene.Domain, scene.At(8), 100 * scene.Page)
        );

        Assert.Equal(0ul, bytes);
        Assert.Empty(scene.Bench.Commands);
        scene.MustReach(0, 4);
    }

    [Case("tlbi.zero-bytes", Level.Linux, "linux.tlbi.empty", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Unmapping_no_bytes_changes_nothing(Profile profile)
    {
        using var scene = new WarmScene(profile);
        scene.Map(0, 4);
        scene.Warm(0, 4);
        var before = scene.Bench.Capture();

        var outcome = scene.Bench.Unmap(scene.Domain, scene.At(1), 0);

        Assert.True(!outcome.IsDone || outcome.Value == 0, $"{outcome}");
        Assert.Empty(scene.Bench.Commands);
        before.MustBeUnchanged();
    }

    [Case("tlbi.threshold", Level.Linux, "linux.tlbi.threshold", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR3.RIL", 0)]
    public void Without_range_invalidation_a_large_range_takes_few_commands(Profile profile)
    {
        using var scene = new WarmScene(profile);
        scene.Map(0, 4 * scene.PerTable);
        scene.Warm(0, 4);

        scene.Unmap(0, 4 * scene.PerTable);

        scene
            .Bench.Commands.Count(TlbiTraffic.IsTlbi)
            .Should()
            .BeInRange(1, 4, "one command for everything is cheaper than one for each page");
    }

    [Case("tlbi.threshold.pages", Level.Linux, "linux.tlbi.threshold", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR3.RIL", 0)]
    public void So_it_does_if_every_table_of_it_stays(Profile profile)
    {
        using var scene = new WarmScene(profile);
        // Neither of two tables goes as a whole.
        scene.Map(0, 2 * scene.PerTable);
        scene.Warm(0, 4);

        scene.Unmap(1, 2 * scene.PerTable - 2);

        Assert.InRange(scene.Bench.Commands.Count(TlbiTraffic.IsTlbi), 1, 4);
    }

    [Case("tlbi.range.few", Level.Linux, "linux.tlbi.range", Needs = WarmScene.Needs)]
    [NotOn(Quirks.SurvivesOneInvalidation)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR3.RIL", 1)]
    public void With_range_invalidation_five_bits_of_a_length_take_one_command(Profile profile)
    {
        using var scene = new WarmScene(profile);
        scene.Map(0, 0x3ff);
        scene.Warm(0, 4);

        scene.Unmap(1, 0x155);

        // 0b1_0101_0101: two groups of five bits at most.
        Assert.InRange(scene.Bench.Commands.Count(TlbiTraffic.IsTlbi), 1, 2);
    }

    [Case(
        "tlbi.neighbours",
        Level.Linux,
        "linux.tlbi.range",
        Needs = WarmScene.Needs,
        AboutCaches = true
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Pages_beside_the_one_that_goes_stay_in_the_TLB(Profile profile)
    {
        using var scene = new WarmScene(profile);
        // What is forgotten stays so: otherwise it would be back before it is missed.
        scene.Bench.Smmu.Caches.AdversarialPrefetch = false;
        scene.Map(0, 9);
        scene.Warm(0, 9);

        scene.Unmap(4, 1);

        foreach (var page in new ulong[] { 0, 3, 5, 8 })
            Assert.True(
                scene.Bench.Dma(scene.Nic, scene.At(page)).FromTlb,
                $"page {page} was forgotten with page 4:\n{TraceText.Of(scene.Bench.Trace.Since(scene.Bench.LastOperation))}"
            );
    }

    [Case(
        "tlbi.other-domain",
        Level.Linux,
        "linux.tlbi.range",
        Needs = WarmScene.Needs,
        AboutCaches = true
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void The_same_addresses_of_another_domain_stay_in_the_TLB(Profile profile)
    {
        using var scene = new WarmScene(profile);
        // What is forgotten stays so: otherwise it would be back before it is missed.
        scene.Bench.Smmu.Caches.AdversarialPrefetch = false;
        var bench = scene.Bench;
        var (gpu, other) = (bench.AddDevice(WarmScene.SecondStream), scene.NewDomain());
        bench.Must(bench.Map(other, scene.At(0), WarmScene.Elsewhere, 40 * scene.Page));
        bench.Must(bench.Attach(gpu, other));
        scene.Map(0, 40);
        scene.Warm(0, 40);
        scene.MustReach(scene.At(7), WarmScene.Elsewhere + 7 * scene.Page, gpu);

        scene.Unmap(0, 40);

        var access = bench.Dma(gpu, scene.At(7));
        Assert.True(
            access.FromTlb && access.Address == WarmScene.Elsewhere + 7 * scene.Page,
            $"met {WarmScene.Text(access)}"
        );
    }

    [Case("tlbi.shared.once", Level.Linux, "linux.invs.sorted", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Devices_that_share_a_domain_cost_no_further_invalidation(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var bench = scene.Bench;
        scene.Map(0, 80);
        scene.Warm(0, 80);
        scene.Unmap(1, 30);
        var alone = bench.Commands.Count(TlbiTraffic.IsTlbi);
        foreach (var stream in new StreamId[] { 0x11, 0x12, 0x13 })
            bench.Must(bench.Attach(bench.AddDevice(stream), scene.Domain));
        scene.Map(1, 30);
        scene.Warm(1, 30);

        scene.Unmap(1, 30);

        Assert.Equal(alone, bench.Commands.Count(TlbiTraffic.IsTlbi));
    }
}
