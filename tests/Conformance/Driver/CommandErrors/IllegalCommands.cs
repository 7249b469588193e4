using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>A command that the SMMU does not understand by the time it fetches it.</summary>
public sealed class IllegalCommands
{
    private static readonly StreamId Nic = 0x10;

    [Case(
        "cmderr.ill.recover",
        Level.Architecture,
        "commands.054",
        "commands.056",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void An_illegal_command_stops_the_queue_only_for_a_moment(Profile profile)
    {
        using var bench = TestBench.Start(profile, Everyday.Lazy);
        var (_, domain, page) = bench.Mapped(pages: 8, Nic);
        bench.Machine.Run();
        var sabotage = Sabotage.Illegal(bench);

        bench.Unmap(domain, Everyday.Buffer, 2 * page);

        Assert.True(sabotage.Struck, "no command was waiting");
        Assert.Equal(GErrorRead(bench), bench.Smmu.Read32(GErrorN.Offset));
        Assert.Empty(new CommandTraffic(bench).WaitingSlots());
    }

    [Case(
        "cmderr.ill.far",
        Level.Architecture,
        "commands.054",
        "gerror.004",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void It_is_found_far_behind_the_beginning_of_the_queue(Profile profile)
    {
        using var bench = TestBench.Start(profile, Everyday.Lazy);
        var (_, domain, page) = bench.Mapped(pages: 8, Nic);
        while (bench.Register<CmdqProd>().WR < 100)
        {
            bench.Must(bench.Unmap(domain, Everyday.Buffer, page));
            bench.Must(bench.Map(domain, Everyday.Buffer, Everyday.Pages, page));
        }
        bench.Machine.Run();
        var sabotage = Sabotage.Illegal(bench);

        bench.Must(bench.Unmap(domain, Everyday.Buffer, 2 * page));

        Assert.True(sabotage.Struck, "no command was waiting");
        var there = bench
            .Trace.Since<CommandEntry>(bench.LastOperation)
            .FirstOrDefault(c => c.Slot == sabotage.Slot && c.Error == CommandError.None);
        Assert.True(there is not null, "what stood there was never carried out");
        Assert.Empty(new CommandTraffic(bench).WaitingSlots());
    }

    [Case(
        "cmderr.ill.once",
        Level.Architecture,
        "gerror.004",
        "commands.055",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void The_same_illegal_command_is_met_once(Profile profile)
    {
        using var bench = TestBench.Start(profile, Everyday.Lazy);
        var (_, domain, page) = bench.Mapped(pages: 8, Nic);
        bench.Machine.Run();
        var sabotage = Sabotage.Illegal(bench);

        bench.Unmap(domain, Everyday.Buffer, 2 * page);

        var errors = bench.Trace.Since<CommandEntry>(0).Where(c => c.Error != CommandError.None);
        var error = Assert.Single(errors);
        Assert.Equal((sabotage.Slot, CommandError.Illegal), (error.Slot, error.Error));
    }

    [Case(
        "cmderr.ill.victims",
        Level.Architecture,
        "commands.054",
        "commands.050",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Commands_behind_an_illegal_one_still_take_effect(Profile profile)
    {
        using var bench = TestBench.Start(Verbose(profile), Everyday.Lazy);
        var (_, domain, page) = bench.Mapped(pages: 8, Nic);
        bench.Machine.Run();
        var sabotage = Sabotage.Illegal(bench);

        bench.Unmap(domain, Everyday.Buffer, 8 * page);

        var consumed = bench.CommandsSince(bench.LastOperation);
        Assert.NotEmpty(sabotage.Behind);
        foreach (var victim in sabotage.Behind)
            if (!victim.Is<Sync>())
                Assert.Contains(victim, consumed);
        Assert.Contains(consumed, command => command.Is<Sync>());
    }

    [Case(
        "cmderr.ack.after-fix",
        Level.Architecture,
        "gerror.004",
        "commands.054",
        Needs = Capabilities.Stage1,
        Observes = Observation.EveryStore
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void The_command_is_repaired_before_the_error_is_acknowledged(Profile profile)
    {
        using var bench = TestBench.Start(profile, Everyday.Lazy);
        var (_, domain, page) = bench.Mapped(pages: 8, Nic);
        bench.Machine.Run();
        var sabotage = Sabotage.Illegal(bench);

        bench.Unmap(domain, Everyday.Buffer, 2 * page);

        var since = bench.Trace.Since(bench.LastOperation).ToList();
        var error = since.FindIndex(e => e is CommandEntry { Error: CommandError.Illegal });
        var acknowledge = since.FindIndex(e => e is RegisterWriteEntry { Offset: GErrorN.Offset });
        var between = since[error..acknowledge];
        Assert.True(
            between.Any(e => e is StoreEntry store && store.Address == sabotage.Slot)
                || between.Any(e => e is RegisterWriteEntry { Offset: CmdqProd.Offset }),
            $"neither the command at {sabotage.Slot} was replaced nor CMDQ_PROD moved back"
        );
        Assert.Contains(between, e => e is BarrierEntry);
    }

    [Case(
        "cmderr.ill.afterwards",
        Level.Architecture,
        "queues.035",
        "commands.044",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void What_is_left_of_an_error_code_does_not_confuse_later_operations(Profile profile)
    {
        using var bench = TestBench.Start(profile, Everyday.Lazy);
        var (device, domain, page) = bench.Mapped(pages: 8, Nic);
        bench.Machine.Run();
        var sabotage = Sabotage.Illegal(bench);
        bench.Unmap(domain, Everyday.Buffer, page);
        bench.Dma(device, Everyday.Buffer + 4 * page);
        var before = bench.System.Microseconds;

        var outcome = bench.Unmap(domain, Everyday.Buffer + 4 * page, page);

        Assert.True(sabotage.Struck && outcome.IsDone, $"{outcome}");
        Assert.InRange(bench.System.Microseconds - before, 1ul, 1_000ul);
        Assert.False(bench.Dma(device, Everyday.Buffer + 4 * page).Passed);
    }

    // One command, and more than a batch of them.
    public static int[] Lengths => [1, 100];

    [Case(
        "cmderr.ill.nothing-lost",
        Level.Contract,
        "contract.unmap-strict",
        "commands.054",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Lengths))]
    public void An_unmap_whose_invalidation_became_illegal_is_not_called_done_without_it(
        Profile profile,
        int pages
    )
    {
        using var bench = TestBench.Start(Verbose(profile), Everyday.Lazy);
        var (device, domain, page) = bench.Mapped((ulong)pages + 1, Nic);
        bench.Dma(device, Everyday.Buffer);
        bench.Machine.Run();
        var sabotage = Sabotage.Illegal(bench);

        var outcome = bench.Unmap(domain, Everyday.Buffer, (ulong)pages * page);

        Assert.True(sabotage.Struck, "no command was waiting");
        if (outcome.IsDone)
            Assert.False(bench.Dma(device, Everyday.Buffer).Passed);
    }

    [Case(
        "cmderr.ill.large-batch",
        Level.Contract,
        "contract.unmap-strict",
        "contract.nth-failure",
        "commands.054",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void An_invalidation_that_was_lost_among_many_is_not_called_done(Profile profile)
    {
        using var bench = TestBench.Start(Verbose(profile), Everyday.Lazy);
        var (device, domain, page) = bench.Mapped(pages: 200, Nic);
        bench.Dma(device, Everyday.Buffer);
        bench.Machine.Run();
        bench.Monitor.TranslationsMayLinger = true;
        var sabotage = Sabotage.Illegal(bench);

        var outcome = bench.Unmap(domain, Everyday.Buffer, 200 * page);

        Assert.True(sabotage.Struck, "no command was waiting");
        if (outcome.IsDone)
            Assert.False(
                bench.Dma(device, Everyday.Buffer).Passed,
                "the page is called unmapped, and the device reaches it"
            );
    }

    [Case(
        "cmderr.ill.sync",
        Level.Contract,
        "contract.relax-in-polls",
        "commands.054",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_sync_that_became_illegal_does_not_keep_its_waiter_for_ever(Profile profile)
    {
        using var bench = TestBench.Start(profile, Everyday.Lazy);
        var (_, domain, page) = bench.Mapped(pages: 8, Nic);
        bench.Machine.Run();
        var sabotage = Sabotage.IllegalEnd(bench);
        bench.System.MicrosecondsPerRelax = 1_000;
        var before = bench.System.Microseconds;

        bench.Unmap(domain, Everyday.Buffer, page);

        Assert.True(sabotage.Struck && sabotage.Original.Is<Sync>(), $"{sabotage.Original}");
        Assert.InRange(bench.System.Microseconds - before, 1ul, 60_000_000ul);
        Assert.True(bench.Unmap(domain, Everyday.Buffer + page, page).IsDone);
    }

    [Case("cmderr.ill.linux", Level.Linux, "linux.cmderr.ill", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void An_illegal_command_is_replaced_by_a_sync_in_its_place(Profile profile)
    {
        using var bench = TestBench.Start(profile, Everyday.Lazy);
        var (_, domain, page) = bench.Mapped(pages: 8, Nic);
        bench.Machine.Run();
        var sabotage = Sabotage.Illegal(bench);

        bench.Unmap(domain, Everyday.Buffer, 2 * page);

        var there = bench
            .Trace.Since<CommandEntry>(bench.LastOperation)
            .First(c => c.Slot == sabotage.Slot && c.Error == CommandError.None);
        Assert.True(there.Command.Is<Sync>(), $"it is {there.Command}");
    }

    private static uint GErrorRead(TestBench bench) => bench.Smmu.Read32(GError.Offset);

    // One command for each page, so that something stands behind the first.
    private static Profile Verbose(Profile profile) =>
        profile with
        {
            IDR3 = profile.IDR3 with { RIL = false },
        };
}
