using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Adapters.Wire;

/// <summary>Does on the machine what a driver in another process says it did, in its order.</summary>
/// <param name="process">The driver.</param>
internal sealed class ActPlayer(DriverProcess process)
{
    // Hardware that has not answered by then never will, and drivers give up after about a second for each thing they wait for.
    private const ulong LongestWait = 600_000_000;

    // No operation of the catalogue needs a tenth of it; each act is noted, and memory is finite.
    private const int MostActs = 4_000_000;

    private readonly List<IPlatform> _nodes = [];
    private readonly WireWriter _answer = new();
    private readonly DoorbellStores? _unordered =
        process.Description.Observation == Observation.AtDoorbell
            ? new DoorbellStores(process.Window)
            : null;
    private ISystem? _system;
    private ulong _started;
    private int _acts;
    private IMemoryChanges? _memory;

    /// <summary>The number by which a driver knows a node.</summary>
    public uint NodeOf(IPlatform platform)
    {
        if (_system is null)
        {
            _system = platform.System;
            _memory = _system as IMemoryChanges;
            if (_unordered is not null && _memory is null)
                throw new DriverFaultException(
                    $"driver {process.Name} declares AtDoorbell: it writes the memory window itself, and this machine has none. Store by messages, and declare EveryStore."
                );
        }
        if (!_nodes.Contains(platform))
            _nodes.Add(platform);
        return (uint)_nodes.IndexOf(platform);
    }

    /// <summary>What the driver is about to see must be there.</summary>
    public void Show()
    {
        if (_memory is not null)
            process.Window.Update(_memory);
    }

    /// <summary>Plays until the operation returns.</summary>
    /// <returns>What stands behind <see cref="WireAct.Return"/>.</returns>
    public WireReader UntilReturn()
    {
        _started = _system?.Microseconds ?? 0;
        _acts = 0;
        while (true)
        {
            var frame = process.Receive();
            if (frame.U8("kind of frame") is var kind && kind != (byte)FrameKind.Acts)
                throw frame.Wrong($"the frame has kind 0x{kind:x2}, and must be 0x12 (Acts)", 1);
            if (_system is not null)
                _unordered?.Bring(_system, _memory!);
            if (Play(ref frame) is not { } answer)
                return frame;
            frame.MustBeAtEnd();
            Show();
            _answer.Start(FrameKind.Answer);
            _answer.U64(answer);
            process.Send(_answer);
        }
    }

    // The answer to the last act, or null if it returns.
    private ulong? Play(ref WireReader from)
    {
        while (true)
        {
            if (from.IsAtEnd)
                throw from.Wrong(
                    "the frame ends with an act that asks for nothing; the last must ask or return",
                    0
                );
            if (++_acts > MostActs)
                throw new DriverFaultException(
                    $"driver {process.Name}, while {process.Doing}: it has done {MostActs} things and is still at it. Every loop needs a bound."
                );
            var number = from.U8("an act");
            switch ((WireAct)number)
            {
                case WireAct.Return:
                    return null;
                case WireAct.Store:
                    Store(from.U64("address"), from.U64("value"));
                    break;
                case WireAct.Barrier:
                    System().Barrier();
                    break;
                case WireAct.Clean:
                    System().Clean(from.U64("address"), from.U64("bytes"));
                    break;
                case WireAct.Write32:
                    Node(ref from).Write32(from.U32("offset"), from.U32("value"));
                    break;
                case WireAct.Write64:
                    Node(ref from).Write64(from.U32("offset"), from.U64("value"));
                    break;
                case WireAct.Switch:
                    Node(ref from)
                        .Switch(
                            from.U32("stream"),
                            (DeviceEnables)from.U8("enables"),
                            from.U8("unit")
                        );
                    break;
                case WireAct.Free:
                    Free(from.U64("address"));
                    break;
                case WireAct.Relax:
                    Relax(from.U32("how many times"));
                    break;
                case WireAct.Loaded:
                    System().Load(from.U64("address"));
                    break;
                case WireAct.Report:
                    System().Report(from.FaultReport());
                    break;
                case WireAct.Forward:
                    System().Forward(new(from.I32("guest")), from.Record("the record"));
                    break;
                case WireAct.Ask:
                    System().Ask(from.PageFault());
                    break;
                case WireAct.Log:
                    System().Log(from.Choice<LogLevel>("level"), from.Text("text"));
                    break;
                case WireAct.Read32:
                    return Node(ref from).Read32(from.U32("offset"));
                case WireAct.Read64:
                    return Node(ref from).Read64(from.U32("offset"));
                case WireAct.Allocate:
                    return Allocate(from.U64("bytes"), from.U64("alignment"));
                case WireAct.Load:
                    return System().Load(from.U64("address"));
                case WireAct.CompareExchange:
                    return Exchange(from.U64("address"), from.U64("expected"), from.U64("value"));
                case WireAct.Microseconds:
                    return System().Microseconds;
                case WireAct.Settle:
                    return 0;
                default:
                    throw from.Wrong($"there is no act 0x{number:x2}", 1);
            }
        }
    }

    private void Relax(uint times)
    {
        var system = System();
        // Who says that it waits four billion times is ended in the middle of it.
        for (; times > 0 && !process.IsOver; times--)
        {
            system.Relax();
            if (system.Microseconds - _started > LongestWait)
                throw new DriverFaultException(
                    $"driver {process.Name}, while {process.Doing}: it has waited for {LongestWait / 1_000_000} s of virtual time. Every wait for hardware needs a bound, by microseconds, and ends with ETIMEDOUT."
                );
        }
    }

    private ulong Allocate(ulong bytes, ulong alignment)
    {
        if (alignment < 64 || (alignment & (alignment - 1)) != 0)
            throw new DriverFaultException(
                $"driver {process.Name}, while {process.Doing}: it allocates {bytes} bytes with alignment {alignment}, which must be a power of two and at least 64"
            );
        if (System().Allocate(bytes, alignment) is not { } given)
            return ulong.MaxValue;
        _unordered?.Allocated(given, bytes);
        return given.Value;
    }

    private void Free(PhysicalAddress address)
    {
        _unordered?.Freed(address);
        System().Free(address);
    }

    private IPlatform Node(ref WireReader from)
    {
        var node = from.U32("node");
        return node < _nodes.Count
            ? _nodes[(int)node]
            : throw from.Wrong(
                $"there is no node {node}; {_nodes.Count} have been given to be probed",
                4
            );
    }

    private void Store(ulong address, ulong value)
    {
        process.Window.Stored(address);
        System().Store(address, value);
    }

    private ulong Exchange(ulong address, ulong expected, ulong value)
    {
        process.Window.Stored(address);
        return System().CompareExchange(address, expected, value);
    }

    private ISystem System() =>
        _system
        ?? throw new DriverFaultException(
            $"driver {process.Name}, while {process.Doing}: it touches the machine before an SMMU was given to it. Memory, time and registers are there from the first probe on."
        );
}
