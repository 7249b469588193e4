using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using Xunit.Abstractions;

namespace SmmuConformance.Conformance.Captures;

/// <summary>Replayed into the emulator, real kernels break no monitor rule but by known bugs.</summary>
[Trait("Area", "captures")]
public sealed class ReplayTests(ITestOutputHelper output)
{
    [Theory, MemberData(nameof(CaptureLibrary.Names), MemberType = typeof(CaptureLibrary))]
    public void A_kernel_breaks_no_rule_but_by_a_known_bug(string name)
    {
        var capture = CaptureLibrary.Named(name);

        var replay = Replays.Of(name);

        replay
            .Findings.Where(finding =>
                !KnownViolation.All.Any(known => known.Explains(capture.Release, finding))
            )
            .Should()
            .BeEmpty();
    }

    [Theory, MemberData(nameof(CaptureLibrary.Names), MemberType = typeof(CaptureLibrary))]
    public void The_emulator_answers_every_load_as_the_captured_hardware_did(string name)
    {
        var replay = Replays.Of(name);

        replay.DifferentLoads.Should().BeEmpty();
    }

    [Theory, MemberData(nameof(CaptureLibrary.Names), MemberType = typeof(CaptureLibrary))]
    public void Every_store_reaches_its_entry(string name)
    {
        var events = CaptureLibrary.Named(name).Phases.SelectMany(phase => phase.Events).ToList();
        var tables = new CapturedTables();
        events.ForEach(tables.Apply);

        var replay = Replays.Of(name);

        foreach (var stream in events.OfType<SteStore>().Select(store => store.Stream).Distinct())
            replay.Entry(stream).Should().Be(tables.Ste(stream), $"{stream}");
    }

    [Fact]
    public void Every_known_bug_still_shows_in_every_release_that_has_it()
    {
        var missing =
            from known in KnownViolation.All
            from release in known.Releases
            where !Findings(release).Any(finding => known.Explains(release, finding))
            select $"{known.Bug} in {release}: {known.Rule}";

        missing.Should().BeEmpty();
        foreach (var known in KnownViolation.All)
            output.WriteLine(
                $"{known.Bug}  {string.Join(", ", known.Releases)}  {known.Rule}  {known.Reason}"
            );
    }

    [Theory, MemberData(nameof(CaptureLibrary.Names), MemberType = typeof(CaptureLibrary))]
    public void Every_command_is_consumed_without_an_error(string name)
    {
        var replay = Replays.Of(name);

        replay.Stored.Should().BePositive();
        replay.Consumed.Should().Be(replay.Stored);
    }

    [Fact]
    public void Every_rule_but_that_about_devices_is_watched() =>
        Replays.Of("6.12-stage1").Rules.Should().HaveCount(MonitorRules.All.Count - 1);

    private static IEnumerable<ReplayFinding> Findings(string release) =>
        CaptureLibrary
            .All.Where(capture => capture.Release == release)
            .SelectMany(capture => Replays.Of(capture.Name).Findings);
}
