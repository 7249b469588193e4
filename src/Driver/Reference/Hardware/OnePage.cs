using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>A node that has on page 0 what belongs on page 1: the indexes of the event and PRI queues. §6.1</summary>
internal sealed class OnePage(IPlatform platform) : IPlatform
{
    private const uint PageBytes = 0x1_0000;

    /// <inheritdoc/>
    public ISystem System => platform.System;

    /// <inheritdoc/>
    public SmmuFirmware Firmware => platform.Firmware;

    /// <inheritdoc/>
    public uint Read32(uint offset) => platform.Read32(offset % PageBytes);

    /// <inheritdoc/>
    public ulong Read64(uint offset) => platform.Read64(offset % PageBytes);

    /// <inheritdoc/>
    public void Write32(uint offset, uint value) => platform.Write32(offset % PageBytes, value);

    /// <inheritdoc/>
    public void Write64(uint offset, ulong value) => platform.Write64(offset % PageBytes, value);
}
