using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>Interrupts of the event and PRI queues and of global errors: messages where firmware names a target, wires otherwise.</summary>
internal static class Interrupts
{
    /// <summary>Turns them off.</summary>
    /// <returns>False if the SMMU did not acknowledge.</returns>
    public static bool Disable(IPlatform platform) => platform.Apply<IrqCtrl, IrqCtrlAck>(default);

    /// <summary>Configures and enables them.</summary>
    /// <returns>False if the SMMU did not acknowledge.</returns>
    public static bool Enable(IPlatform platform, Features features)
    {
        // 1. Off while they are configured: a message could go anywhere. §6.3.21
        if (!Disable(platform))
            return false;

        // 2. Messages are writes to a device; a target of zero means a wire. Without messages there is nothing to say.
        if (features.Msi)
        {
            var target = platform.Firmware.MsiTarget;
            var doorbell = target?.Doorbell ?? default;
            platform.Write(new GErrorIrqCfg0 { ADDR = doorbell });
            platform.Write(new GErrorIrqCfg1 { DATA = target?.GlobalErrorData ?? 0 });
            platform.Write(new GErrorIrqCfg2 { MemAttr = MemAttr.DeviceNGnRE });
            platform.Write(new EventqIrqCfg0 { ADDR = doorbell });
            platform.Write(new EventqIrqCfg1 { DATA = target?.EventQueueData ?? 0 });
            platform.Write(new EventqIrqCfg2 { MemAttr = MemAttr.DeviceNGnRE });
            if (features.PageRequests)
            {
                platform.Write(new PriqIrqCfg0 { ADDR = doorbell });
                platform.Write(new PriqIrqCfg1 { DATA = target?.PriQueueData ?? 0 });
                platform.Write(new PriqIrqCfg2 { MemAttr = MemAttr.DeviceNGnRE });
            }
        }
        else if (features.PageRequests)
        {
            // It tells when the last request of a group arrives, unless that is cleared: it comes up as it likes. §6.3.36
            platform.Write(new PriqIrqCfg2());
        }

        // 3. On.
        return platform.Apply<IrqCtrl, IrqCtrlAck>(
            new IrqCtrl
            {
                EVENTQ_IRQEN = true,
                GERROR_IRQEN = true,
                PRIQ_IRQEN = features.PageRequests,
            }
        );
    }
}
