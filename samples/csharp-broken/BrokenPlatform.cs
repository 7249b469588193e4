using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Samples.Broken;

/// <summary>One SMMU, as a driver with a bug uses it.</summary>
internal sealed class BrokenPlatform(IPlatform platform, Break kind) : IPlatform
{
    private readonly BrokenSystem _system = new(platform.System, kind);

    public ISystem System => _system;

    public SmmuFirmware Firmware => platform.Firmware;

    public uint Read32(uint offset) => platform.Read32(offset);

    public ulong Read64(uint offset) => platform.Read64(offset);

    public void Write32(uint offset, uint value)
    {
        _system.LetGo();
        platform.Write32(offset, value);
    }

    public void Write64(uint offset, ulong value)
    {
        _system.LetGo();
        platform.Write64(offset, value);
    }

    public void Switch(StreamId stream, DeviceEnables enables, byte unit) =>
        platform.Switch(stream, enables, unit);
}
