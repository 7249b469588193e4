using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>
/// Parts that do not do what the manual says, known by SMMU_IIDR or by what firmware calls them. Each case fails on a driver
/// that does not know the part.
/// </summary>
public sealed class KnownFaults
{
    [Case("errata.prefetch", Level.Linux, "linux.errata.prefetch", Needs = WarmScene.Needs)]
    [AppliesIf(nameof(TakesPrefetches))]
    public void A_part_that_stops_at_a_prefetch_is_not_given_one(Profile profile)
    {
        using var scene = new WarmScene(profile);
        scene.Map(0, 4);
        scene.MustReach(0, 4);
        scene.Bench.Must(scene.Bench.Detach(scene.Nic));

        var commands = scene.Bench.CommandsSince(0);

        commands
            .Should()
            .NotContain(command => command.Is<PrefetchConfig>() || command.Is<PrefetchAddr>());
        scene.Bench.Trace.Since<ErrorEntry>(0).Should().BeEmpty();
    }

    [Case("errata.page-0", Level.Linux, "linux.errata.page-0", Needs = WarmScene.Needs)]
    [AppliesIf(nameof(HasBothPages))]
    public void A_part_with_one_register_page_is_used_and_its_events_are_found(Profile profile)
    {
        using var scene = new WarmScene(profile);

        scene.MustRefuse(0, 3);
        scene.Bench.ServeInterrupts();

        scene.Bench.System.Reports.Should().HaveCount(3);
        scene
            .Bench.Smmu.Read32(EventqCons.Offset - RegisterMap.PageBytes)
            .Should()
            .Be(scene.Bench.Smmu.Read32(EventqProd.Offset - RegisterMap.PageBytes));
    }

    [Case("errata.one-wire", Level.Linux, "linux.errata.one-wire", Needs = WarmScene.Needs)]
    [AppliesIf(nameof(HasAWireForEach))]
    public void An_interrupt_that_may_be_any_is_served_as_all(Profile profile)
    {
        using var scene = new WarmScene(profile);
        scene.Bench.ServeInterrupts();
        scene.MustRefuse(0, 1);
        scene.Bench.ServeInterrupts().Should().Be(1, "one wire is raised once");
        scene.Bench.System.Reports.Should().ContainSingle("it was an event");
        scene.MustRefuse(0, 1);
        // The record is there before the error comes.
        scene.Bench.Machine.Run();
        scene.Bench.Smmu.Fail(new GError { MSI_EVENTQ_ABT_ERR = true, EVENTQ_ABT_ERR = true });

        scene.Bench.ServeInterrupts().Should().Be(1, "one wire is raised once");

        scene.Bench.System.Reports.Should().HaveCount(2);
        scene
            .Bench.Smmu.Read32(GErrorN.Offset)
            .Should()
            .Be(scene.Bench.Smmu.Read32(GError.Offset), "active errors are acknowledged");
    }

    [Case("errata.twice", Level.Linux, "linux.errata.twice", Needs = WarmScene.Needs)]
    [AppliesIf(nameof(ForgetsAtOnce))]
    public void What_survives_one_invalidation_does_not_survive_an_unmap(Profile profile)
    {
        using var scene = new WarmScene(profile);
        scene.Map(0, 8);
        scene.Warm(0, 8);

        scene.Unmap(2, 3);

        scene.MustRefuse(2, 3);
        scene.MustReach(5, 3);
        scene.Bench.Smmu.Caches.Stale().Should().BeEmpty();
    }

    [Case("errata.sync-between", Level.Linux, "linux.errata.mmu700-sync", Needs = WarmScene.Needs)]
    [AppliesIf(nameof(KeepsUnsynced))]
    public void Invalidations_of_two_kinds_have_a_CMD_SYNC_between_them(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var other = scene.NewDomain();
        scene.Map(0, 8);
        scene.Warm(0, 8);
        scene.Unmap(0, 8);
        scene.Bench.Must(scene.Bench.Attach(scene.Nic, other));

        CommandOpcode? before = null;
        foreach (var command in scene.Bench.CommandsSince(0))
        {
            var opcode = (CommandOpcode)command.Opcode;
            if (opcode == CommandOpcode.Sync)
                before = null;
            if (opcode is < CommandOpcode.CfgiSte or > CommandOpcode.TlbiNsnhAll)
                continue;
            if (before is { } kind)
                opcode.Should().Be(kind, $"{command} would be lost behind {kind}");
            before = opcode;
        }
    }

    [Case("errata.every-batch", Level.Linux, "linux.errata.mmu700-sync", Needs = WarmScene.Needs)]
    [AppliesIf(nameof(KeepsUnsynced))]
    public void No_more_than_a_batch_of_commands_goes_without_a_CMD_SYNC(Profile profile)
    {
        const int Batch = 64;
        using var scene = new WarmScene(profile);
        // Every other page, so that no two are one range.
        for (var page = 0ul; page < 2 * 3 * Batch; page += 2)
            scene.Map(page, 1);

        scene.Bench.Must(scene.Bench.Unmap(scene.Domain, scene.At(0), 2 * 3 * Batch * scene.Page));

        var unsynced = 0;
        foreach (var command in scene.Bench.Commands)
        {
            unsynced = command.Is<Sync>() ? 0 : unsynced + 1;
            unsynced.Should().BeLessThan(Batch, "a batch ends with a CMD_SYNC");
        }
    }

    private static string? TakesPrefetches(Profile profile) =>
        Without(profile, Quirks.RefusesPrefetch, "the part takes prefetches");

    private static string? HasBothPages(Profile profile) =>
        Without(profile, Quirks.PageZeroOnly, "the part has both register pages");

    private static string? HasAWireForEach(Profile profile) =>
        Without(profile, Quirks.SharesInterrupt, "the part has a wire for each interrupt");

    private static string? ForgetsAtOnce(Profile profile) =>
        Without(profile, Quirks.SurvivesOneInvalidation, "one invalidation is enough");

    private static string? KeepsUnsynced(Profile profile) =>
        Without(profile, Quirks.LosesUnsyncedCommands, "no command is lost");

    private static string? Without(Profile profile, Quirks quirk, string reason) =>
        !profile.IDR0.S1P ? "SMMU_IDR0.S1P is 0"
        : profile.Quirks.HasFlag(quirk) ? null
        : reason;
}
