using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>Carries out commands that are legal (§4.2 to §4.6). What CMD_SYNC waits for is done by then.</summary>
internal sealed class CommandExecutor(
    SmmuState state,
    SmmuCaches? caches,
    Invalidations? invalidations,
    StallBuffer stalls,
    EventQueue events,
    AtsDevices devices,
    FlagUpdates updates
)
{
    /// <summary>Does what the command demands.</summary>
    /// <exception cref="NotModelledException">It demands something of a part that is not modelled.</exception>
    public void Execute(in Command command)
    {
        switch ((CommandOpcode)command.Opcode)
        {
            case CommandOpcode.PrefetchConfig or CommandOpcode.PrefetchAddr:
                Prefetch(command.As<PrefetchConfig>().StreamID);
                break;
            case CommandOpcode.CfgiVmsPidm:
                throw new NotModelledException("the VMS of MPAM", "4.3.5");
            case CommandOpcode.AtcInv:
                devices.Invalidate(command.As<AtcInv>());
                break;
            case CommandOpcode.PriResp:
                Respond(command.As<PriResp>());
                break;
            case CommandOpcode.Resume:
                stalls.Resume(command.As<Resume>());
                break;
            case CommandOpcode.StallTerm:
                stalls.Terminate(command.As<StallTerm>().StreamID);
                break;
            case CommandOpcode.DptiAll or CommandOpcode.DptiPa:
                throw new NotModelledException("the Device Permission Table", "4.6");
            case CommandOpcode.Sync:
                invalidations?.Synchronize();
                events.CommitLate();
                updates.Complete();
                stalls.Synchronize();
                break;
            default:
                invalidations?.Consume(in command);
                stalls.Invalidated();
                break;
        }
    }

    /// <summary>Waits for what a CMD_SYNC waits for; false if an invalidation of a device timed out (§3.9.1.4).</summary>
    public bool TrySynchronize() => devices.Synchronize();

    private void Respond(PriResp command)
    {
        if (command.Resp.ToCode() is { } code)
            devices.Respond(
                new PageResponse(
                    command.StreamID,
                    command.SSV ? command.SubstreamID : null,
                    command.PRGIndex,
                    code
                )
            );
    }

    // Translation entries may be prefetched or not; the configuration they need is (§4.2).
    private void Prefetch(StreamId stream)
    {
        if (state.Enabled)
            caches?.PrefetchConfiguration(stream);
    }
}
