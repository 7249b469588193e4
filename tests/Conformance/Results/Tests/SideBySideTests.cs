using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Results.Tests;

/// <summary>Two drivers side by side: where both have an opinion and it is not the same, the page says so.</summary>
public sealed class SideBySideTests
{
    private static readonly CaseDeclaration s_case = Catalogue.Cases.Single(one =>
        one.Id == "ste.abort"
    );

    [Fact]
    public void A_disagreement_names_the_case_the_profiles_and_the_reason()
    {
        var text = SideBySide.Text(
            "one",
            "other",
            [Result(Profiles.Maximal, Ending.Passed), Result(Profiles.Minimal, Ending.Passed)],
            [
                Result(Profiles.Maximal, new(Verdict.Failed, "V is 0\nSTE -> x")),
                Result(Profiles.Minimal, new(Verdict.Failed, "V is 0\nSTE -> y")),
            ]
        );

        Assert.Contains(
            $"* `ste.abort` ({s_case.Title}) on Maximal, Minimal: one passed, other failed: V is 0\n",
            text
        );
        Assert.Contains("| passed | - | 2 | - |", text);
        Assert.Contains("| ste | 2 | - | - | 2 | - |", text);
    }

    [Fact]
    public void What_one_of_them_cannot_do_is_no_disagreement()
    {
        var text = SideBySide.Text(
            "one",
            "other",
            [Result(Profiles.Maximal, Ending.Passed)],
            [Result(Profiles.Maximal, new(Verdict.NotApplicable, "no stage 1"))]
        );

        Assert.Contains("None: wherever a case applies to both", text);
    }

    [Fact]
    public void What_was_run_with_one_of_them_only_does_not_count()
    {
        var text = SideBySide.Text("one", "other", [Result(Profiles.Maximal, Ending.Passed)], []);

        Assert.Contains("0 executions with both", text);
    }

    private static Result Result(Profile profile, Ending ending) =>
        new(new Execution(s_case, 0, profile), ending, TimeSpan.Zero);
}
