using System.Text;
using System.Text.Json;
using FluentAssertions;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Results.Tests;

/// <summary>What a run leaves behind: its results, the claim, and how to run a failure again.</summary>
public sealed class ResultTests
{
    private static readonly CaseDeclaration s_architecture = Named("ste.abort");
    private static readonly CaseDeclaration s_linux = Named("ste.abort.bits");
    private static readonly CaseDeclaration s_hardware = Named("hw.ste.illegal");

    [Fact]
    public void Results_are_read_as_they_were_written()
    {
        var written = RunResults.Of(Run(), new Claim(false, "none"), [Failed("boom\nSTE -> x")]);
        var stream = new MemoryStream();

        ResultFiles.Write(stream, written);

        stream.Position = 0;
        ResultFiles.Read(stream).Should().BeEquivalentTo(written);
        var text = Encoding.UTF8.GetString(stream.ToArray());
        text.Should().Contain("\"failure\": \"boom\\nSTE -> x\"");
        text.Should().Contain("\"reason\": \"boom\"");
        text.Should()
            .Contain(
                "SMMU_PROFILE=Maximal dotnet test tests/Conformance --filter \\\"Id=ste.abort\\\""
            );
    }

    [Fact]
    public void Verdicts_are_in_one_order_whatever_the_order_of_the_run()
    {
        var other = Passed() with { Execution = On(s_architecture, Profiles.Minimal) };

        ResultFiles
            .Verdicts([other, Failed("boom")])
            .Should()
            .Be("ste.abort|Maximal: failed\nste.abort|Minimal: passed\n")
            .And.Be(ResultFiles.Verdicts([Failed("bang"), other]));
    }

    [Fact]
    public void Of_what_passed_there_is_no_more_than_that()
    {
        var stream = new MemoryStream();
        ResultFiles.Write(stream, RunResults.Of(Run(), new Claim(true, "yes"), [Passed()]));

        var execution = JsonDocument
            .Parse(stream.ToArray())
            .RootElement.GetProperty("cases")[0]
            .GetProperty("executions")[0];

        execution
            .EnumerateObject()
            .Select(member => member.Name)
            .Should()
            .Equal("id", "profile", "verdict", "milliseconds");
    }

    [Fact]
    public void The_schemas_in_the_documents_are_the_ones_in_use()
    {
        Repository.Verify("results.schema.json", ResultFiles.Schema);
        Repository.Verify("waivers.schema.json", WaiverFile.Schema);
    }

    [Fact]
    public void A_claim_is_made_if_everything_required_passed() =>
        Claim.Of("mine 1", [On(s_architecture)], [Passed()]).IsMade.Should().BeTrue();

    [Theory]
    [InlineData(Verdict.Failed, "1 required failed (ste.abort)")]
    [InlineData(Verdict.Inconclusive, "1 required inconclusive (ste.abort)")]
    [InlineData(Verdict.NotObservable, "1 required not observable (ste.abort)")]
    [InlineData(Verdict.Waived, "1 required waived (ste.abort)")]
    public void No_claim_is_made_if_something_required_did_not(Verdict verdict, string reason)
    {
        var claim = Claim.Of(
            "mine 1",
            [On(s_architecture), On(s_architecture, Profiles.Minimal)],
            [
                Passed() with
                {
                    Execution = On(s_architecture, Profiles.Minimal),
                },
                new(On(s_architecture), new(verdict, "why"), default),
            ]
        );

        claim.Should().Be(new Claim(false, $"No claim of conformance: {reason}"));
    }

    [Fact]
    public void No_claim_is_made_of_a_part_of_the_catalogue() =>
        Claim
            .Of("mine 1", [On(s_architecture), On(s_architecture, Profiles.Minimal)], [Passed()])
            .Text.Should()
            .Be("No claim of conformance: 1 required not run (ste.abort)");

    [Fact]
    public void No_claim_is_made_of_a_driver_to_which_nothing_applies() =>
        Claim
            .Of(
                "mine 1",
                [On(s_architecture)],
                [new(On(s_architecture), new(Verdict.NotApplicable, "no"), default)]
            )
            .IsMade.Should()
            .BeFalse();

    [Fact]
    public void What_Linux_does_and_what_binds_hardware_is_not_required()
    {
        Claim.IsRequired(s_architecture).Should().BeTrue();
        Claim.IsRequired(s_linux).Should().BeFalse();
        Claim.IsRequired(s_hardware).Should().BeFalse();
    }

    [Fact]
    public void A_row_is_named_so_that_a_filter_and_a_shell_understand_it()
    {
        Reproduction
            .Of("a@x (1|2)", Profiles.Maximal, Temper.NoCaches)
            .Should()
            .Be(
                "SMMU_PROFILE=Maximal SMMU_MACHINE=no-caches dotnet test tests/Conformance --filter \"Id=a@x \\(1\\|2\\)\""
            );
    }

    private static Result Passed() => new(On(s_architecture), Ending.Passed, default);

    private static Result Failed(string reason) =>
        new(On(s_architecture), new(Verdict.Failed, reason), default);

    private static Execution On(CaseDeclaration @case, Profile? profile = null) =>
        new(@case, 0, profile ?? Profiles.Maximal);

    private static Provenance Run() =>
        Provenance.Of(
            new DriverDescription("mine", "1", default, new Policies(), Observation.EveryStore),
            [],
            default
        );

    private static CaseDeclaration Named(string id) =>
        Catalogue.Cases.Single(@case => @case.Id == id);
}
