using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Bench;

/// <summary>One emulated SMMU as the driver sees it.</summary>
/// <param name="system">The machine around it.</param>
/// <param name="smmu">The SMMU.</param>
/// <param name="firmware">What firmware says of it.</param>
/// <param name="map">What stands at which address; follows the table registers.</param>
/// <param name="devices">What is behind it.</param>
/// <param name="monitor">Who watches.</param>
public sealed class EmulatedPlatform(
    EmulatedSystem system,
    Smmu smmu,
    SmmuFirmware firmware,
    StructureMap map,
    DeviceBus devices,
    Monitor monitor
) : IPlatform
{
    /// <summary>What stands at which address of the machine.</summary>
    public StructureMap Structures => map;

    /// <summary>Which of the machine's SMMUs it is.</summary>
    public int Index => smmu.Index;

    /// <inheritdoc/>
    public ISystem System => system;

    /// <inheritdoc/>
    public SmmuFirmware Firmware => firmware;

    /// <inheritdoc/>
    public uint Read32(uint offset)
    {
        system.Acting?.Invoke();
        var value = smmu.Read32(offset);
        ToldRead(offset, value);
        return value;
    }

    /// <inheritdoc/>
    public ulong Read64(uint offset)
    {
        system.Acting?.Invoke();
        var value = smmu.Read64(offset);
        ToldRead(offset, value);
        return value;
    }

    /// <inheritdoc/>
    public void Write32(uint offset, uint value)
    {
        system.Acting?.Invoke();
        ToldWriting(offset, value);
        smmu.Write32(offset, value);
        ToldWritten(offset, value);
    }

    /// <inheritdoc/>
    public void Write64(uint offset, ulong value)
    {
        system.Acting?.Invoke();
        ToldWriting(offset, value);
        smmu.Write64(offset, value);
        ToldWritten(offset, value);
    }

    /// <inheritdoc/>
    public void Switch(StreamId stream, DeviceEnables enables, byte unit)
    {
        system.Acting?.Invoke();
        devices.Switch(smmu.Index, stream, enables, unit);
    }

    // Who watches is told of registers by the offsets of the manual, wherever the part has them.
    private void ToldRead(uint offset, ulong value)
    {
        offset = smmu.Profile.Meant(offset);
        monitor.Tell(
            Act.RegisterRead,
            static (rule, it) => rule.RegisterRead(it.Item1, it.Item2, it.Item3),
            (smmu.Index, offset, value)
        );
    }

    private void ToldWriting(uint offset, ulong value)
    {
        offset = smmu.Profile.Meant(offset);
        monitor.Tell(
            Act.RegisterWriting,
            static (rule, it) => rule.RegisterWriting(it.Item1, it.Item2, it.Item3),
            (smmu.Index, offset, value)
        );
    }

    private void ToldWritten(uint offset, ulong value)
    {
        offset = smmu.Profile.Meant(offset);
        map.RegisterWritten(smmu, offset, value);
        monitor.Tell(
            Act.RegisterWritten,
            static (rule, it) => rule.RegisterWritten(it.Item1, it.Item2, it.Item3),
            (smmu.Index, offset, value)
        );
    }
}
