using FluentAssertions;
using SmmuConformance.Conformance.Results;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Cases.Tests;

/// <summary>A case is one finding however many profiles it fails on, and passes only if nothing in it did anything else.</summary>
public sealed class CaseReportTests
{
    private static readonly CaseDeclaration s_case = Catalogue.Cases.Single(@case =>
        @case.Id == "ste.abort"
    );

    [Theory]
    [InlineData(Verdict.Passed, Verdict.Passed, Verdict.NotApplicable)]
    [InlineData(Verdict.NotApplicable, Verdict.NotApplicable, Verdict.NotApplicable)]
    [InlineData(Verdict.Waived, Verdict.Passed, Verdict.Waived)]
    [InlineData(Verdict.NotObservable, Verdict.NotObservable, Verdict.Waived)]
    [InlineData(Verdict.Inconclusive, Verdict.Inconclusive, Verdict.NotObservable)]
    [InlineData(Verdict.Failed, Verdict.Inconclusive, Verdict.Failed)]
    public void The_gravest_verdict_is_reported(Verdict gravest, Verdict first, Verdict second) =>
        Report((Profiles.Minimal, new(first, "a")), (Profiles.Maximal, new(second, "b")))
            .Verdict.Should()
            .Be(gravest);

    [Fact]
    public void A_reason_is_said_once_with_its_profiles() =>
        Report(
            (Profiles.Minimal, new(Verdict.NotApplicable, "SMMU_IDR0.S2P is 0")),
            (Profiles.Qemu10, new(Verdict.Inconclusive, "VATOS")),
            (Profiles.Maximal, new(Verdict.NotApplicable, "SMMU_IDR0.S2P is 0"))
        )
            .SkipText.Should()
            .Be(
                "inconclusive: VATOS in 'Qemu10'; not applicable: SMMU_IDR0.S2P is 0 in 'Minimal', 'Maximal'"
            );

    [Fact]
    public void A_failure_says_what_case_where_else_and_how_to_run_it_alone()
    {
        var text = Report(
            (Profiles.Minimal, Ending.Passed),
            (Profiles.Qemu10, new(Verdict.Failed, "boom\nSTE[0]")),
            (Profiles.Mmu600, new(Verdict.Failed, "boom\nSTE[1]")),
            (Profiles.Maximal, new(Verdict.Failed, "bang"))
        ).FailureText;

        text.ReplaceLineEndings("\n")
            .Should()
            .Be(
                """
                case: ste.abort (ste.040 ste.034): A blocked stream is refused without an event
                on: Qemu10, as on 'Mmu600'
                    otherwise on 'Maximal': bang
                alone: SMMU_PROFILE=Qemu10 dotnet test tests/Conformance --filter "Id=ste.abort"
                """.ReplaceLineEndings("\n")
            );
    }

    private static CaseReport Report(params (Profile Profile, Ending Ending)[] endings) =>
        new([
            .. endings.Select(pair => new Result(
                new Execution(s_case, 0, pair.Profile),
                pair.Ending,
                default
            )),
        ]);
}
