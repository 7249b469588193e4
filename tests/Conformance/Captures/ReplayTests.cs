using System.Collections.Concurrent;
using FluentAssertions;
using SmmuConformance.Architecture;
using Xunit.Abstractions;

namespace SmmuConformance.Conformance.Captures;

/// <summary>Replayed into the emulator, real kernels break no monitor rule but by known bugs.</summary>
[Trait("Area", "captures")]
public sealed class ReplayTests(ITestOutputHelper output)
{
    private static readonly ConcurrentDictionary<string, CaptureReplay> Played = new();

    [Theory, MemberData(nameof(CaptureLibrary.Names), MemberType = typeof(CaptureLibrary))]
    public void A_kernel_breaks_no_rule_but_by_a_known_bug(string name)
    {
        var capture = CaptureLibrary.Named(name);

        var replay = Play(name);

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
        var replay = Play(name);

        replay.DifferentLoads.Should().BeEmpty();
    }

    [Theory, MemberData(nameof(CaptureLibrary.Names), MemberType = typeof(CaptureLibrary))]
    public void Every_store_reaches_its_entry(string name)
    {
        var events = CaptureLibrary.Named(name).Phases.SelectMany(phase => phase.Events).ToList();
        var tables = new CapturedTables();
        events.ForEach(tables.Apply);

        var replay = Play(name);

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

    [Fact]
    public void Only_ATC_invalidations_are_left_out()
    {
        var leftOut = CaptureLibrary.All.ToDictionary(c => c.Name, c => Play(c.Name).LeftOut);

        // There is no ATC in an endpoint of the emulator yet; where there is one, this test asks for its command.
        leftOut
            .Where(capture => capture.Value.Count > 0)
            .Select(capture => (capture.Key, capture.Value.Count))
            .Should()
            .Equal(("6.12-ovr-rich", 2), ("7.2-ovr-rich", 7));
        leftOut
            .Values.SelectMany(commands => commands)
            .Should()
            .OnlyContain(store => store.Command.Is<AtcInv>());
    }

    private static IEnumerable<ReplayFinding> Findings(string release) =>
        CaptureLibrary
            .All.Where(capture => capture.Release == release)
            .SelectMany(capture => Play(capture.Name).Findings);

    private static CaptureReplay Play(string name) =>
        Played.GetOrAdd(name, static n => CaptureReplay.Of(CaptureLibrary.Named(n)));
}
