using FluentAssertions;
using SmmuConformance.Bench.Models;
using SmmuConformance.Bench.Qemu;
using SmmuConformance.Conformance.Platforms;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Qemu;

/// <summary>What the comparison with QEMU stands on: finding it, replacing it, and noticing what has changed.</summary>
public sealed class QemuMachineryTests
{
    private static readonly CaseDeclaration s_case = Catalogue.Cases.First(declared =>
        declared is { IsAboutHardware: true, HasRows: false }
    );

    [Theory]
    [InlineData("/nowhere/qemu", "cannot be started")]
    [InlineData("/bin/false", "ended with exit code 1")]
    public void A_program_that_is_no_QEMU_is_told_by_name_and_reason(string program, string reason)
    {
        if (!OperatingSystem.IsLinux())
            return;

        var found = QemuFinder.Find(program, "");

        found.Path.Should().BeNull();
        found.Reason.Should().Contain(reason);
    }

    [Fact]
    public void Without_a_program_the_reason_says_how_to_name_one() =>
        QemuFinder.Find(null, "/nowhere").Reason.Should().NotBeEmpty();

    [Fact]
    public void A_failure_that_nothing_explains_is_told() =>
        Agreement(Verdict.Failed)
            .Unexplained.Should()
            .ContainSingle()
            .Which.Should()
            .Contain(s_case.Id);

    [Fact]
    public void A_failure_that_is_listed_is_not() =>
        Agreement(Verdict.Failed, s_case.Id).Unexplained.Should().BeEmpty();

    [Theory]
    [InlineData(Verdict.Passed, "ends as passed")]
    [InlineData(Verdict.NotApplicable, "runs nowhere")]
    public void A_difference_that_does_not_show_is_told(Verdict verdict, string how) =>
        Agreement(verdict, s_case.Id).Unshown.Should().ContainSingle().Which.Should().Contain(how);

    [Fact]
    public void Each_difference_has_a_number_of_its_own_and_each_execution_one_difference()
    {
        KnownDifference.OfQemu.Select(known => known.Id).Should().OnlyHaveUniqueItems();
        KnownDifference.OfQemu.SelectMany(known => known.Shows).Should().OnlyHaveUniqueItems();
    }

    [SkippableFact]
    public void A_QEMU_that_died_is_replaced_by_one_that_answers()
    {
        Skip.If(QemuFinder.OfThisRun.Path is null, QemuFinder.OfThisRun.Reason);
        var started = new List<QemuModel>();
        using var platform = new ModelPlatform(() =>
        {
            started.Add(new QemuModel(QemuFinder.OfThisRun.Path!, QemuStage.Nested));
            return started[^1];
        });
        using var elsewhere = platform.Use();
        var first = new Machine(new() { Smmus = [platform.Profile] });
        started[0].Kill();

        var asking = () => first.Smmus[0].Read32(0);
        asking.Should().Throw<QemuFailedException>().Which.Message.Should().Contain("ended");
        var second = new Machine(new() { Smmus = [platform.Profile] });

        second.Smmus[0].Read32(0).Should().Be(platform.Profile.IDR0.Value);
        platform.Deaths.Should().Be(1);
    }

    [SkippableFact]
    public void What_QEMU_has_not_is_never_answered_by_the_emulator()
    {
        Skip.If(QemuFinder.OfThisRun.Path is null, QemuFinder.OfThisRun.Reason);
        using var platform = QemuModel.Platform(QemuFinder.OfThisRun.Path!, QemuStage.Nested);
        using var elsewhere = platform.Use();
        var machine = new Machine(new() { Smmus = [platform.Profile] });
        var smmu = machine.Smmus[0];
        Action[] doors =
        [
            () => _ = smmu.Caches,
            () => _ = smmu.State,
            () => _ = smmu.Lines,
            () => _ = smmu.Faults,
            () => _ = smmu.Updates,
            () => _ = smmu.Acknowledges,
            () => _ = smmu.Stalled,
            () => smmu.Observer = null,
            smmu.PowerOff,
            smmu.PowerOn,
            () => smmu.Truth(default),
            () => smmu.Fail(default),
            () => smmu.Access(new() { Stream = 0xfff }),
            () => smmu.Access(new() { Stream = 8, Privileged = true }),
            () => machine.Memory.AbortRange(0x4000_0000, 8),
            () => machine.Memory.Write64(0x1000, 1),
            () => machine.AddEndpoint(0, 8),
            () => machine.Broadcast(default),
            () => _ = new Machine(new() { Smmus = [Profiles.Maximal] }),
        ];

        doors.Should().AllSatisfy(door => door.Should().Throw<NotOnThisPlatformException>());
    }

    private static QemuAgreement Agreement(Verdict verdict, params string[] shows) =>
        new(
            [new(new Execution(s_case, 0, Profiles.Qemu10), new Ending(verdict, "a reason"))],
            shows.Length == 0
                ? []
                : [new("D0", DifferenceKind.Deviation, "1.1", "It differs.", [.. shows])]
        );
}
