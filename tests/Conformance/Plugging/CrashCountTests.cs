using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Plugging;

/// <summary>A run in which the driver dies now and then: no execution is lost, and who dies takes no other along.</summary>
public sealed class CrashCountTests
{
    [Fact]
    public void Every_execution_has_its_verdict()
    {
        var executions = Catalogue
            .Cases.Where(c => c.Area is "contract" or "vmid")
            .SelectMany(c => SilentRun.Executions(c, [Profiles.Maximal]))
            .Take(60)
            .ToList();
        var run = new PluggedRun(ChildProgram.Plug<CrashingReference>());
        var (died, same) = (0, 0);

        foreach (var execution in executions)
        {
            var ending = run.Of(execution);

            if (
                ending.Reason.Contains(
                    "ended while Unmap went on: it exited with code 17.",
                    StringComparison.Ordinal
                )
            )
            {
                Assert.Equal(Verdict.Failed, ending.Verdict);
                died++;
                continue;
            }
            // Not one fails for what happened before it.
            Assert.True(
                ending.Verdict is Verdict.Passed or Verdict.NotApplicable,
                $"{execution.Key}: {ending}"
            );
            same++;
        }

        Assert.Equal(executions.Count, died + same);
        Assert.InRange(died, 3, executions.Count);
        Assert.InRange(same, 10, executions.Count);
    }
}
