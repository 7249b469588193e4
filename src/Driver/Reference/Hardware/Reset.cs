using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>
/// From whatever state the SMMU is in to translation with empty caches. Each enable is waited for before the next
/// step relies on it. §3.11
/// </summary>
internal sealed class Reset(
    IPlatform platform,
    Features features,
    CommandQueue commands,
    EventQueue events,
    PageRequestQueue? requests,
    GlobalErrors errors
)
{
    // A write of CR0 was not acknowledged.
    private bool _isStuck;

    /// <summary>The SMMU has been told where tables or queues are, and may use them until it is off.</summary>
    public bool HasToldAddresses { get; private set; }

    /// <summary>Brings the SMMU up; on failure it is off, unless it stops answering.</summary>
    /// <param name="table">Where the stream table is; every entry of it is ready.</param>
    /// <param name="format">Its format and size.</param>
    /// <returns><see cref="ErrorClass.TimedOut"/> if a step was not acknowledged.</returns>
    public Outcome Run(StrtabBase table, StrtabBaseCfg format)
    {
        if (Steps(table, format))
            return Outcome.Done;
        // While an update of CR0 is under way another one must not begin. §6.3.9
        if (!_isStuck && TurnOff(platform))
            HasToldAddresses = false;
        return ErrorClass.TimedOut;
    }

    /// <summary>Turns everything off: translation, queues, commands.</summary>
    /// <returns>False if the SMMU did not acknowledge; it may then still use its memory.</returns>
    public static bool TurnOff(IPlatform platform) => platform.Apply<Cr0, Cr0Ack>(default);

    /// <summary>
    /// Turns translation off, and nothing else: what arrives is refused, what is stalled ends, commands are still carried
    /// out. §6.3.9.6
    /// </summary>
    /// <returns>False if the SMMU did not acknowledge.</returns>
    public bool StopTranslating() =>
        AbortWhileOff() && Enable(platform.Read<Cr0>() with { SMMUEN = false });

    private bool Steps(StrtabBase table, StrtabBaseCfg format)
    {
        // 1. Somebody has left it on. Devices may be busy: refuse their accesses before translation goes. §6.3.14
        if (platform.Read<Cr0>().SMMUEN)
        {
            platform.System.Log(LogLevel.Warning, "the SMMU is already on; it starts afresh");
            if (!AbortWhileOff())
                return false;
        }

        // 2. Off. Tables and queues may only be moved now. §6.3.9
        if (!Enable(default))
            return false;

        // 3. Tables and queues are read through the caches, Inner Shareable. §6.3.11
        platform.Write(
            new Cr1
            {
                TABLE_SH = Shareability.Inner,
                TABLE_OC = AccessCacheability.WriteBack,
                TABLE_IC = AccessCacheability.WriteBack,
                QUEUE_SH = Shareability.Inner,
                QUEUE_OC = AccessCacheability.WriteBack,
                QUEUE_IC = AccessCacheability.WriteBack,
            }
        );

        // 4. Invalid StreamIDs are reported; invalidation by processors is heard only if it is relied on. §6.3.12
        var deaf = features.BroadcastMaintenance && !features.HearsBroadcasts;
        platform.Write(new Cr2 { PTM = deaf, RECINVSID = true });

        // 5. The stream table, complete in memory before it can be reached.
        HasToldAddresses = true;
        platform.System.Barrier();
        platform.Write(table);
        platform.Write(format);

        // 6. The command queue.
        errors.Forget();
        commands.Install();

        // 7. Commands on.
        var enables = new Cr0 { CMDQEN = true };
        if (!Enable(enables))
            return false;

        // 8. Forget all configuration that was cached before.
        if (!Send(CfgiSteRange.All))
            return false;

        // 9. Forget all translations of a hypervisor.
        if (features.Hypervisor && !Send(new TlbiEl2All()))
            return false;

        // 10. Forget all others.
        if (!Send(new TlbiNsnhAll()))
            return false;

        // 11. Events on.
        events.Install();
        enables = enables with { EVENTQEN = true };
        if (!Enable(enables))
            return false;

        // 12. Page requests on.
        if (requests is not null)
        {
            requests.Install();
            enables = enables with { PRIQEN = true };
            if (!Enable(enables))
                return false;
        }

        // 13. Traffic that claims to be translated is checked against its stream table entry. §3.9.1
        if (features.Ats)
        {
            enables = enables with { ATSCHK = true };
            if (!Enable(enables))
                return false;
        }

        // 14. Interrupts on, before anything can need one.
        if (!Interrupts.Enable(platform, features))
            return false;

        // 15. Translation on.
        return Enable(enables with { SMMUEN = true });
    }

    private bool AbortWhileOff()
    {
        if (!UpdateIsOver())
            return false;
        platform.Write(platform.Read<Gbpa>() with { ABORT = true, Update = true });
        return UpdateIsOver();
    }

    private bool UpdateIsOver() =>
        Patience.Until(platform.System, () => !platform.Read<Gbpa>().Update);

    private bool Enable(Cr0 enables)
    {
        _isStuck = !platform.Apply<Cr0, Cr0Ack>(enables);
        return !_isStuck;
    }

    private bool Send<T>(T command)
        where T : struct, ICommand<T> => commands.Execute([Command.From(command)]).IsDone;
}
