using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Adapters.Native;

/// <summary>
/// The machine as one library's driver sees it: what its callbacks do. An exception must not cross a frame of C; the first one is
/// kept, everything after it is ignored, and it goes on where the operation returns.
/// </summary>
internal sealed unsafe class NativeMachine : IDisposable
{
    private readonly List<IPlatform> _nodes = [];
    private readonly NativeSystemTable* _table;
    private readonly GCHandle _self;
    private readonly string _driver;
    private ExceptionDispatchInfo? _thrown;
    private ISystem? _system;

    public NativeMachine(string driver, ISystem? system, NativeWindow window)
    {
        (_driver, _system) = (driver, system);
        _self = GCHandle.Alloc(this);
        _table = (NativeSystemTable*)NativeMemory.AllocZeroed((nuint)sizeof(NativeSystemTable));
        *_table = new()
        {
            Size = (uint)sizeof(NativeSystemTable),
            Abi = NativeLibraryFile.Abi,
            Context = GCHandle.ToIntPtr(_self),
            Read32 = &Read32,
            Read64 = &Read64,
            Write32 = &Write32,
            Write64 = &Write64,
            Allocate = &Allocate,
            Free = &Free,
            Load = &Load,
            Store = &Store,
            CompareExchange = &CompareExchange,
            Barrier = &Barrier,
            Clean = &Clean,
            Relax = &Relax,
            Microseconds = &Microseconds,
            SwitchDevice = &SwitchDevice,
            Report = &Report,
            Forward = &Forward,
            Ask = &Ask,
            Log = &Log,
            Window = (byte*)window.Mapped,
            WindowBase = window.Start,
            WindowBytes = window.Bytes,
        };
    }

    public NativeSystemTable* Table => _table;

    /// <summary>The number by which the library knows a node.</summary>
    public uint NodeOf(IPlatform platform)
    {
        _system ??= platform.System;
        if (!_nodes.Contains(platform))
            _nodes.Add(platform);
        return (uint)_nodes.IndexOf(platform);
    }

    /// <summary>Lets out what was thrown while the library was at work.</summary>
    public void Rethrow()
    {
        var thrown = _thrown;
        _thrown = null;
        thrown?.Throw();
    }

    public void Dispose()
    {
        NativeMemory.Free(_table);
        _self.Free();
    }

    private ISystem System =>
        _system
        ?? throw new DriverFaultException(
            $"driver {_driver}: it touches the machine before an SMMU was given to it. Memory, time and registers are there from the first probe on."
        );

    private IPlatform Node(uint node) =>
        node < _nodes.Count
            ? _nodes[(int)node]
            : throw new DriverFaultException(
                $"driver {_driver}: there is no node {node}; {_nodes.Count} have been given to be probed (smmu_firmware.node)"
            );

    // The arguments are passed on instead of captured: nothing is allocated for a store.
    private static T Do<T, TArguments>(
        nint context,
        TArguments arguments,
        Func<NativeMachine, TArguments, T> act
    )
        where T : struct
    {
        var machine = (NativeMachine)GCHandle.FromIntPtr(context).Target!;
        if (machine._thrown is not null)
            return default;
        try
        {
            return act(machine, arguments);
        }
        catch (Exception e)
        {
            machine._thrown = ExceptionDispatchInfo.Capture(e);
            return default;
        }
    }

    private static void Do<TArguments>(
        nint context,
        TArguments arguments,
        Action<NativeMachine, TArguments> act
    )
    {
        var machine = (NativeMachine)GCHandle.FromIntPtr(context).Target!;
        if (machine._thrown is not null)
            return;
        try
        {
            act(machine, arguments);
        }
        catch (Exception e)
        {
            machine._thrown = ExceptionDispatchInfo.Capture(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static uint Read32(nint context, uint node, uint offset) =>
        Do(context, (node, offset), static (m, a) => m.Node(a.node).Read32(a.offset));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static ulong Read64(nint context, uint node, uint offset) =>
        Do(context, (node, offset), static (m, a) => m.Node(a.node).Read64(a.offset));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Write32(nint context, uint node, uint offset, uint value) =>
        Do(
            context,
            (node, offset, value),
            static (m, a) => m.Node(a.node).Write32(a.offset, a.value)
        );

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Write64(nint context, uint node, uint offset, ulong value) =>
        Do(
            context,
            (node, offset, value),
            static (m, a) => m.Node(a.node).Write64(a.offset, a.value)
        );

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static ulong Allocate(nint context, ulong bytes, ulong alignment) =>
        Do(
            context,
            (bytes, alignment),
            static (m, a) => m.System.Allocate(a.bytes, a.alignment)?.Value ?? 0
        );

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Free(nint context, ulong address) =>
        Do(context, address, static (m, a) => m.System.Free(a));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static ulong Load(nint context, ulong address) =>
        Do(context, address, static (m, a) => m.System.Load(a));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Store(nint context, ulong address, ulong value) =>
        Do(context, (address, value), static (m, a) => m.System.Store(a.address, a.value));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static ulong CompareExchange(
        nint context,
        ulong address,
        ulong expected,
        ulong value
    ) =>
        Do(
            context,
            (address, expected, value),
            static (m, a) => m.System.CompareExchange(a.address, a.expected, a.value)
        );

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Barrier(nint context) =>
        Do(context, 0, static (m, _) => m.System.Barrier());

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Clean(nint context, ulong address, ulong bytes) =>
        Do(context, (address, bytes), static (m, a) => m.System.Clean(a.address, a.bytes));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Relax(nint context) => Do(context, 0, static (m, _) => m.System.Relax());

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static ulong Microseconds(nint context) =>
        // Once something is wrong no wait may last.
        ((NativeMachine)GCHandle.FromIntPtr(context).Target!)._thrown
            is null
            ? Do(context, 0, static (m, _) => m.System.Microseconds)
            : ulong.MaxValue;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void SwitchDevice(
        nint context,
        uint node,
        uint stream,
        byte enables,
        byte unit
    ) =>
        Do(
            context,
            (node, stream, enables, unit),
            static (m, a) => m.Node(a.node).Switch(a.stream, (DeviceEnables)a.enables, a.unit)
        );

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Report(nint context, NativeFaultReport* fault)
    {
        var report = new FaultReport(
            new(fault->Smmu),
            fault->HasMaster != 0 ? new MasterHandle(fault->Master) : null,
            (FaultKind)fault->Kind,
            new(fault->Record[0], fault->Record[1], fault->Record[2], fault->Record[3])
        );
        Do(context, report, static (m, it) => m.System.Report(in it));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Forward(nint context, int guest, ulong* words)
    {
        var record = new EventRecord(words[0], words[1], words[2], words[3]);
        Do(
            context,
            (guest, record),
            static (m, it) => m.System.Forward(new(it.guest), in it.record)
        );
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Ask(nint context, NativePageFault* it)
    {
        var fault = new PageFault(
            new(it->Group),
            it->Last != 0,
            new(it->Master),
            it->HasPasid != 0 ? (SubstreamId)it->Pasid : null,
            it->Address,
            it->Read != 0,
            it->Write != 0,
            it->Execute != 0,
            it->Privileged != 0
        );
        Do(context, fault, static (m, asked) => m.System.Ask(in asked));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Log(nint context, int level, byte* text)
    {
        var message = Marshal.PtrToStringUTF8((nint)text) ?? "";
        Do(
            context,
            (level, message),
            static (m, it) => m.System.Log((LogLevel)Math.Clamp(it.level, 0, 2), it.message)
        );
    }
}

/// <summary>Memory for DMA where a library can read it; all zero: nowhere.</summary>
/// <param name="Mapped">Where it is mapped.</param>
/// <param name="Start">The address that its first byte stands for.</param>
/// <param name="Bytes">Its size.</param>
public readonly record struct NativeWindow(nint Mapped, ulong Start, ulong Bytes);
