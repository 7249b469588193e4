using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Bench;

/// <summary>The machine as the driver sees it; everything it does is noted and shown to the monitor.</summary>
/// <param name="machine">The emulated machine.</param>
/// <param name="allocator">Where memory comes from.</param>
/// <param name="trace">Where acts are noted.</param>
/// <param name="map">What stands at which address.</param>
/// <param name="monitor">Who watches.</param>
public sealed class EmulatedSystem(
    Machine machine,
    DmaAllocator allocator,
    Trace trace,
    StructureMap map,
    Monitor monitor
) : ISystem, IMemoryChanges
{
    private readonly List<FaultReport> _reports = [];
    private readonly List<PageFault> _asked = [];
    private readonly List<(VirtualSmmuHandle Guest, EventRecord Record)> _forwarded = [];

    /// <summary>Every fault the driver has reported.</summary>
    public IReadOnlyList<FaultReport> Reports => _reports;

    /// <summary>Every event the driver has handed to a guest.</summary>
    public IReadOnlyList<(VirtualSmmuHandle Guest, EventRecord Record)> Forwarded => _forwarded;

    /// <summary>Every page the driver has asked for.</summary>
    public IReadOnlyList<PageFault> Asked => _asked;

    /// <summary>Called at each <see cref="Relax"/>, for cases that let the world change while a driver waits.</summary>
    public Action? Relaxing { get; set; }

    /// <summary>Called before each act of the driver, for cases in which others go on between any two.</summary>
    public Action? Acting { get; set; }

    /// <summary>Virtual time that one <see cref="Relax"/> takes; more, for cases that wait for a timeout.</summary>
    public ulong MicrosecondsPerRelax { get; set; } = 1;

    /// <summary>Time goes on but hardware gets no turn: a part that hangs.</summary>
    public bool HardwareHangs { get; set; }

    /// <summary>Called after each store, for cases in which devices go on while a driver writes.</summary>
    public Action? Stored { get; set; }

    /// <inheritdoc/>
    public ulong Microseconds { get; private set; }

    /// <inheritdoc/>
    public PhysicalAddress? Allocate(ulong bytes, ulong alignment)
    {
        Acting?.Invoke();
        if (!ulong.IsPow2(alignment))
            throw new ArgumentException(
                $"alignment is {alignment}, and must be a power of two, at least 64"
            );
        var address = allocator.Allocate(bytes, alignment);
        if (address is not { } given)
            return null;
        var size = allocator.SizeOf(given);
        trace.Add(new AllocateEntry(given, size));
        monitor.Tell(
            Act.Allocated,
            static (rule, it) => rule.Allocated(it.Item1, it.Item2),
            (given, size)
        );
        return given;
    }

    /// <inheritdoc/>
    public void Free(PhysicalAddress address)
    {
        Acting?.Invoke();
        var size = allocator.SizeOf(address);
        trace.Add(new FreeEntry(address, size));
        monitor.Tell(
            Act.Freeing,
            static (rule, it) => rule.Freeing(it.Item1, it.Item2),
            (address, size)
        );
        machine.Stores.Freed(address, size);
        allocator.Free(address);
    }

    /// <inheritdoc/>
    public ulong Load(PhysicalAddress address)
    {
        Acting?.Invoke();
        if (!IsAligned(address))
            return 0;
        monitor.Tell(Act.Loaded, static (rule, it) => rule.Loaded(it), address);
        if (!machine.Memory.TryRead64(address, out var value))
            return ulong.MaxValue;
        foreach (var smmu in machine.Smmus)
            value = smmu.Inside.Updates.Seen(address, value);
        return value;
    }

    /// <inheritdoc/>
    public void Store(PhysicalAddress address, ulong value)
    {
        Acting?.Invoke();
        if (IsAligned(address))
            Store(address, value, atomic: false);
    }

    /// <inheritdoc/>
    public ulong CompareExchange(PhysicalAddress address, ulong expected, ulong value)
    {
        Acting?.Invoke();
        if (!IsAligned(address))
            return 0;
        monitor.Tell(Act.Loaded, static (rule, it) => rule.Loaded(it), address);
        // Whoever changes a word has it as it is.
        if (!machine.Memory.TryRead64(address, out var found))
            return ulong.MaxValue;
        if (found == expected)
            Store(address, value, atomic: true);
        return found;
    }

    private void Store(PhysicalAddress address, ulong value, bool atomic)
    {
        if (!machine.Memory.TryRead64(address, out var old))
            old = ulong.MaxValue;
        else
        {
            foreach (var smmu in machine.Smmus)
                smmu.Inside.Updates.Stored(address);
            if (atomic)
                machine.Stores.Exchange(address, old);
            else
                machine.Stores.Store(address, old);
            machine.Memory.Write64(address, value);
        }
        var store = new StoreEntry(address, old, value, map.At(address)) { Atomic = atomic };
        trace.Add(store);
        map.Stored(store);
        monitor.Tell(Act.Stored, static (rule, it) => rule.Stored(it), store);
        Stored?.Invoke();
    }

    /// <inheritdoc/>
    public void Barrier()
    {
        Acting?.Invoke();
        machine.Stores.Complete();
        trace.Add(new BarrierEntry());
        monitor.Tell(Act.BarrierDone, static rule => rule.BarrierDone());
    }

    /// <inheritdoc/>
    public void Clean(PhysicalAddress address, ulong bytes)
    {
        Acting?.Invoke();
        // What lies beyond memory is in no cache.
        var behind = machine.Memory.Bytes - Math.Min(address.Value, machine.Memory.Bytes);
        if (behind == 0)
            return;
        bytes = Math.Min(bytes, behind);
        machine.Stores.Clean(address, bytes);
        trace.Add(new CleanEntry(address, bytes));
        monitor.Tell(
            Act.Cleaned,
            static (rule, it) => rule.Cleaned(it.Item1, it.Item2),
            (address, bytes)
        );
    }

    /// <inheritdoc/>
    public void Relax()
    {
        Acting?.Invoke();
        Microseconds += MicrosecondsPerRelax;
        machine.Stores.Complete();
        Relaxing?.Invoke();
        if (!HardwareHangs)
            machine.Run();
    }

    /// <inheritdoc/>
    public void Report(in FaultReport report)
    {
        _reports.Add(report);
        trace.Add(new ReportEntry(report));
    }

    /// <inheritdoc/>
    public void Forward(VirtualSmmuHandle guest, in EventRecord record)
    {
        _forwarded.Add((guest, record));
        trace.Add(new ForwardEntry(guest, record));
    }

    /// <inheritdoc/>
    public void Ask(in PageFault fault)
    {
        _asked.Add(fault);
        trace.Add(new AskEntry(fault));
    }

    /// <inheritdoc/>
    public void TakeChanges(MemoryChanged told) =>
        machine.Memory.TakeChanges((start, bytes) => told(start, bytes));

    /// <inheritdoc/>
    public void Peek(PhysicalAddress start, Span<byte> into)
    {
        if (!machine.Memory.TryRead(start, into))
            into.Clear();
    }

    /// <inheritdoc/>
    public void Log(LogLevel level, string message) => trace.Add(new LogEntry(level, message));

    private bool IsAligned(PhysicalAddress address)
    {
        if (address.Value % 8 == 0)
            return true;
        monitor.Tell(Act.Misaligned, static (rule, it) => rule.Misaligned(it), address);
        return false;
    }
}
