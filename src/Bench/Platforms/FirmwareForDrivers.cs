using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Bench;

/// <summary>What firmware says of the machine, in the terms of the contract: all that a driver is told.</summary>
public static class FirmwareForDrivers
{
    /// <summary>An SMMU as a driver is told of it. Its wiring has no place there.</summary>
    public static SmmuFirmware ForDriver(this SmmuNode node) =>
        new()
        {
            Model = node.Model,
            Coherent = node.Coherent,
            HardwareUpdate = node.HardwareUpdate,
            RegisterBytes = node.RegisterBytes,
            MsiTarget = node.Doorbell is { } doorbell
                ? new(
                    doorbell.Address,
                    doorbell.EventQueue,
                    doorbell.GlobalError,
                    doorbell.PriQueue
                )
                : null,
        };

    /// <summary>A device as a driver is told of it. What is reserved, and how far it reaches, have no place there.</summary>
    public static MasterDescription ForDriver(this DeviceNode node) =>
        new()
        {
            Name = node.Name,
            Streams = node.Streams,
            SubstreamBits = node.SubstreamBits,
            CanStall = node.CanStall,
            Ats = node.Ats,
            Pri = node.Pri,
            CanWriteBackNonSnooped = node.CanWriteBackNonSnooped,
            Coherent = node.Coherent,
        };
}
