using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>
/// Global errors. A bit of GERROR that differs from its fellow in GERRORN is active; making them equal acknowledges
/// it, and lets a stopped command queue go on. §6.3.19, §7.5
/// </summary>
internal sealed class GlobalErrors(IPlatform platform, CommandQueue commands)
{
    // Two who repair the queue at once would replace a command that is none the worse.
    private readonly Gate _gate = new(platform.System);
    private int _lostEvents;

    /// <summary>True once after events have been lost: accesses may wait of which no record tells. §7.2.2</summary>
    public bool TakeLostEvents() => Interlocked.Exchange(ref _lostEvents, 0) != 0;

    /// <summary>Deals with every active error and acknowledges it.</summary>
    public void Serve()
    {
        _gate.Enter();
        ServeActive();
        _gate.Leave();
    }

    private void ServeActive()
    {
        // 1. Which are active. Bits that toggle after this look stay active until the next.
        var raised = platform.Read<GError>();
        var acknowledged = platform.Read<GErrorN>();
        var active = new GError([raised.Word(0) ^ acknowledged.Word(0)]);
        if (active == default)
            return;

        // 2. What can be done about each.
        platform.System.Log(LogLevel.Error, $"global errors: {active}");
        if (active.SFM_ERR)
            platform.Apply<Cr0, Cr0Ack>(default);
        if (active.CMDQ_ERR)
            RepairCommandQueue();
        if (active.EVENTQ_ABT_ERR)
            Volatile.Write(ref _lostEvents, 1);

        // 3. Acknowledge exactly what was seen.
        platform.Write(new GErrorN([raised.Word(0)]));
    }

    /// <summary>Acknowledges what somebody before this driver has left behind: it would keep the command queue stopped.</summary>
    public void Forget()
    {
        var raised = platform.Read<GError>();
        if (raised.Word(0) != platform.Read<GErrorN>().Word(0))
            platform.Write(new GErrorN([raised.Word(0)]));
    }

    private void RepairCommandQueue()
    {
        var stopped = platform.Read<CmdqCons>();
        switch (stopped.ERR)
        {
            // Nothing stopped the queue.
            case CommandError.None:
            // The command is fetched again after the acknowledge.
            case CommandError.Abort:
                break;

            // The CMD_SYNC is executed again after the acknowledge, without the ATC invalidations that failed.
            case CommandError.AtcInvSync:
                commands.NoteUnanswered();
                break;

            // What the SMMU does not understand would stop it for ever. An unknown code is handled the same way.
            default:
                commands.Replace(stopped.RD);
                break;
        }
    }
}
