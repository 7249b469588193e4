using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;
using Outcome = SmmuConformance.Driver.Contract.Outcome;

namespace SmmuConformance.Conformance.Driver;

/// <summary>What a driver may do only once a CMD_SYNC has completed, and when it needs none.</summary>
public sealed class SyncWaiting
{
    private static readonly StreamId Nic = 0x10;

    /// <summary>An operation that makes hardware forget something.</summary>
    public sealed record Operation(string Name, Func<TestBench, Device, DomainHandle, Outcome> Act)
    {
        /// <inheritdoc/>
        public override string ToString() => Name;
    }

    public static IEnumerable<Operation> Operations =>
        [
            new(
                "unmap",
                (b, _, domain) => b.Unmap(domain, Everyday.Buffer, b.PageOf(domain)).WithoutResult
            ),
            new("detach", (b, device, _) => b.Detach(device)),
            new("remove-device", (b, device, _) => b.RemoveDevice(device)),
            new("attach", (b, device, _) => b.Attach(device, b.Stage1Domain())),
            new(
                "add-device",
                (b, _, _) => b.TryAddDevice(new() { Name = "new", Streams = [0x31] }).WithoutResult
            ),
        ];

    [Case("sync.poll.cons", Level.Architecture, "commands.016", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Operations))]
    public void An_operation_ends_only_after_what_it_invalidates_is_invalid(
        Profile profile,
        Operation operation
    )
    {
        using var bench = TestBench.Start(profile, Everyday.Slow);
        var (device, domain, _) = bench.Mapped(pages: 8, Nic);
        bench.Dma(device, Everyday.Buffer);

        var outcome = operation.Act(bench, device, domain);

        Assert.True(outcome.IsDone, $"{outcome}");
        var waiting = new CommandTraffic(bench).WaitingSlots().Select(bench.ReadStructure<Sync>);
        Assert.DoesNotContain(waiting, command => IsInvalidation(unchecked((byte)command.Word(0))));
        Assert.Null(Unfinished(bench.CommandsSince(0)));
    }

    [Case("sync.before-enable", Level.Architecture, "reset.004", "commands.016")]
    public void Old_configuration_is_forgotten_before_translation_goes_on(Profile profile)
    {
        using var bench = TestBench.Create(profile, Everyday.Slow);

        bench.Must(bench.Probe());

        bench.Saw(Step.Command<CfgiSteRange>(c => c.IsAll), Step.Write<Cr0>(cr0 => cr0.SMMUEN));
        bench.Saw(Step.Command<TlbiNsnhAll>(), Step.Write<Cr0>(cr0 => cr0.SMMUEN));
        var on = bench
            .Trace.Since<RegisterWriteEntry>(0)
            .First(w => w.Offset == Cr0.Offset && new Cr0(w.Value).SMMUEN);
        var traffic = new CommandTraffic(bench);
        var before = traffic.Consumed.Where(c => c.Number < on.Number).Select(c => c.Command);
        Assert.Equal(0, traffic.WaitingAt(on));
        Assert.Null(Unfinished(before));
    }

    [Case(
        "sync.before-free",
        Level.Architecture,
        "commands.016",
        "contract.memory-reachable",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_table_is_given_back_only_after_the_sync_of_its_invalidation(Profile profile)
    {
        using var bench = TestBench.Start(profile, Everyday.Slow);
        var (_, domain) = bench.Attached(Nic);
        var page = bench.PageOf(domain);
        // What one table of pages maps, and not aligned for a block.
        var span = page * page / 8;
        bench.Must(bench.Map(domain, 2 * span, Everyday.Pages + page, span));

        bench.Must(bench.Unmap(domain, 2 * span, span));

        var freed = bench.Trace.Since<FreeEntry>(bench.LastOperation).ToList();
        if (freed.Count == 0)
            throw VerdictException.NotApplicable("the driver keeps tables that map nothing");
        var consumed = new CommandTraffic(bench).Consumed;
        foreach (var free in freed)
        {
            var before = consumed.Where(c => c.Number < free.Number).Select(c => c.Command);
            Assert.True(Unfinished(before) is null, $"{free}: {Unfinished(before)} is not done");
        }
    }

    [Case(
        "sync.order.config-then-tlb",
        Level.Architecture,
        "ordering.016",
        "ordering.012",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_sync_stands_between_forgetting_an_entry_and_forgetting_its_translations(
        Profile profile
    )
    {
        using var bench = TestBench.Start(profile, Everyday.Slow);
        var (device, _, _) = bench.Mapped(pages: 8, Nic);
        bench.Dma(device, Everyday.Buffer);

        bench.Must(bench.Detach(device));

        var open = false;
        foreach (var command in bench.Commands)
        {
            open = command.Opcode is >= 0x03 and <= 0x06 || (open && !command.Is<Sync>());
            Assert.False(open && IsTranslations(command.Opcode), $"no CMD_SYNC before {command}");
        }
    }

    [Case("sync.elide.map", Level.Linux, "linux.tlbi.none-on-map", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_new_mapping_needs_no_command(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var (_, domain) = bench.Attached(Nic);

        bench.Must(bench.Map(domain, Everyday.Buffer, Everyday.Pages, 8 * bench.PageOf(domain)));

        Assert.Empty(bench.Commands);
    }

    [Case("sync.elide.nothing", Level.Linux, "linux.tlbi.empty", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Where_nothing_was_mapped_nothing_is_invalidated(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var (_, domain) = bench.Attached(Nic);

        bench.Unmap(domain, Everyday.Buffer, 8 * bench.PageOf(domain));

        Assert.Empty(bench.Commands);
    }

    private static bool IsInvalidation(byte opcode) =>
        opcode is >= 0x03 and <= 0x06 || IsTranslations(opcode);

    private static bool IsTranslations(byte opcode) => opcode is >= 0x10 and <= 0x30;

    // The last invalidation that no CMD_SYNC follows, or null.
    private static Command? Unfinished(IEnumerable<Command> commands)
    {
        Command? open = null;
        foreach (var command in commands)
            if (command.Is<Sync>())
                open = null;
            else if (IsInvalidation(command.Opcode))
                open = command;
        return open;
    }
}
