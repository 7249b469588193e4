using SmmuConformance.Bench;
using SmmuConformance.Driver.Adapters.Wire;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Conformance.Plugging;

/// <summary>
/// A process that says what it was told to say, whatever it hears, and stays until it hears no more: all there is to a driver that
/// does not keep to the protocol.
/// </summary>
internal static class ScriptedProcess
{
    /// <summary>What a driver may say of itself.</summary>
    public static DriverDescription Description { get; } =
        new("scripted", "1", default, new(), Observation.EveryStore);

    /// <summary>A driver that says these bytes.</summary>
    /// <param name="folder">Where they are put.</param>
    /// <param name="said">They.</param>
    /// <param name="then">What it does afterwards, as a shell understands it.</param>
    /// <param name="seconds">Bound of one operation.</param>
    public static PluggedDriver Plug(
        TemporaryFolder folder,
        byte[] said,
        string then = "cat >/dev/null",
        double seconds = 30
    ) =>
        PluggedDriver.Parse(
            Command(folder, said, then),
            new() { Patience = TimeSpan.FromSeconds(seconds) }
        );

    /// <summary>How a program is chosen that says these bytes.</summary>
    /// <param name="folder">Where they are put.</param>
    /// <param name="said">They.</param>
    /// <param name="then">What it does afterwards, as a shell understands it.</param>
    public static string Command(
        TemporaryFolder folder,
        byte[] said,
        string then = "cat >/dev/null"
    )
    {
        MustHaveShell();
        var bytes = folder.Write("said", said);
        var script = folder.Write("driver.sh", $"cat '{bytes}'\n{then}\n");
        return $"process:sh {script}";
    }

    /// <summary>The test is skipped where there is no shell.</summary>
    public static void MustHaveShell() =>
        Skip.If(
            OperatingSystem.IsWindows() || Programs.Find("sh") is null,
            "no shell (sh) is in PATH"
        );

    /// <summary>The bytes of a frame.</summary>
    public static byte[] Frame(FrameKind kind, Action<WireWriter>? write = null)
    {
        var frame = new WireWriter().Start(kind);
        write?.Invoke(frame);
        using var stream = new MemoryStream();
        frame.Send(stream);
        return stream.ToArray();
    }

    /// <summary>The frame that says who it is.</summary>
    public static byte[] Welcome(
        uint magic = Protocol.Magic,
        ushort version = Protocol.Version,
        DriverDescription? description = null,
        Capabilities offered = Capabilities.None
    ) =>
        Frame(
            FrameKind.Welcome,
            to =>
            {
                to.U32(magic);
                to.U16(version);
                to.Write(description ?? Description, offered);
            }
        );

    /// <summary>Acts, the last of which must ask or return.</summary>
    public static byte[] Acts(Action<WireWriter> write) => Frame(FrameKind.Acts, write);

    /// <summary>An operation returns, with a handle if it has one.</summary>
    public static byte[] Return(int error = 0, int? handle = null) =>
        Acts(to =>
        {
            to.Act(WireAct.Return);
            to.I32(error);
            if (handle is { } it)
                to.I32(it);
        });

    /// <summary>Up to and with the probe of the first SMMU.</summary>
    public static byte[] Probed { get; } = [.. Welcome(), .. Return(), .. Return(handle: 1)];

    /// <summary>Up to where a device can be attached to a domain.</summary>
    public static byte[] Ready { get; } = [.. Probed, .. Return(handle: 2), .. Return(handle: 3)];
}
