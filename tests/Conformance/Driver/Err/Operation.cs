using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;
using Outcome = SmmuConformance.Driver.Contract.Outcome;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Something a driver is asked that may fail half-way, with what must be true before it and after it.</summary>
/// <param name="Name">Its name, for the id of a row.</param>
/// <param name="Needs">What the driver must declare.</param>
/// <param name="Cannot">Why hardware of a profile cannot do it; null if it can.</param>
/// <param name="Prepare">Makes everything ready for it on a machine.</param>
internal sealed record Operation(
    string Name,
    Capabilities Needs,
    Func<Profile, string?> Cannot,
    Func<Profile, BenchOptions?, Operation.Ready> Prepare
)
{
    /// <summary>An operation that can be done now.</summary>
    public sealed class Ready : IDisposable
    {
        /// <summary>What to dispose of in the end.</summary>
        public required IDisposable Scene { get; init; }

        /// <summary>Machine and driver.</summary>
        public required TestBench Bench { get; init; }

        /// <summary>Does it.</summary>
        public required Func<Outcome> Act { get; init; }

        /// <summary>Fails the case unless it is in force.</summary>
        public required Action MustWork { get; init; }

        /// <summary>Fails the case unless everything is as if it had never been asked.</summary>
        public required Action MustBeAsBefore { get; init; }

        /// <summary>Fails the case if something is still held that nobody uses.</summary>
        public required Action MustLetGo { get; init; }

        /// <inheritdoc/>
        public void Dispose() => Scene.Dispose();
    }

    /// <summary>An operation that can be done now.</summary>
    public static Ready Of(
        IDisposable scene,
        TestBench bench,
        Func<Outcome> act,
        Action works,
        Action? asBefore = null,
        Action? letGo = null
    ) =>
        new()
        {
            Scene = scene,
            Bench = bench,
            Act = act,
            MustWork = works,
            MustBeAsBefore = asBefore ?? (() => { }),
            MustLetGo = letGo ?? (() => { }),
        };

    /// <summary>The operation, ready; or the case does not apply.</summary>
    public Ready On(Profile profile, BenchOptions? options = null)
    {
        if (Cannot(profile) is { } reason)
            throw VerdictException.NotApplicable(reason);
        // What makes it ready needs it already.
        if ((Needs & ~Subject.Description.Capabilities) is var missing && missing != default)
            throw VerdictException.NotApplicable($"the driver does not declare {missing}");
        return Prepare(profile, options);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
