using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Keeps what an SMMU told its observer.</summary>
internal sealed class Recorder : ISmmuObserver
{
    /// <summary>Forbidden register accesses, in order.</summary>
    public List<RegisterMisuse> Misuses { get; } = [];

    /// <summary>Commands consumed or refused.</summary>
    public List<(Command Command, CommandError Error)> Commands { get; } = [];

    /// <summary>Clauses by which commands had no effect.</summary>
    public List<string> Ignored { get; } = [];

    /// <summary>Events, recorded or lost.</summary>
    public List<(EventRecord Record, bool Lost)> Events { get; } = [];

    /// <summary>MSIs written.</summary>
    public List<(PhysicalAddress Address, uint Data)> Msis { get; } = [];

    /// <summary>Activations of global errors.</summary>
    public List<GError> Errors { get; } = [];

    /// <summary>Where commands were fetched from.</summary>
    public List<PhysicalAddress> Fetches { get; } = [];

    /// <summary>Done whenever a command was consumed or refused.</summary>
    public Action? OnCommand { get; set; }

    /// <summary>Done whenever an MSI was written.</summary>
    public Action? OnMsi { get; set; }

    /// <summary>Done whenever an error was raised.</summary>
    public Action? OnError { get; set; }

    /// <inheritdoc/>
    public void RegisterMisused(in RegisterMisuse misuse) => Misuses.Add(misuse);

    /// <inheritdoc/>
    public void CommandConsumed(in Command command, PhysicalAddress slot, CommandError error)
    {
        Commands.Add((command, error));
        OnCommand?.Invoke();
    }

    /// <inheritdoc/>
    public void CommandIgnored(in Command command, string clause) => Ignored.Add(clause);

    /// <inheritdoc/>
    public void EventRecorded(in EventRecord record, bool lost) => Events.Add((record, lost));

    /// <inheritdoc/>
    public void Fetched(
        FetchKind kind,
        StreamId stream,
        PhysicalAddress address,
        MemoryAttributes attributes
    )
    {
        if (kind == FetchKind.Command)
            Fetches.Add(address);
    }

    /// <inheritdoc/>
    public void MsiWritten(PhysicalAddress address, uint data, MemoryAttributes attributes)
    {
        Msis.Add((address, data));
        OnMsi?.Invoke();
    }

    /// <inheritdoc/>
    public void ErrorRaised(GError bits)
    {
        Errors.Add(bits);
        OnError?.Invoke();
    }
}
