using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Bench;

/// <summary>One act seen on the border between driver and hardware.</summary>
/// <param name="Smmu">Index of the SMMU concerned, or -1.</param>
public abstract record TraceEntry(int Smmu)
{
    /// <summary>Position in the trace, from 1.</summary>
    public int Number { get; internal set; }
}

/// <summary>An operation asked of the driver begins.</summary>
public sealed record OperationStarted(string Text) : TraceEntry(-1);

/// <summary>An operation asked of the driver has returned.</summary>
public sealed record OperationEnded(string Text, Outcome Outcome) : TraceEntry(-1);

/// <summary>The driver stored a 64-bit word.</summary>
public sealed record StoreEntry(PhysicalAddress Address, ulong Old, ulong New, Place Place)
    : TraceEntry(Place.Smmu)
{
    /// <summary>In one piece with a comparison.</summary>
    public bool Atomic { get; init; }
}

/// <summary>The driver issued a barrier.</summary>
public sealed record BarrierEntry() : TraceEntry(-1);

/// <summary>The driver cleaned cache lines.</summary>
public sealed record CleanEntry(PhysicalAddress Address, ulong Bytes) : TraceEntry(-1);

/// <summary>The driver allocated memory.</summary>
public sealed record AllocateEntry(PhysicalAddress Address, ulong Bytes) : TraceEntry(-1);

/// <summary>The driver freed memory.</summary>
public sealed record FreeEntry(PhysicalAddress Address, ulong Bytes) : TraceEntry(-1);

/// <summary>The driver wrote a register.</summary>
public sealed record RegisterWriteEntry(int Smmu, uint Offset, int Bytes, ulong Value)
    : TraceEntry(Smmu);

/// <summary>The driver read a register; equal reads in a row are one entry.</summary>
public sealed record RegisterReadEntry(int Smmu, uint Offset, int Bytes, ulong Value)
    : TraceEntry(Smmu)
{
    /// <summary>How often in a row.</summary>
    public int Times { get; internal set; } = 1;
}

/// <summary>The driver did something to a register that the manual forbids.</summary>
public sealed record MisuseEntry(int Smmu, RegisterMisuse Misuse) : TraceEntry(Smmu);

/// <summary>The SMMU consumed a command, or stopped at it.</summary>
public sealed record CommandEntry(
    int Smmu,
    Command Command,
    PhysicalAddress Slot,
    CommandError Error
) : TraceEntry(Smmu);

/// <summary>The SMMU recorded an event, or had to drop it.</summary>
public sealed record EventEntry(int Smmu, EventRecord Record, bool Lost) : TraceEntry(Smmu);

/// <summary>The SMMU wrote an MSI.</summary>
public sealed record MsiEntry(int Smmu, PhysicalAddress Address, uint Data) : TraceEntry(Smmu);

/// <summary>Global errors became active.</summary>
public sealed record ErrorEntry(int Smmu, GError Bits) : TraceEntry(Smmu);

/// <summary>A device's transaction.</summary>
public sealed record AccessEntry(int Smmu, Transaction Transaction, Translation Translation)
    : TraceEntry(Smmu);

/// <summary>The driver wrote the enables of a device.</summary>
public sealed record SwitchEntry(
    int Smmu,
    StreamId Stream,
    DeviceEnables Before,
    DeviceEnables After
) : TraceEntry(Smmu);

/// <summary>The driver reported a fault to the owner of a device.</summary>
public sealed record ReportEntry(FaultReport Report) : TraceEntry(-1);

/// <summary>The driver handed an event to a guest.</summary>
public sealed record ForwardEntry(VirtualSmmuHandle Guest, EventRecord Record) : TraceEntry(-1);

/// <summary>The driver asked for a page.</summary>
public sealed record AskEntry(PageFault Fault) : TraceEntry(-1);

/// <summary>The driver logged a line.</summary>
public sealed record LogEntry(LogLevel Level, string Message) : TraceEntry(-1);

/// <summary>A monitor rule was broken.</summary>
public sealed record ViolationEntry(Violation Violation) : TraceEntry(-1);
