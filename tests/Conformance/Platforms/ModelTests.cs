using FluentAssertions;
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

    private static List<(Execution Execution, Ending Ending)> EndingsOf(ModelPlatform platform) =>
        [
            .. from declaration in Catalogue.Cases
            where declaration.IsAboutHardware
            from execution in SilentRun.Executions(declaration, [platform.Profile])
            select (execution, ModelRun.Of(execution, platform, SilentRun.Of)),
        ];

    // Ends when it is told to.
    private sealed class Mortal : IHardwareModel
    {
        private readonly EmulatedModel _model = new(hidesCommandErrors: false);
        private bool _isDead;

        public Profile Profile => _model.Profile;

        public bool HasEnded { get; private set; }

        public void Die(bool tells) => (_isDead, HasEnded) = (true, tells);

        public IOtherHardware Reset(ulong seed) =>
            _isDead ? throw new ModelFaultException("it is dead") : _model.Reset(seed);

        public void Dispose() => _model.Dispose();
    }
}
