using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Conformance.Plugging;

/// <summary>
/// Every way to die in a library: the operation in which it happens has no outcome, the message says how it died, and the next
/// machine knows nothing of it.
/// </summary>
public sealed class CrashMatrixTests
{
    private const string Segmentation = "by SIGSEGV (an access to memory that is not there)";
    private const string Aborted = "by SIGABRT (abort, or a failed assertion)";
    private const string Overdue = "it did not come to an end within";

    public static TheoryData<string, string, string> Deaths =>
        new()
        {
            { "read_null@attach", "ended", Segmentation },
            { "write_null@attach", "ended", Segmentation },
            { "call_null@attach", "ended", Segmentation },
            { "abort@attach", "ended", Aborted },
            { "assert@attach", "ended", Aborted },
            { "exit_0@attach", "ended", "it exited with code 0" },
            { "exit_3@attach", "ended", "it exited with code 3" },
            { "quick_exit@attach", "ended", "it exited with code 42" },
            { "panic@attach", "ended", "it exited with code 1" },
            { "kill@attach", "ended", "by SIGKILL (somebody killed it)" },
            { "terminate@attach", "ended", "by SIGTERM (somebody ended it)" },
            { "hang_up@attach", "ended", "by SIGHUP (its terminal is gone)" },
            { "alarm@attach", "ended", "by SIGALRM (its alarm went off)" },
            { "divide@attach", "ended", "by SIG" },
            { "illegal@attach", "ended", "by SIG" },
            { "bus@attach", "ended", "by SIGBUS (a bus error)" },
            { "overflow@attach", "ended", "by SIG" },
            { "thread@attach", "ended", Segmentation },
            { "free_twice@attach", "ended", Aborted },
            { "no_memory@attach", "ended", Segmentation },
            { "close_all@attach", "ended", "" },
            { "fork@attach", "ended", "it exited with code 0" },
            { "exec@attach", "ended", "it exited with code 5" },
            { "read_null@detach", "ended", Segmentation },
            { "abort@map", "ended", Aborted },
            { "kill@unmap", "ended", "by SIGKILL" },
            { "exit_0@flush", "ended", "it exited with code 0" },
            { "divide@handle_interrupt", "ended", "by SIG" },
            { "illegal@geometry", "ended", "by SIG" },
            { "read_null@remove_master", "ended", Segmentation },
            { "read_null@add_master", "ended", Segmentation },
        };

    public static TheoryData<string> Hangs =>
        [
            "spin@attach",
            "relax@attach",
            "poll@attach",
            "sleep@attach",
            "stop@attach",
            "deaf@attach",
            "deadlock@attach",
            "sleep@unmap",
        ];

    private static readonly Lazy<PluggedDriver> Patient = new(() => BrokenLibrary.Plug());
    private static readonly Lazy<PluggedDriver> Hasty = new(() => BrokenLibrary.Plug(seconds: 2));

    [SkippableTheory]
    [MemberData(nameof(Deaths))]
    public void A_death_is_told_and_the_next_machine_works(string name, string what, string how)
    {
        var text = Dies(Patient.Value, name);

        Scene.MustSay(
            text,
            $"driver native:{BrokenLibrary.Path} {what} while ",
            $" went on: {how}"
        );
        Scene.MustWork(Patient.Value);
    }

    [SkippableTheory]
    [MemberData(nameof(Hangs))]
    public void A_hang_is_ended_and_told_and_the_next_machine_works(string name)
    {
        var text = Dies(Hasty.Value, name);
        // A machine with much to do may be too slow to get that far.
        if (!text.Contains($"while {OperationOf(name)}", StringComparison.OrdinalIgnoreCase))
            text = Dies(BrokenLibrary.Plug(seconds: 10), name);

        Scene.MustSay(
            text,
            $"driver native:{BrokenLibrary.Path} was ended while ",
            $" went on: {Overdue}",
            "s of real time (SMMU_DUT_SECONDS)"
        );
        Scene.MustWork(Patient.Value);
    }

    [SkippableFact]
    public void What_a_failed_assertion_says_is_shown() =>
        Scene.MustSay(Dies(Patient.Value, "assert@attach"), "the stream table is there");

    [SkippableFact]
    public void Who_dies_when_the_machine_is_let_go_of_is_not_used_again()
    {
        var plugged = BrokenLibrary.Plug();
        using (var bench = Scene.Start(plugged))
            bench.AddDevice("abort@destroy");

        Scene.MustWork(plugged);
    }

    [SkippableTheory]
    [InlineData("close_input@attach")]
    [InlineData("print@attach")]
    [InlineData("own_store@attach")]
    [InlineData("flood@attach")]
    public void What_does_no_harm_is_no_fault(string name)
    {
        using var bench = Scene.Start(Patient.Value);
        var device = bench.AddDevice(name);

        bench.Must(bench.Attach(device, bench.BlockedDomain()));
        bench.Must(bench.Detach(device));
    }

    private static string OperationOf(string name) =>
        name.Split('@')[1].Replace("_", "", StringComparison.Ordinal);

    // What is said by the operation that a device's name ends with.
    private static string Dies(PluggedDriver plugged, string name)
    {
        var operation = name.Split('@')[1];
        var thrown = Assert.ThrowsAny<Exception>(() =>
        {
            using var bench = Scene.Start(plugged);
            var device = bench.AddDevice(name);
            var domain = bench.BlockedDomain();
            _ = operation switch
            {
                "attach" => bench.Attach(device, domain),
                "detach" => bench.Detach(device),
                "map" => bench.Map(domain, 0x1000, 0x8000_0000, 0x1000),
                "unmap" => bench.Unmap(domain, 0x1000, 0x1000).WithoutResult,
                "flush" => bench.Flush(domain),
                "handle_interrupt" => bench.Interrupt(InterruptSource.GlobalError),
                "geometry" => bench.Driver.Geometry(domain).WithoutResult,
                "remove_master" => bench.RemoveDevice(device),
                _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such operation"),
            };
        });
        if (thrown is DriverThrewException)
            Scene.MustSay(thrown.Message, "contract.never-throws: `", "` gave no outcome: driver ");
        return Scene.FaultIn(thrown);
    }
}
