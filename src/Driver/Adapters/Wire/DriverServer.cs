using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Adapters.Wire;

/// <summary>
/// The other end of <see cref="RemoteDriver"/>: makes a driver of this process available over two streams. A driver written in C#
/// can be put into a process of its own with it.
/// </summary>
/// <param name="from">What the suite says.</param>
/// <param name="to">What is said to it.</param>
/// <param name="create">A driver for a new machine.</param>
public sealed partial class DriverServer(
    Stream from,
    Stream to,
    Func<ServedSystem, ISmmuDriver> create
) : IDisposable
{
    private readonly Dictionary<uint, ServedPlatform> _platforms = [];
    private ServedSystem _system = new(Stream.Null, Stream.Null, "", 0, 0);
    private ISmmuDriver? _driver;
    private readonly FrameReader _frames = new(from, "suite");

    /// <summary>Serves until the suite closes its end.</summary>
    /// <param name="description">What the driver says of itself.</param>
    /// <param name="offered">The capabilities whose operations it has.</param>
    /// <exception cref="WireException">Who is at the other end does not speak the protocol.</exception>
    public void Serve(DriverDescription description, Capabilities offered)
    {
        if (!_frames.ReceiveHello(DriverProcess.Driver, out var hello))
            return;
        Greet(ref hello);
        var welcome = new WireWriter().Start(FrameKind.Welcome);
        welcome.U32(Protocol.Magic);
        welcome.U16(Protocol.Version);
        // Calls come one after another here.
        welcome.Write(
            description with
            {
                Capabilities = description.Capabilities & ~Capabilities.Concurrent,
            },
            offered
        );
        welcome.Send(to);
        while (_frames.Receive(out var frame))
            Serve(ref frame);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        (_driver as IDisposable)?.Dispose();
        _system.Dispose();
    }

    private void Greet(ref WireReader hello)
    {
        var start = hello.U64("start of the window");
        var bytes = hello.U64("bytes of the window");
        _system = new ServedSystem(from, to, hello.Text("path of the window"), start, bytes);
    }

    private void Serve(ref WireReader frame)
    {
        _system.Begin();
        switch ((FrameKind)frame.U8("kind of frame"))
        {
            case FrameKind.Begin:
                _platforms.Clear();
                _driver = create(_system);
                _system.Return(ErrorClass.None);
                break;
            case FrameKind.End:
                (_driver as IDisposable)?.Dispose();
                _driver = null;
                _system.Return(ErrorClass.None);
                break;
            case FrameKind.Call when _driver is { } driver:
                Call(driver, (Operation)frame.U8("operation"), ref frame);
                break;
            default:
                throw new WireException("the suite says what it must not say here");
        }
        _system.Send();
    }

    private ServedPlatform Platform(ref WireReader frame)
    {
        var node = frame.U32("node");
        var firmware = frame.Firmware();
        if (!_platforms.TryGetValue(node, out var platform))
            _platforms[node] = platform = new(_system, node, firmware);
        return platform;
    }
}
