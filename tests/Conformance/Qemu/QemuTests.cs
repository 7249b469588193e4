using FluentAssertions;
using SmmuConformance.Bench.Qemu;

namespace SmmuConformance.Conformance.Qemu;

/// <summary>
/// The cases that hold the emulator to the manual, on QEMU's SMMU: where the two differ, the manual has decided, and the list
/// says how. Skipped, with the reason, where there is no QEMU that will do.
/// </summary>
public sealed class QemuTests
{
    [SkippableFact]
    public void Whatever_differs_is_listed_with_the_clause_that_decides()
    {
        RequireQemu();

        QemuTable.OfHardwareCases.Unexplained.Should().BeEmpty();
    }

    [SkippableFact]
    public void Whatever_is_listed_still_shows()
    {
        RequireQemu();

        QemuTable
            .OfHardwareCases.Unshown.Should()
            .BeEmpty(
                "a difference that is gone is no difference: QEMU has changed, or the case has"
            );
    }

    [SkippableFact]
    public void The_page_says_what_was_compared_and_what_differs()
    {
        RequireQemu();

        Repository.Verify("qemu.md", QemuPage.Of(QemuTable.OfHardwareCases));
    }

    private static void RequireQemu() =>
        Skip.If(QemuFinder.OfThisRun.Path is null, QemuFinder.OfThisRun.Reason);
}
