using System.IO.MemoryMappedFiles;
using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Adapters.Wire;

/// <summary>
/// The machine as a driver in this process sees it, which is in another one. What has no result is said together with the next
/// thing that has one; memory is read from the window.
/// </summary>
public sealed class ServedSystem : ISystem, IDisposable
{
    private readonly Stream _from;
    private readonly Stream _to;
    private readonly WireWriter _acts = new();
    private readonly byte[] _answer = new byte[16];
    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly ulong _start;
    private readonly ulong _bytes;

    // Hardware has had a turn since memory was last known: what it may have written is not in the window yet.
    private bool _stale;
    private uint _relaxed;

    /// <summary>The machine at the other end of two streams.</summary>
    /// <param name="from">What it says.</param>
    /// <param name="to">What is said to it.</param>
    /// <param name="path">The file of the memory window; empty: there is none.</param>
    /// <param name="start">The address that its first byte stands for.</param>
    /// <param name="bytes">Its size.</param>
    public ServedSystem(Stream from, Stream to, string path, ulong start, ulong bytes)
    {
        (_from, _to, _start) = (from, to, start);
        if (path.Length == 0)
            return;
        _bytes = bytes;
        _file = MemoryMappedFile.CreateFromFile(
            new FileStream(
                path,
                FileMode.Open,
                FileAccess.ReadWrite,
                FileShare.ReadWrite | FileShare.Delete
            ),
            null,
            0,
            MemoryMappedFileAccess.ReadWrite,
            HandleInheritability.None,
            leaveOpen: false
        );
        _view = _file.CreateViewAccessor();
    }

    /// <summary>
    /// False for a driver that declares <see cref="Observation.AtDoorbell"/>: what it stores is seen in the window, when it says
    /// something.
    /// </summary>
    public bool SaysStores { get; set; } = true;

    /// <summary>The window, for who hands it on; null if there is none.</summary>
    public MemoryMappedViewAccessor? Window => _view;

    /// <summary>
    /// Called when the suite is gone in the middle of an operation. A driver that polls would never learn of it: who has a process
    /// for it alone ends it.
    /// </summary>
    public Action? Lost { get; set; }

    /// <summary>The address that its first byte stands for.</summary>
    public PhysicalAddress WindowStart => _start;

    /// <summary>Its size in bytes.</summary>
    public ulong WindowBytes => _bytes;

    /// <inheritdoc/>
    public ulong Microseconds => Ask(Act(WireAct.Microseconds));

    /// <inheritdoc/>
    public PhysicalAddress? Allocate(ulong bytes, ulong alignment)
    {
        var act = Act(WireAct.Allocate);
        act.U64(bytes);
        act.U64(alignment);
        return Ask(act) is var given and not ulong.MaxValue ? given : null;
    }

    /// <inheritdoc/>
    public void Free(PhysicalAddress address) => Act(WireAct.Free).U64(address.Value);

    /// <inheritdoc/>
    public ulong Load(PhysicalAddress address)
    {
        if (!IsInWindow(address))
        {
            var act = Act(WireAct.Load);
            act.U64(address.Value);
            return Ask(act);
        }
        if (_stale)
            Ask(Act(WireAct.Settle));
        Act(WireAct.Loaded).U64(address.Value);
        return _view!.ReadUInt64((long)(address.Value - _start));
    }

    /// <inheritdoc/>
    public void Store(PhysicalAddress address, ulong value)
    {
        var isInWindow = IsInWindow(address);
        if (isInWindow)
            _view!.Write((long)(address.Value - _start), value);
        if (isInWindow && !SaysStores)
            return;
        var act = Act(WireAct.Store);
        act.U64(address.Value);
        act.U64(value);
    }

    /// <inheritdoc/>
    public ulong CompareExchange(PhysicalAddress address, ulong expected, ulong value)
    {
        var act = Act(WireAct.CompareExchange);
        act.U64(address.Value);
        act.U64(expected);
        act.U64(value);
        return Ask(act);
    }

    /// <inheritdoc/>
    public void Barrier() => Act(WireAct.Barrier);

    /// <inheritdoc/>
    public void Clean(PhysicalAddress address, ulong bytes)
    {
        var act = Act(WireAct.Clean);
        act.U64(address.Value);
        act.U64(bytes);
    }

    /// <inheritdoc/>
    public void Relax()
    {
        _relaxed++;
        _stale = true;
    }

    /// <inheritdoc/>
    public void Report(in FaultReport report) => Act(WireAct.Report).Write(in report);

    /// <inheritdoc/>
    public void Forward(VirtualSmmuHandle guest, in EventRecord record)
    {
        var act = Act(WireAct.Forward);
        act.I32(guest.Value);
        act.Record(in record);
    }

    /// <inheritdoc/>
    public void Ask(in PageFault fault) => Act(WireAct.Ask).Write(in fault);

    /// <inheritdoc/>
    public void Log(LogLevel level, string message)
    {
        var act = Act(WireAct.Log);
        act.U8((byte)level);
        act.Text(message);
    }

    /// <summary>The driver is about to act: nothing has been said yet, and the window is up to date.</summary>
    internal void Begin()
    {
        _acts.Start(FrameKind.Acts);
        _stale = false;
        _relaxed = 0;
    }

    /// <summary>The operation ends: its error; its results follow, then <see cref="Send"/>.</summary>
    internal WireWriter Return(ErrorClass error)
    {
        var act = Act(WireAct.Return);
        act.I32((int)error);
        return act;
    }

    /// <summary>Says all that there is to say.</summary>
    internal void Send() => _acts.Send(_to);

    /// <summary>Hardware gets a turn by a register that is written.</summary>
    internal WireWriter Write(WireAct act, uint node, uint offset)
    {
        var write = Act(act);
        write.U32(node);
        write.U32(offset);
        _stale = true;
        return write;
    }

    /// <summary>Starts an act; those that are still to be said come before it.</summary>
    internal WireWriter Act(WireAct act)
    {
        if (_relaxed > 0)
        {
            _acts.Act(WireAct.Relax);
            _acts.U32(_relaxed);
            _relaxed = 0;
        }
        // A frame has a limit; nobody needs to know.
        if (_acts.Length > Protocol.LongestFrame / 2)
        {
            _acts.Act(WireAct.Settle);
            Ask(_acts);
        }
        _acts.Act(act);
        return _acts;
    }

    /// <summary>Says what there is to say, and waits for the answer to the last of it.</summary>
    internal ulong Ask(WireWriter acts)
    {
        try
        {
            acts.Send(_to);
            // Length, kind, value.
            _from.ReadExactly(_answer, 0, 13);
        }
        catch (IOException)
        {
            Lost?.Invoke();
            throw;
        }
        var answer = new WireReader(_answer.AsSpan(4, 9), 0);
        if (answer.U8("kind of frame") != (byte)FrameKind.Answer)
            throw new WireException("the suite has not answered");
        Begin();
        return answer.U64("the answer");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _view?.Dispose();
        _file?.Dispose();
    }

    private bool IsInWindow(PhysicalAddress address) =>
        address.Value >= _start && address.Value - _start < _bytes && address.Value % 8 == 0;
}
