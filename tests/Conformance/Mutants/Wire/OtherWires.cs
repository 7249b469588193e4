using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Conformance.Mutants;

/// <summary>A barrier does not arrive.</summary>
internal sealed class BarrierLost(Turn turn) : Wire
{
    public override void Barrier(ISystem system)
    {
        if (turn.Comes())
            Changed();
        else
            base.Barrier(system);
    }
}

/// <summary>A barrier arrives after the register write that follows it.</summary>
internal sealed class BarrierLate : Wire
{
    private int _late;

    public override void Barrier(ISystem system)
    {
        Changed();
        Interlocked.Exchange(ref _late, 1);
    }

    public override void Write32(IPlatform platform, uint offset, uint value)
    {
        base.Write32(platform, offset, value);
        if (Interlocked.Exchange(ref _late, 0) != 0)
            platform.System.Barrier();
    }
}

/// <summary>A cleaning of cache lines does not arrive.</summary>
internal sealed class CleanLost(Turn turn) : Wire
{
    public override void Clean(ISystem system, PhysicalAddress address, ulong bytes)
    {
        if (turn.Comes())
            Changed();
        else
            base.Clean(system, address, bytes);
    }
}

/// <summary>A write of a register does not arrive.</summary>
internal sealed class WriteLost(uint register, Turn turn) : Wire
{
    public override void Write32(IPlatform platform, uint offset, uint value)
    {
        if (!IsLost(offset))
            base.Write32(platform, offset, value);
    }

    public override void Write64(IPlatform platform, uint offset, ulong value)
    {
        if (!IsLost(offset))
            base.Write64(platform, offset, value);
    }

    private bool IsLost(uint offset)
    {
        if (offset != register || !turn.Comes())
            return false;
        Changed();
        return true;
    }
}

/// <summary>A field of a register arrives changed, each time.</summary>
internal sealed class WriteCorrupted(uint register, ulong flip) : Wire
{
    // A register of 64 bits may be written in halves.
    public override void Write32(IPlatform platform, uint offset, uint value)
    {
        if (offset == register)
            value ^= Changing((uint)(flip & uint.MaxValue));
        else if (offset == register + 4)
            value ^= Changing((uint)(flip >> 32));
        base.Write32(platform, offset, value);
    }

    public override void Write64(IPlatform platform, uint offset, ulong value)
    {
        if (offset == register)
        {
            Changed();
            value ^= flip;
        }
        base.Write64(platform, offset, value);
    }

    private uint Changing(uint half)
    {
        if (half != 0)
            Changed();
        return half;
    }
}

/// <summary>The enables of a device do not arrive.</summary>
internal sealed class SwitchLost(Func<DeviceEnables, bool> which) : Wire
{
    public override void Switch(
        IPlatform platform,
        StreamId stream,
        DeviceEnables enables,
        byte unit
    )
    {
        if (which(enables))
            Changed();
        else
            base.Switch(platform, stream, enables, unit);
    }
}

/// <summary>Memory is given back as soon as the driver has it given back twice: once too often.</summary>
internal sealed class FreeRepeated : Wire
{
    public override void Free(ISystem system, PhysicalAddress address)
    {
        base.Free(system, address);
        Changed();
        base.Free(system, address);
    }
}

/// <summary>What the driver tells the system arrives twice, or not at all.</summary>
internal sealed class ReportsChanged(int times) : Wire
{
    public override void Report(ISystem system, in FaultReport report)
    {
        Changed();
        for (var i = 0; i < times; i++)
            base.Report(system, in report);
    }
}

/// <summary>Page faults that the driver asks about arrive twice, or not at all.</summary>
internal sealed class AsksChanged(int times) : Wire
{
    public override void Ask(ISystem system, in PageFault fault)
    {
        Changed();
        for (var i = 0; i < times; i++)
            base.Ask(system, in fault);
    }
}

/// <summary>Events of guests arrive twice, or not at all.</summary>
internal sealed class ForwardsChanged(int times) : Wire
{
    public override void Forward(ISystem system, VirtualSmmuHandle guest, in EventRecord record)
    {
        Changed();
        for (var i = 0; i < times; i++)
            base.Forward(system, guest, in record);
    }
}

/// <summary>The acknowledge of a control register is taken for granted: reads give what was written last.</summary>
internal sealed class AcknowledgeTaken(uint control, uint acknowledge) : Wire
{
    private readonly Dictionary<IPlatform, uint> _written = [];

    public override uint Read32(IPlatform platform, uint offset)
    {
        if (offset != acknowledge || !_written.TryGetValue(platform, out var value))
            return base.Read32(platform, offset);
        Changed();
        return value;
    }

    public override void Write32(IPlatform platform, uint offset, uint value)
    {
        if (offset == control)
            _written[platform] = value;
        base.Write32(platform, offset, value);
    }
}
