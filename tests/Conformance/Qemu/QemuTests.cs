using FluentAssertions;
using SmmuConformance.Bench;
using SmmuConformance.Bench.Models;
using SmmuConformance.Bench.Qemu;
using SmmuConformance.Conformance.Platforms;
using SmmuConformance.Conformance.Plugging;

namespace SmmuConformance.Conformance.Qemu;

/// <summary>
/// The cases that hold the emulator to the manual, and those that hold a driver to it, on QEMU's SMMU: where it differs from the
/// emulator the manual has decided, and the list says how. Skipped, with the reason, where there is no QEMU that will do.
/// </summary>
public sealed class QemuTests
{
    [SkippableFact]
    public void Whatever_differs_is_listed_with_the_clause_that_decides()
    {
        RequireQemu();

        QemuTable.OfThisRun.Unexplained.Should().BeEmpty();
    }

    [SkippableFact]
    public void Whatever_is_listed_still_shows()
    {
        RequireQemu();

        QemuTable
            .OfThisRun.Unshown.Should()
            .BeEmpty(
                "a difference that is gone is no difference: QEMU has changed, or the case has"
            );
    }

    [SkippableFact]
    public void The_page_says_what_was_compared_and_what_differs()
    {
        RequireQemu();
        Skip.IfNot(PluggedDriver.UnderTest.IsReference, "the page is about the reference driver");

        Repository.Verify("qemu.md", QemuPage.Of(QemuTable.OfThisRun));
    }

    [SkippableFact]
    public void The_C_sample_passes_there_what_applies_to_it()
    {
        RequireQemu();
        var sample = Sample.All.Single(one => one.Name == "c");
        Skip.If(sample.Missing() is not null, sample.Missing());
        using var platform = QemuModel.Platform(QemuFinder.OfThisRun.Path!, QemuStage.Nested);

        var agreement = new QemuAgreement(
            QemuRun.OfDriver(new PluggedRun(sample.Plug()), platform),
            KnownDifference.OfQemu
        );

        agreement.Unexplained.Should().BeEmpty();
        agreement
            .Results.Count(result => result.Ending.Verdict == Verdict.Passed)
            .Should()
            .BeGreaterThan(150);
    }

    /// <summary>Without a QEMU the test is skipped, unless one is named.</summary>
    internal static void RequireQemu()
    {
        var found = QemuFinder.OfThisRun;
        if (QemuFinder.IsDemanded)
            found.Path.Should().NotBeNull($"{QemuFinder.Variable} names one, but: {found.Reason}");
        Skip.If(found.Path is null, found.Reason);
    }
}
