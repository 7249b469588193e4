using System.Diagnostics;
using SmmuConformance.Driver.Adapters.Wire;
using static SmmuConformance.Conformance.Plugging.ScriptedProcess;

namespace SmmuConformance.Conformance.Plugging;

/// <summary>Processes that end when they should not, and those that do not when they should.</summary>
public sealed class ProcessLifeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("exit 0", "ended while starting: it exited with code 0.")]
    [InlineData("exit 77", "ended while starting: it exited with code 77.")]
    [InlineData("kill -KILL $$", "ended while starting: by SIGKILL (somebody killed it).")]
    [InlineData("kill -TERM $$", "ended while starting: by SIGTERM (somebody ended it).")]
    public void One_that_ends_at_once_is_told_how(string then, string how) =>
        Scene.MustSay(Scene.FaultOfChoosing(() => Plug(_folder, [], then)), how);

    [SkippableFact]
    public void What_it_said_last_is_shown() =>
        Scene.MustSay(
            Scene.FaultOfChoosing(() =>
                Plug(
                    _folder,
                    [],
                    "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21; do echo line $i >&2; done; exit 1"
                )
            ),
            "it exited with code 1.",
            "last on its standard error:\n    line 2\n    line 3",
            "    line 21"
        );

    [SkippableTheory]
    [InlineData("hi", "\"hi\"")]
    [InlineData("driver 1.0\nready\n", "\"driver 1.0\\nready\\n\"")]
    public void One_that_prints_where_the_protocol_is_and_ends_is_told_so(
        string text,
        string quoted
    ) =>
        Scene.MustSay(
            Scene.FaultOfChoosing(() =>
                Plug(_folder, System.Text.Encoding.ASCII.GetBytes(text), "exit 0")
            ),
            $"The bytes read {quoted}: standard output carries the protocol, print to standard error."
        );

    [SkippableFact]
    public void One_that_ends_in_the_middle_of_a_frame_is_told_how() =>
        Scene.MustSay(
            Scene.FaultOfChoosing(() => Plug(_folder, Welcome()[..20], "exit 9")),
            "ended while starting: it exited with code 9."
        );

    [SkippableFact]
    public void One_that_says_nothing_is_ended() =>
        Scene.MustSay(
            Scene.FaultOfChoosing(() => Plug(_folder, [], seconds: 0.5)),
            "was ended while starting: it did not come to an end within 0.5 s of real time (SMMU_DUT_SECONDS)."
        );

    [SkippableFact]
    public void One_that_closes_its_output_and_lives_on_is_ended() =>
        Scene.MustSay(
            Scene.FaultOfChoosing(() => Plug(_folder, [], "exec >&-; exec cat >/dev/null")),
            "was ended while starting: it closed its output and did not end."
        );

    [SkippableFact]
    public void One_that_ignores_every_signal_is_ended()
    {
        var number = Path.Combine(_folder.Path, "number");
        Scene.MustSay(
            Scene.FaultOfChoosing(() =>
                Plug(
                    _folder,
                    [],
                    $"trap '' TERM HUP INT; echo $$ >'{number}'; while :; do read line || sleep 1; done",
                    seconds: 1
                )
            ),
            "was ended while starting: it did not come to an end within 1 s"
        );

        MustBeGone(number);
    }

    [SkippableFact]
    public void One_that_leaves_somebody_behind_who_holds_its_output_has_ended()
    {
        var watch = Stopwatch.StartNew();

        Scene.MustSay(
            Scene.FaultOfChoosing(() => Plug(_folder, [], "sleep 20 & exit 6")),
            "ended while starting: it exited with code 6."
        );

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(15), "the one left behind was waited for");
    }

    [SkippableFact]
    public void One_that_ends_between_two_machines_does_not_serve_the_second()
    {
        var once = Path.Combine(_folder.Path, "once");
        var end = Path.Combine(_folder.Path, "end");
        var ending = Path.Combine(_folder.Path, "ending");
        // Begin, Probe, End; the first of them ends when it is told to.
        var plugged = Plug(
            _folder,
            [.. Probed, .. Return()],
            $"""
            if [ ! -f '{once}' ]; then
                touch '{once}'
                while [ -d '{_folder.Path}' ] && [ ! -f '{end}' ]; do sleep 0.05; done
                touch '{ending}'
                exit 0
            fi
            cat >/dev/null
            """
        );
        Scene.Start(plugged).Dispose();
        File.WriteAllText(end, "");
        for (var i = 0; i < 200 && !File.Exists(ending); i++)
            Thread.Sleep(50);
        Thread.Sleep(500);

        Scene.Start(plugged).Dispose();
    }

    [SkippableFact]
    public void One_that_says_it_waits_four_billion_times_is_ended_in_the_middle_of_it()
    {
        var plugged = Plug(
            _folder,
            [
                .. Ready,
                .. Acts(to =>
                {
                    to.Act(WireAct.Relax);
                    to.U32(uint.MaxValue);
                    to.Act(WireAct.Settle);
                }),
            ],
            seconds: 2
        );
        using var bench = Scene.Start(plugged);
        var device = bench.AddDevice("nic");
        var domain = bench.BlockedDomain();

        var thrown = Assert.ThrowsAny<Exception>(() => bench.Attach(device, domain));

        Scene.MustSay(
            Scene.FaultIn(thrown),
            "was ended while Attach went on: it did not come to an end within 2 s of real time"
        );
    }

    [SkippableFact]
    public void One_that_waits_ten_minutes_of_virtual_time_is_told_to_bound_its_waits()
    {
        var plugged = Plug(
            _folder,
            [
                .. Ready,
                .. Acts(to =>
                {
                    to.Act(WireAct.Relax);
                    to.U32(700);
                    to.Act(WireAct.Settle);
                }),
            ]
        );
        using var bench = Scene.Start(plugged);
        var device = bench.AddDevice("nic");
        var domain = bench.BlockedDomain();
        bench.System.MicrosecondsPerRelax = 1_000_000;

        var thrown = Assert.ThrowsAny<Exception>(() => bench.Attach(device, domain));

        Scene.MustSay(
            Scene.FaultIn(thrown),
            "while Attach went on: it has waited for 600 s of virtual time",
            "Every wait for hardware needs a bound, by microseconds, and ends with ETIMEDOUT."
        );
    }

    private static void MustBeGone(string number)
    {
        var id = int.Parse(File.ReadAllText(number));
        try
        {
            Assert.True(Process.GetProcessById(id).WaitForExit(5000), "the process goes on");
        }
        catch (ArgumentException)
        {
            // It is gone.
        }
    }
}
