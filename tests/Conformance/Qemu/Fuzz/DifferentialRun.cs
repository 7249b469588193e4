using System.Collections.Immutable;
using SmmuConformance.Architecture;
using SmmuConformance.Bench.Qemu;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Qemu;

/// <summary>Runs scenarios on the emulator and on QEMU, and starts QEMU anew when it has died.</summary>
internal sealed class DifferentialRun : IDisposable
{
    private readonly string _program;
    private readonly ScenarioRun _truth;
    private readonly ScenarioRun _cached;
    private QemuTarget? _qemu;
    private ScenarioRun? _theirs;

    /// <summary>With the emulator as it is.</summary>
    public DifferentialRun(string program)
        : this(program, caches => new EmulatorTarget(Profiles.Qemu10, caches)) { }

    /// <summary>With another in its place.</summary>
    /// <param name="program">Path of QEMU.</param>
    /// <param name="ours">Makes one, with caches or without.</param>
    public DifferentialRun(string program, Func<bool, IScenarioTarget> ours)
    {
        _program = program;
        (_truth, _cached) = (new(ours(false)), new(ours(true)));
    }

    /// <summary>How often QEMU has died.</summary>
    public int Deaths { get; private set; }

    /// <summary>The first difference, or null.</summary>
    /// <exception cref="QemuFailedException">QEMU cannot be started.</exception>
    public Difference? Of(Scenario scenario)
    {
        var (truth, cached) = (_truth.Of(scenario), _cached.Of(scenario));
        ImmutableArray<Answer> theirs;
        try
        {
            theirs = Theirs().Of(scenario);
        }
        catch (QemuFailedException exception) when (_qemu is not null)
        {
            Deaths++;
            Stop();
            return new(scenario, 0, truth[0], truth[0], $"QEMU: {exception.Message}")
            {
                Field = Difference.Death,
            };
        }
        return Comparison.Of(scenario, truth, cached, theirs) is { } difference
            ? difference with
            {
                Fault = FaultOf(difference),
            }
            : null;
    }

    private EventRecord? FaultOf(Difference difference)
    {
        if (!difference.Ours.Records.IsEmpty)
            return difference.Ours.Records[0];
        if (difference.Ours.Reached.Passed)
            return null;
        var records = _truth.Of(Recorded(difference.Scenario))[difference.Step].Records;
        return records.IsEmpty ? null : records[0];
    }

    // The same, with every fault recorded.
    private static Scenario Recorded(Scenario scenario) =>
        scenario with
        {
            Changes =
            [
                .. scenario.Changes,
                new(Part.Cd, nameof(Cd.R), 1),
                new(Part.Ste, nameof(Ste.S2R), 1),
            ],
            Steps =
            [
                .. scenario.Steps.Select(step =>
                    step.Change is { Field: nameof(Cd.R) or nameof(Ste.S2R) }
                        ? step with
                        {
                            Change = null,
                        }
                        : step
                ),
            ],
        };

    /// <summary>The smallest scenario that differs in the same way and for the same reason, known or not.</summary>
    public Difference Shrunk(Difference found)
    {
        var (kind, known) = (KindOf(found), FuzzDeviations.Of(found));
        Difference? Again(Scenario scenario) =>
            !FuzzDeviations.IsFatal(scenario)
            && Of(scenario) is { } other
            && !FuzzDeviations.MeetsDevices(other)
            && KindOf(other) == kind
            && FuzzDeviations.Of(other) == known
                ? other
                : null;
        return Again(Shrinking.Of(found.Scenario, one => Again(one) is not null)) ?? found;
    }

    /// <inheritdoc/>
    public void Dispose() => Stop();

    // What is in the words of a difference beside figures.
    private static string KindOf(Difference difference) =>
        difference.Field.Length > 0
            ? difference.Field
            : string.Concat(difference.What.Split(' ').Where(word => !word.StartsWith("0x")));

    private ScenarioRun Theirs()
    {
        if (_theirs is null)
        {
            _qemu = new(_program);
            _theirs = new(_qemu);
        }
        return _theirs;
    }

    private void Stop()
    {
        _qemu?.Dispose();
        (_qemu, _theirs) = (null, null);
    }
}
