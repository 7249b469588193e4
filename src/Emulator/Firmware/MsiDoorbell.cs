using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>The location that turns a write into an interrupt, and what is to be written for each source.</summary>
/// <param name="Address">Where to write; a multiple of 4.</param>
/// <param name="EventQueue">Data for the Event queue.</param>
/// <param name="GlobalError">Data for global errors.</param>
/// <param name="PriQueue">Data for the PRI queue.</param>
public sealed record MsiDoorbell(
    PhysicalAddress Address,
    uint EventQueue,
    uint GlobalError,
    uint PriQueue
);
