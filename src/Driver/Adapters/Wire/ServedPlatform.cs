using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Adapters.Wire;

/// <summary>An SMMU as a driver in this process sees it, which is in another one.</summary>
/// <param name="system">The machine.</param>
/// <param name="node">The SMMU's number there.</param>
/// <param name="firmware">What firmware says of it.</param>
internal sealed class ServedPlatform(ServedSystem system, uint node, SmmuFirmware firmware)
    : IPlatform
{
    public ISystem System => system;

    public SmmuFirmware Firmware => firmware;

    public uint Node => node;

    public uint Read32(uint offset) => unchecked((uint)system.Ask(Reading(WireAct.Read32, offset)));

    public ulong Read64(uint offset) => system.Ask(Reading(WireAct.Read64, offset));

    public void Write32(uint offset, uint value) =>
        system.Write(WireAct.Write32, node, offset).U32(value);

    public void Write64(uint offset, ulong value) =>
        system.Write(WireAct.Write64, node, offset).U64(value);

    public void Switch(StreamId stream, DeviceEnables enables, byte unit)
    {
        var act = system.Act(WireAct.Switch);
        act.U32(node);
        act.U32(stream.Value);
        act.U8((byte)enables);
        act.U8(unit);
    }

    private WireWriter Reading(WireAct act, uint offset)
    {
        var reading = system.Act(act);
        reading.U32(node);
        reading.U32(offset);
        return reading;
    }
}
