using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Adapters.Wire;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Conformance.Plugging;

/// <summary>
/// What a driver may do to the machine and should not, done by one in this process and by one in another: the monitor says it, and
/// the suite itself does not go wrong.
/// </summary>
public sealed class MachineMisuseTests : IDisposable
{
    private const ulong Beyond = 1ul << 52;
    private const ulong Last = ulong.MaxValue - 7;

    private static readonly Dictionary<string, (Action<IPlatform> Act, string Told)> s_misuses =
        new()
        {
            ["store beyond memory"] = (p => p.System.Store(Beyond, 1), "monitor.owned-memory"),
            ["store at the last word"] = (p => p.System.Store(Last, 1), "monitor.owned-memory"),
            ["store at 0"] = (p => p.System.Store(0, 1), "monitor.owned-memory"),
            ["store misaligned"] = (p => p.System.Store(0x8000_0004, 1), "monitor.aligned-access"),
            ["store misaligned at the end"] = (
                p => p.System.Store(ulong.MaxValue, 1),
                "monitor.aligned-access"
            ),
            ["load beyond memory"] = (p => p.System.Load(Beyond), "monitor.owned-memory"),
            ["load at the last word"] = (p => p.System.Load(Last), "monitor.owned-memory"),
            ["load misaligned"] = (p => p.System.Load(0x8000_0001), "monitor.aligned-access"),
            ["exchange beyond memory"] = (
                p => p.System.CompareExchange(Last, 0, 1),
                "monitor.owned-memory"
            ),
            ["exchange misaligned"] = (
                p => p.System.CompareExchange(0x8000_0002, 0, 1),
                "monitor.aligned-access"
            ),
            ["free what is not allocated"] = (p => p.System.Free(0x1234), "monitor.owned-memory"),
            ["free the last word"] = (p => p.System.Free(Last), "monitor.owned-memory"),
            ["free twice"] = (
                p =>
                {
                    // The first there is.
                    p.System.Allocate(64, 64);
                    p.System.Free(0x8000_0000);
                    p.System.Free(0x8000_0000);
                },
                "monitor.owned-memory"
            ),
            ["clean everything"] = (p => p.System.Clean(0, ulong.MaxValue), ""),
            ["clean the last byte"] = (p => p.System.Clean(ulong.MaxValue, ulong.MaxValue), ""),
            ["clean half of memory"] = (p => p.System.Clean(0x8000_0000, 1ul << 51), ""),
            ["allocate everything"] = (
                p => MustHaveNone(p.System.Allocate(ulong.MaxValue, 64)),
                ""
            ),
            ["allocate far aligned"] = (p => MustHaveNone(p.System.Allocate(64, 1ul << 63)), ""),
            ["allocate more than there is"] = (
                p => MustHaveNone(p.System.Allocate(1ul << 40, 4096)),
                ""
            ),
            ["read misaligned"] = (p => p.Read32(0x21), "monitor.register-access"),
            ["read 64 bits misaligned"] = (p => p.Read64(0x84), "monitor.register-access"),
            ["read far away"] = (p => p.Read32(0xffff_fffc), "monitor.register-access"),
            ["read 64 bits far away"] = (p => p.Read64(0xffff_fff8), "monitor.register-access"),
            ["read far away and misaligned"] = (
                p => p.Read64(uint.MaxValue),
                "monitor.register-access"
            ),
            ["write misaligned"] = (p => p.Write32(0x22, 1), "monitor.register-access"),
            ["write 64 bits misaligned"] = (p => p.Write64(0x81, 1), "monitor.register-access"),
            ["write far away"] = (p => p.Write32(0xffff_fffc, 1), "monitor.register-access"),
            ["write 64 bits far away"] = (
                p => p.Write64(0xffff_fff8, 1),
                "monitor.register-access"
            ),
            ["write far away and misaligned"] = (
                p => p.Write32(uint.MaxValue, 1),
                "monitor.register-access"
            ),
            ["switch on everything at no device"] = (
                p => p.Switch(uint.MaxValue, (DeviceEnables)0xff, 255),
                "monitor.device-caches"
            ),
            ["report of nobody"] = (
                p =>
                    p.System.Report(
                        new(
                            new(-1),
                            new MasterHandle(int.MinValue),
                            FaultKind.Other,
                            new(1, 2, 3, 4)
                        )
                    ),
                ""
            ),
            ["forward to nobody"] = (p => p.System.Forward(new(int.MaxValue), new(1, 2, 3, 4)), ""),
            ["ask for nobody"] = (
                p =>
                    p.System.Ask(
                        new(
                            new(long.MinValue),
                            true,
                            new(-9),
                            0xffff_ffff,
                            Last,
                            true,
                            true,
                            true,
                            true
                        )
                    ),
                ""
            ),
        };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Misuses => [.. s_misuses.Keys];

    [Theory]
    [MemberData(nameof(Misuses))]
    public void In_this_process_the_monitor_says_it(string name)
    {
        var (act, told) = s_misuses[name];

        MustBeTold(() => new QuietDriver(act), told);
    }

    [SkippableTheory]
    [MemberData(nameof(Misuses))]
    public void From_another_process_the_monitor_says_it(string name)
    {
        var (act, told) = s_misuses[name];
        var plugged = ScriptedProcess.Plug(
            _folder,
            [.. ScriptedProcess.Ready, .. FramesOf(act), .. ScriptedProcess.Return()]
        );

        MustBeTold(plugged.Create, told);
    }

    [Theory]
    [InlineData(0ul)]
    [InlineData(96ul)]
    [InlineData(ulong.MaxValue)]
    public void An_alignment_that_is_no_power_of_two_is_refused(ulong alignment)
    {
        using var bench = Scene.Start(() => new QuietDriver(p => p.System.Allocate(64, alignment)));
        var device = bench.AddDevice("nic");
        var domain = bench.BlockedDomain();

        var thrown = Assert.Throws<DriverThrewException>(() => bench.Attach(device, domain));

        Scene.MustSay(
            thrown.Message,
            "the driver threw ArgumentException from `attach nic to domain 3`",
            $"alignment is {alignment}, and must be a power of two, at least 64"
        );
    }

    private static void MustBeTold(Func<ISmmuDriver> driver, string told)
    {
        using var bench = Scene.Start(driver);
        var device = bench.AddDevice("nic");
        var domain = bench.BlockedDomain();

        var thrown = Record.Exception(() => bench.Attach(device, domain));

        if (told.Length == 0)
        {
            Assert.Null(thrown);
            return;
        }
        Assert.IsType<ViolationException>(thrown);
        Assert.StartsWith(told, thrown.Message, StringComparison.Ordinal);
        // Not even the text of what happened goes wrong.
        Assert.NotEmpty(TraceText.Of(bench.Trace.Entries));
    }

    private static void MustHaveNone(PhysicalAddress? given) => Assert.Null(given);

    // What a driver in another process writes when it does so; every answer it gets is "no".
    private static byte[] FramesOf(Action<IPlatform> act)
    {
        byte[] no = [9, 0, 0, 0, (byte)FrameKind.Answer, .. Enumerable.Repeat((byte)0xff, 8)];
        using var from = new MemoryStream([.. no, .. no]);
        using var to = new MemoryStream();
        using var system = new ServedSystem(from, to, "", 0, 0);
        system.Begin();
        act(new ServedPlatform(system, 0, new()));
        system.Return(ErrorClass.None);
        system.Send();
        return to.ToArray();
    }
}
