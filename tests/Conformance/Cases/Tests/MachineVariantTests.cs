using System.Collections.Concurrent;
using FluentAssertions;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Cases.Tests;

/// <summary>
/// What an architecture leaves to hardware decides no verdict: the catalogue ends the same on machines that cache nothing,
/// show stores late or in any order, complete invalidations when they must, consume commands a few at a time, and take their time. By default on profiles that differ in what matters here, each kind of
/// unkindness on half of them; all on all with <c>SMMU_VARIANTS=all</c>.
/// </summary>
public sealed class MachineVariantTests
{
    /// <summary>Only a case that says so asserts what a cache holds.</summary>
    [Fact]
    public void Without_caches_every_verdict_is_the_same_but_of_cases_about_caches() =>
        Differences(declaration => !declaration.Attribute.AboutCaches, Temper.NoCaches, Chosen)
            .Aggregate("", (text, line) => $"{text}{line}\n")
            .Should()
            .BeEmpty(
                "a case whose verdict depends on what is cached says AboutCaches = true, or asserts too much"
            );

    /// <summary>Otherwise the mark hides that nothing depends on them.</summary>
    [Fact]
    public void A_case_about_caches_fails_without_them_somewhere()
    {
        using var variant = Temper.NoCaches.Use();
        Catalogue
            .Cases.Where(declaration => declaration.Attribute.AboutCaches)
            .Where(declaration =>
                SilentRun
                    .Executions(declaration, Chosen)
                    .All(e => SilentRun.Of(e).Verdict != Verdict.Failed)
            )
            .Select(declaration => declaration.Id)
            .Should()
            .BeEmpty("AboutCaches = true is for cases whose verdict depends on what is cached");
    }

    /// <summary>A driver's verdicts do not depend on how soon hardware does what it must do in the end.</summary>
    [Theory]
    [MemberData(nameof(Tempers))]
    public void However_unkind_the_machine_a_driver_is_judged_alike(string temper) =>
        Differences(
                declaration => !declaration.IsAboutHardware,
                Temper.Parse(temper),
                ShareOf(temper)
            )
            .Aggregate("", (text, line) => $"{text}{line}\n")
            .Should()
            .BeEmpty(
                $"what is left to the hardware decides no verdict of a driver; {Temper.Variable}={temper} runs one case there"
            );

    public static TheoryData<string> Tempers => [.. Temper.Unkind.Select(temper => temper.Name)];

    [Fact]
    public void A_machine_that_does_not_exist_is_refused_with_those_that_do()
    {
        var refused = () => Temper.Parse("gentle");

        refused
            .Should()
            .Throw<FormatException>()
            .WithMessage(
                "SMMU_MACHINE='gentle' is no machine: write one of kind, no-caches, late-*"
            );
        Temper.Parse("").Should().Be(Temper.Kind);
    }

    // Executions that pass on the machine they were written for, and do not on the variant.
    private static List<string> Differences(
        Func<CaseDeclaration, bool> which,
        Temper temper,
        Profile[] profiles
    )
    {
        var different = new ConcurrentBag<string>();
        Parallel.ForEach(
            Catalogue.Cases.Where(which).SelectMany(one => SilentRun.Executions(one, profiles)),
            execution =>
            {
                Ending there;
                using (temper.Use())
                    there = SilentRun.Of(execution);
                if (there.Verdict == Verdict.Passed || there.Verdict == Verdict.NotApplicable)
                    return;
                var here = SilentRun.Of(execution);
                if (here.Verdict != there.Verdict)
                    different.Add(
                        $"{execution.Key}: {here.Verdict}, on the variant {there.Verdict}: {Line(there.Reason)}"
                    );
            }
        );
        // One line for each case.
        return
        [
            .. different
                .GroupBy(line => line[..line.IndexOfAny(['@', '|'])])
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => $"{group.Count()} of {group.Min(StringComparer.Ordinal)}"),
        ];
    }

    private static readonly bool IsAll =
        Environment.GetEnvironmentVariable("SMMU_VARIANTS") == "all";

    private static readonly Profile[] Chosen = IsAll
        ? [.. CaseProfiles.All]
        :
        [
            Profiles.Mmu600,
            Profiles.Maximal,
            Profiles.Lpa2,
            Profiles.NonCoherent,
            Profiles.ForcedStall,
            Profiles.Stage2Only,
        ];

    // Each meets half of the profiles, and each profile half of them.
    private static Profile[] ShareOf(string temper)
    {
        var number = Temper.Unkind.IndexOf(Temper.Parse(temper));
        return IsAll ? Chosen : [.. Chosen.Where((_, i) => (i + number) % 2 == 0)];
    }

    private static string Line(string text) => text.ReplaceLineEndings(" ");
}
