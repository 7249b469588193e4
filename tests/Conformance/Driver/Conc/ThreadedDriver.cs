using SmmuConformance.Architecture;
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

    [Case(
        "conc.within-unmap",
        Level.Contract,
        "contract.concurrent",
        "contract.unmap-strict",
        "linux.attach.order",
        Needs = WarmScene.Needs | Capabilities.Concurrent
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_device_that_is_attached_within_an_unmap_does_not_keep_the_page(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var bench = scene.Bench;
        for (var (act, stopped) = (FirstAct(profile), true); stopped; act += ActsApart)
        {
            bench.Must(bench.Detach(scene.Nic));
            scene.Map(0, 1);

            stopped = bench.Preempt(
                act,
                () => bench.Must(bench.Driver.Unmap(scene.Domain, scene.At(0), scene.Page)),
                () =>
                {
                    bench.Must(bench.Driver.Attach(scene.Nic.Handle, scene.Domain));
                    Access(scene);
                }
            );

            scene.MustRefuse(0, 1);
        }
    }

    [Case(
        "conc.within-attach",
        Level.Contract,
        "contract.concurrent",
        "contract.unmap-strict",
        "linux.attach.order",
        Needs = WarmScene.Needs | Capabilities.Concurrent
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void What_is_unmapped_within_an_attach_is_not_reached(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var bench = scene.Bench;
        for (var act = FirstAct(profile); ; act += ActsApart)
        {
            bench.Must(bench.Detach(scene.Nic));
            scene.Map(0, 1);

            var stopped = bench.Preempt(
                act,
                () => bench.Must(bench.Driver.Attach(scene.Nic.Handle, scene.Domain)),
                () =>
                {
                    Access(scene);
                    bench.Must(bench.Driver.Unmap(scene.Domain, scene.At(0), scene.Page));
                }
            );

            if (!stopped)
                return;
            scene.MustRefuse(0, 1);
        }
    }

    [Case(
        "conc.same-device",
        Level.Contract,
        "contract.concurrent",
        "contract.attach-replaces",
        Needs = WarmScene.Needs | Capabilities.Concurrent
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Of_two_who_attach_one_device_one_is_the_last(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var bench = scene.Bench;
        for (var (act, stopped) = (FirstAct(profile), true); stopped; act += ActsApart)
        {
            bench.Must(bench.Detach(scene.Nic));
            var (one, other) = (scene.NewDomain(), scene.NewDomain());
            bench.Must(bench.Map(one, scene.At(0), WarmScene.Target, scene.Page));
            bench.Must(bench.Map(other, scene.At(0), WarmScene.Elsewhere, scene.Page));

            stopped = bench.Preempt(
                act,
                () => bench.Must(bench.Driver.Attach(scene.Nic.Handle, one)),
                () => bench.Must(bench.Driver.Attach(scene.Nic.Handle, other))
            );

            Assert.True(bench.Dma(scene.Nic, scene.At(0)).Passed, "it is attached to neither");
            bench.Must(bench.Detach(scene.Nic));
            bench.Must(bench.FreeDomain(one));
            bench.Must(bench.FreeDomain(other));
        }
    }

    [Case(
        "conc.removed-within-unmap",
        Level.Contract,
        "contract.concurrent",
        "contract.master-removed",
        Needs = AtsDriverScene.Needs | Capabilities.Stage1 | Capabilities.Concurrent
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    public void A_device_that_is_removed_within_an_unmap_is_told_nothing_afterwards(Profile profile)
    {
        for (var (act, stopped) = (FirstAct(profile), true); stopped; act += ActsApart)
        {
            using var scene = new AtsDriverScene(profile);
            var bench = scene.Bench;
            scene.Map(0, 1);
            var gone = int.MaxValue;

            stopped = bench.Preempt(
                act,
                () => bench.Must(bench.Driver.Unmap(scene.Domain, scene.At(0), scene.Page)),
                () =>
                {
                    bench.Must(bench.Driver.RemoveMaster(scene.Nic.Handle));
                    gone = bench.Trace.Mark;
                }
            );

            if (stopped)
                Assert.DoesNotContain(bench.CommandsSince(gone), command => command.Is<AtcInv>());
        }
    }

    [Case(
        "conc.table-goes",
        Level.Contract,
        "contract.concurrent",
        "contract.unmap-bytes",
        Needs = Capabilities.Stage1 | Capabilities.Concurrent
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_page_that_is_mapped_while_its_table_goes_is_not_lost(Profile profile)
    {
        for (var seed = 1; seed <= Seeds; seed++)
        {
            using var bench = TestBench.Start(profile);
            var driver = bench.Driver;
            var domain = bench.Stage1Domain();
            var page = bench.PageOf(domain);
            // As much as one table of the last level resolves.
            var table = page * (page / 8);
            Iova first = table;
            bench.Must(driver.Map(domain, first, page, page, Protection.Read));
            var gone = 0ul;

            bench.Interleave(
                seed,
                [
                    () => gone = driver.Unmap(domain, first, table).Value,
                    () => driver.Map(domain, first + page, 3 * page, page, Protection.Read),
                ]
            );

            var left = driver.Unmap(domain, first + page, page).Value;
            Assert.True(
                gone + left == 2 * page,
                $"seed {seed}: of two pages 0x{gone:x} bytes went with the table and 0x{left:x} later"
            );
        }
    }

    private const int Seeds = 20;

    // Each profile stops at others; together they stop at all.
    private const int ActsApart = 3;

    private static int FirstAct(Profile profile) => 1 + Seed(profile) % ActsApart;

    private static void Access(WarmScene scene) =>
        scene.Bench.Smmu.Access(
            new Transaction { Stream = WarmScene.Stream, Address = scene.At(0) }
        );

    // Each profile another one; InterleavingTests has thousands.
    private static int Seed(Profile profile) => 1 + CaseProfiles.All.IndexOf(profile);
}
