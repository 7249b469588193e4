using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Bench.Models;
using SmmuConformance.Emulator;
using SmmuConformance.Samples.Model;

namespace SmmuConformance.Conformance.Platforms;

/// <summary>
/// The door for models of SMMUs: one that is the emulator behind it agrees with every case, one that is wrong does not, and one that dies
/// is replaced.
/// </summary>
public sealed class ModelTests
{
    /// <summary>In this process, and as a program of its own.</summary>
    public static TheoryData<string> Doors =>
        [InThisProcess, $"process:\"{ThisRuntime.Dotnet}\" exec \"{Program}\""];

    /// <summary>What chooses it in this process.</summary>
    internal static string InThisProcess => $"assembly:{Program}";

    private static string Program => typeof(EmulatedModel).Assembly.Location;

    [Theory]
    [MemberData(nameof(Doors))]
    public void A_model_that_is_the_emulator_agrees_with_every_case_about_hardware(string door)
    {
        using var platform = new ModelPlatform(ChosenModels.Parse(door).Single());

        var endings = EndingsOf(platform);

        endings
            .Where(one => one.Ending.Verdict is not (Verdict.Passed or Verdict.NotApplicable))
            .Select(one => $"{one.Execution.Key}: {one.Ending}")
            .Should()
            .BeEmpty();
        endings.Count(one => one.Ending.Verdict == Verdict.Passed).Should().BeGreaterThan(500);
    }

    [Fact]
    public void What_a_model_has_wrong_is_found_by_the_cases_about_it()
    {
        using var platform = new ModelPlatform(() => new EmulatedModel(hidesCommandErrors: true));

        EndingsOf(platform)
            .Where(one => one.Ending.Verdict == Verdict.Failed)
            .Select(one => one.Execution.Case.Area)
            .Should()
            .Contain("hw.commands")
            .And.NotContain("hw.stage1");
    }

    [Fact]
    public void A_driver_is_judged_on_a_model_as_on_the_emulator()
    {
        using var platform = new ModelPlatform(() => new EmulatedModel(hidesCommandErrors: false));
        var smoke = CaseSets.Members(CaseSets.Smoke).ToHashSet();

        var endings = Catalogue
            .Cases.Where(one => !one.IsAboutHardware && smoke.Contains(one.Id))
            .SelectMany(one => SilentRun.Executions(one, [platform.Profile]))
            .Select(one => (Execution: one, Ending: ModelRun.Of(one, platform, SilentRun.Of)))
            .ToList();

        endings
            .Where(one => one.Ending.Verdict is not (Verdict.Passed or Verdict.NotApplicable))
            .Select(one => $"{one.Execution.Key}: {one.Ending}")
            .Should()
            .BeEmpty();
        endings.Count(one => one.Ending.Verdict == Verdict.Passed).Should().BeGreaterThan(100);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_model_that_has_ended_is_replaced(bool onlyNoticed)
    {
        var started = new List<Mortal>();
        using var platform = new ModelPlatform(() =>
        {
            started.Add(new());
            return started[^1];
        });
        using var elsewhere = platform.Use();
        _ = new Machine(new() { Smmus = [platform.Profile] });
        started[0].Die(tells: !onlyNoticed);

        var second = new Machine(new() { Smmus = [platform.Profile] });

        second.Smmus[0].Read32(0).Should().Be(platform.Profile.IDR0.Value);
        (platform.Deaths, started.Count).Should().Be((1, 2));
    }

    /// <summary>What a case says of caches, or a list of differences, explains no death.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_case_in_which_a_model_throws_fails_and_the_next_meets_another(bool aboutCaches)
    {
        using var sound = new ModelPlatform(() => new EmulatedModel(hidesCommandErrors: false));
        var execution = Catalogue
            .Cases.Where(one => one is { IsAboutHardware: true, HasRows: false })
            .Where(one => one.Attribute.AboutCaches == aboutCaches)
            .Select(one => new Execution(one, 0, sound.Profile))
            .First(one =>
                ModelRun.Of(one, sound, SilentRun.Of).Verdict == Verdict.Passed
                && sound.Story.Contains("stream ", StringComparison.Ordinal)
            );
        var made = 0;
        using var platform = new ModelPlatform(() => new Throwing(++made == 1));
        var known = new KnownDifference("D1", DifferenceKind.Deviation, "1", "It.", [execution.Id]);

        var first = ModelRun.Of(execution, platform, SilentRun.Of);
        var second = ModelRun.Of(execution, platform, SilentRun.Of);

        first.Verdict.Should().Be(Verdict.Failed);
        first
            .Reason.Should()
            .Contain("model csharp-model threw NotImplementedException while stream ");
        first.Reason.Should().Contain("asked of the model last:\n    SMMU_");
        known.Explains(execution, first).Should().BeFalse();
        (known with { Kind = DifferenceKind.Death }).Explains(execution, first).Should().BeTrue();
        second.Verdict.Should().Be(Verdict.Passed);
        platform.Deaths.Should().Be(1);
    }

    [Fact]
    public void A_model_that_is_started_again_must_be_like_the_first()
    {
        var made = 0;
        using var platform = new ModelPlatform(() => new Mortal($"mine{++made}"));
        using var elsewhere = platform.Use();
        _ = new Machine(new() { Smmus = [platform.Profile] });
        platform.Broken("it was asked nothing", new InvalidOperationException());

        var again = () => new Machine(new() { Smmus = [platform.Profile] });

        again
            .Should()
            .Throw<ModelFaultException>()
            .WithMessage("model mine1: started again it has other registers or another name*");
    }

    [Fact]
    public void A_name_that_no_filter_could_choose_is_refused()
    {
        var starting = () => new ModelPlatform(() => new Mortal("mine, yours"));

        starting.Should().Throw<ModelFaultException>().WithMessage("*`mine, yours`*letters*");
    }

    private static List<(Execution Execution, Ending Ending)> EndingsOf(ModelPlatform platform) =>
        [
            .. from declaration in Catalogue.Cases
            where declaration.IsAboutHardware
            from execution in SilentRun.Executions(declaration, [platform.Profile])
            select (execution, ModelRun.Of(execution, platform, SilentRun.Of)),
        ];

    // Does not do what devices want.
    private sealed class Throwing(bool throws) : IHardwareModel
    {
        private readonly EmulatedModel _model = new(hidesCommandErrors: false);

        public Profile Profile => _model.Profile;

        public IOtherHardware Reset(ulong seed) =>
            throws ? new Deaf(_model.Reset(seed)) : _model.Reset(seed);

        public void Dispose() => _model.Dispose();

        private sealed class Deaf(IOtherHardware inner) : IOtherHardware
        {
            public ulong Read(uint offset, int bytes) => inner.Read(offset, bytes);

            public void Write(uint offset, int bytes, ulong value) =>
                inner.Write(offset, bytes, value);

            public Translation Access(in Transaction transaction, in Translation emulated) =>
                throw new NotImplementedException();

            public void Load(PhysicalAddress start, Span<byte> into) => inner.Load(start, into);

            public void Store(PhysicalAddress start, ReadOnlySpan<byte> from) =>
                inner.Store(start, from);

            public void Clear(PhysicalAddress start, ulong bytes) => inner.Clear(start, bytes);

            public void TellWritten(MemoryPiece told) => inner.TellWritten(told);

            public bool Has(PhysicalAddress start, ulong bytes) => inner.Has(start, bytes);
        }
    }

    // Ends when it is told to.
    private sealed class Mortal(string name = "mortal") : IHardwareModel
    {
        private readonly EmulatedModel _model = new(hidesCommandErrors: false);
        private bool _isDead;

        public Profile Profile => _model.Profile with { Name = name };

        public bool HasEnded { get; private set; }

        public void Die(bool tells) => (_isDead, HasEnded) = (true, tells);

        public IOtherHardware Reset(ulong seed) =>
            _isDead ? throw new ModelFaultException("it is dead") : _model.Reset(seed);

        public void Dispose() => _model.Dispose();
    }
}
