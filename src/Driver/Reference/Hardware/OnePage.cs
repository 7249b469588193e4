using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>A node that has on page 0 what belongs on page 1: the indexes of the event and PRI queues. §6.1</summary>
internal sealed class OnePage(IPlatform platform) : IPlatform
{
    /// <inheritdoc/>
    public ISystem System => platform.System;

    /// <inheritdoc/>
    public SmmuFirmware Firmware => platform.Firmware;

    /// <inheritdoc/>
    public uint Read32(uint offset) => platform.Read32(offset % RegisterMap.PageBytes);

    /// <inheritdoc/>
    public ulong Read64(uint offset) => platform.Read64(offset % RegisterMap.PageBytes);

    /// <inheritdoc/>
    public void Write32(uint offset, uint value) =>
        platform.Write32(offset % RegisterMap.PageBytes, value);

    /// <inheritdoc/>
    public void Write64(uint offset, ulong value) =>
        platform.Write64(offset % RegisterMap.PageBytes, value);

    /// <inheritdoc/>
    public void Switch(StreamId stream, DeviceEnables enables, byte unit) =>
        platform.Switch(stream, enables, unit);
}
