using SmmuConformance.Bench;
using SmmuConformance.Conformance.Results;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Cases;

/// <summary>What all executions of one run share.</summary>
public static class Suite
{
    private static readonly Lazy<Executor> Shared = new(
        () =>
            new Executor(Subject.Description, Waivers.Load())
            {
                // The reference driver is called, not adapted.
                Adapter =
                    Subject.Problem is null && PluggedDriver.UnderTest.IsReference
                        ? null
                        : s_adapter,
            },
        LazyThreadSafetyMode.PublicationOnly
    );

    private static readonly Lazy<string?> s_adapter = new(
        () =>
        {
            // What is between suite and driver is found out on machines that are as the check needs them.
            using var emulated = OtherHardware.UseNone();
            return AdapterCheck.FaultOf(Subject.Problem, SilentRun.Of);
        },
        LazyThreadSafetyMode.ExecutionAndPublication
    );

    private static readonly Lazy<Temper> Named = new(
        Temper.FromEnvironment,
        LazyThreadSafetyMode.PublicationOnly
    );

    /// <summary>Runs executions against the driver under test.</summary>
    public static Executor Executor => Shared.Value;

    /// <summary>How unkind machines are to drivers.</summary>
    /// <exception cref="FormatException">The environment names one that does not exist.</exception>
    public static Temper Temper => Named.Value;

    /// <summary>What has been run so far.</summary>
    public static Tally Tally { get; } = new();

    /// <summary>Waits until no other case is at work, if the driver under test bears only one; until the answer is disposed of.</summary>
    public static IDisposable? Turn() =>
        Subject.Problem is null && PluggedDriver.UnderTest.IsAlone ? new OneAtATime() : null;

    private sealed class OneAtATime : IDisposable
    {
        private static readonly Lock s_turn = new();

        public OneAtATime() => s_turn.Enter();

        public void Dispose() => s_turn.Exit();
    }
}
