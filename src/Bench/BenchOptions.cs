using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Bench;

/// <summary>How a bench is set up beside its profiles.</summary>
public sealed record BenchOptions
{
    /// <summary>Adversity of the machine: seed, delays, consumption of commands. Its list of SMMUs is replaced.</summary>
    public MachineOptions Machine { get; init; } = new() { Smmus = [] };

    /// <summary>Makes firmware say something else of each SMMU than what is true of its profile; null: it is honest.</summary>
    public Func<SmmuFirmware, SmmuFirmware>? Firmware { get; init; }

    /// <summary>What firmware says of an SMMU.</summary>
    public SmmuFirmware FirmwareOf(Profile profile)
    {
        var honest = SmmuNode.Of(profile).ForDriver();
        return Firmware?.Invoke(honest) ?? honest;
    }

    /// <summary>Watch the monitor rules. Off only for what is measured, or repeated thousands of times.</summary>
    public bool Monitored { get; init; } = true;

    /// <summary>The driver under test; null: the one that SMMU_DUT names.</summary>
    public Func<ISmmuDriver>? Driver { get; init; }
}
