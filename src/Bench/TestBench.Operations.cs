using System.Collections.Immutable;
using SmmuConformance.Architecture;
using SmmuConformance.Bench.Models;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Bench;

/// <summary>What a case asks of the driver.</summary>
public sealed partial class TestBench
{
    private readonly HashSet<DomainHandle> _lazy = [];

    /// <summary>Mark of the trace at which the last operation began.</summary>
    public int LastOperation { get; private set; }

    /// <summary>Has the driver probe an SMMU.</summary>
    public Outcome Probe(int smmu = 0)
    {
        var outcome = Operate($"probe SMMU {smmu}", () => Driver.Probe(Platforms[smmu]));
        if (outcome.IsDone)
            _handles[smmu] = outcome.Value;
        return outcome.WithoutResult;
    }

    /// <summary>Has the driver remove an SMMU.</summary>
    public Outcome Remove(int smmu = 0) =>
        Operate($"remove SMMU {smmu}", () => Driver.Remove(HandleOf(smmu)));

    /// <summary>Has the driver disable an SMMU for a restart.</summary>
    public Outcome Shutdown(int smmu = 0) =>
        Operate($"shut down SMMU {smmu}", () => Driver.Shutdown(HandleOf(smmu)));

    /// <summary>A device with one stream, under the driver's care.</summary>
    public Device AddDevice(StreamId stream) =>
        AddDevice(new MasterDescription { Name = $"device {stream}", Streams = [stream] });

    /// <summary>A device under the driver's care.</summary>
    /// <exception cref="OperationRefusedException">The driver refused it.</exception>
    public Device AddDevice(MasterDescription description, int smmu = 0) =>
        Must(TryAddDevice(description, smmu));

    /// <summary>Has the driver take a device under its care.</summary>
    public Outcome<Device> TryAddDevice(MasterDescription description, int smmu = 0)
    {
        // Hardware may hold any entry of the table by now, an invalid one too: the worst legal moment is before.
        foreach (var stream in description.Streams)
            Machine.Smmus[smmu].Inside.Caches.PrefetchConfiguration(stream);
        Devices.Plug(smmu, description);
        var outcome = Operate(
            $"add {description.Name} (streams {string.Join(", ", description.Streams)})",
            () => Driver.AddMaster(HandleOf(smmu), description)
        );
        if (!outcome.IsDone)
            return outcome.Error;
        return new Device(smmu, outcome.Value, description);
    }

    /// <summary>Has the driver release a device.</summary>
    public Outcome RemoveDevice(Device device) =>
        Operate($"remove {device}", () => Driver.RemoveMaster(device.Handle));

    /// <summary>A domain that refuses every access.</summary>
    public DomainHandle BlockedDomain() => Must(CreateDomain(new() { Kind = DomainKind.Blocked }));

    /// <summary>A domain that passes addresses through.</summary>
    public DomainHandle IdentityDomain() =>
        Must(CreateDomain(new() { Kind = DomainKind.Identity }));

    /// <summary>A stage 1 paging domain for one SMMU.</summary>
    public DomainHandle Stage1Domain(int smmu = 0) => Stage1Domain([smmu]);

    /// <summary>A stage 1 paging domain for some SMMUs.</summary>
    /// <param name="smmus">Their indexes; at least one.</param>
    /// <param name="mode">When unmapped ranges are forgotten; null: as the driver declares, and a case that passes null bears either.</param>
    public DomainHandle Stage1Domain(int[] smmus, FlushMode? mode = FlushMode.Strict) =>
        PagingDomain(DomainStage.Stage1, smmus, mode);

    /// <summary>A paging domain for some SMMUs.</summary>
    /// <param name="stage">Which stage.</param>
    /// <param name="smmus">Their indexes; at least one.</param>
    /// <param name="mode">When unmapped ranges are forgotten; null: as the driver declares, and a case that passes null bears either.</param>
    public DomainHandle PagingDomain(
        DomainStage stage,
        int[] smmus,
        FlushMode? mode = FlushMode.Strict
    ) => Must(TryPagingDomain(stage, smmus, mode));

    /// <summary>A paging domain for some SMMUs, if the driver does not refuse it.</summary>
    public Outcome<DomainHandle> TryPagingDomain(
        DomainStage stage,
        int[] smmus,
        FlushMode? mode = FlushMode.Strict,
        bool tracked = false
    ) =>
        CreateDomain(
            new()
            {
                Kind = DomainKind.Paging,
                Stage = stage,
                Smmus = [.. smmus.Select(HandleOf)],
                FlushMode = mode,
                DirtyTracking = tracked,
            }
        );

    /// <summary>Has the driver make a domain.</summary>
    public Outcome<DomainHandle> CreateDomain(DomainRequest request)
    {
        var stage = request.Kind == DomainKind.Paging ? $" {request.Stage}" : "";
        var outcome = Operate(
            $"create {request.Kind}{stage} domain",
            () => Driver.CreateDomain(request)
        );
        if (
            outcome.IsDone
            && (request.FlushMode ?? Description.Policies.FlushMode) == FlushMode.Lazy
        )
            _lazy.Add(outcome.Value);
        return outcome;
    }

    /// <summary>Has the driver end a domain.</summary>
    public Outcome FreeDomain(DomainHandle domain) =>
        Operate($"free domain {domain.Value}", () => Driver.FreeDomain(domain));

    /// <summary>Has the driver give a device a domain's translation.</summary>
    public Outcome Attach(Device device, DomainHandle domain) =>
        Operate(
            $"attach {device} to domain {domain.Value}",
            () => Driver.Attach(device.Handle, domain)
        );

    /// <summary>Has the driver give a device the declared default.</summary>
    public Outcome Detach(Device device) =>
        Operate($"detach {device}", () => Driver.Detach(device.Handle));

    /// <summary>Has the driver map a range.</summary>
    public Outcome Map(
        DomainHandle domain,
        Iova address,
        PhysicalAddress physical,
        ulong bytes,
        Protection protection = Protection.Read | Protection.Write | Protection.Cache
    ) =>
        Operate(
            $"map domain {domain.Value} {address} -> {physical} +0x{bytes:x} {protection}",
            () => Driver.Map(domain, address, physical, bytes, protection)
        );

    /// <summary>Has the driver unmap a range.</summary>
    public Outcome<ulong> Unmap(DomainHandle domain, Iova address, ulong bytes)
    {
        Monitor.TranslationsMayLinger |= _lazy.Contains(domain);
        return Operate(
            $"unmap domain {domain.Value} {address} +0x{bytes:x}",
            () => Driver.Unmap(domain, address, bytes)
        );
    }

    /// <summary>Has the driver make the hardware forget what was unmapped.</summary>
    public Outcome Flush(DomainHandle domain)
    {
        Monitor.TranslationsMayLinger = false;
        return Operate($"flush domain {domain.Value}", () => Driver.Flush(domain));
    }

    /// <summary>Has the driver serve an interrupt, whether or not a line is raised.</summary>
    public Outcome Interrupt(InterruptSource source, int smmu = 0) =>
        Operate(
            $"interrupt {source} of SMMU {smmu}",
            () => Driver.HandleInterrupt(HandleOf(smmu), source)
        );

    /// <summary>Has the driver serve every line that is raised, until none is.</summary>
    /// <returns>How many were served.</returns>
    public int ServeInterrupts()
    {
        var served = 0;
        // Events that are late come now at the latest.
        if (Machine.Options.DelayEvents)
            Machine.Run();
        foreach (var smmu in Machine.Smmus)
        foreach (var source in Enum.GetValues<InterruptSource>())
            if (smmu.Lines.Take(LineOf(source)))
            {
                Interrupt(source, smmu.Index);
                served++;
            }
        return served;
    }

    private static InterruptLine LineOf(InterruptSource source) =>
        source switch
        {
            InterruptSource.EventQueue => InterruptLine.EventQueue,
            InterruptSource.PriQueue => InterruptLine.PriQueue,
            InterruptSource.GlobalError => InterruptLine.GlobalError,
            InterruptSource.CommandSync => InterruptLine.CommandSync,
            _ => InterruptLine.Combined,
        };

    /// <summary>
    /// Has several threads use the driver at once, interleaved as a seed says. It is one operation: what must hold when an
    /// operation has returned is checked at its end.
    /// </summary>
    /// <param name="seed">Decides who goes on when.</param>
    /// <param name="jobs">What the threads do, by calling the driver itself.</param>
    public void Interleave(int seed, params IReadOnlyList<Action> jobs)
    {
        Together($"{jobs.Count} threads, seed {seed}", () => Interleaving.Run(this, seed, jobs));
    }

    /// <summary>
    /// Stops a thread that uses the driver at one act, has another use it meanwhile, and lets the first go on. It is one
    /// operation.
    /// </summary>
    /// <param name="after">Which act of the first comes after all of the second; from 1.</param>
    /// <param name="first">What is stopped; it calls the driver itself.</param>
    /// <param name="second">What is done meanwhile; it calls the driver itself.</param>
    /// <returns>False if the first has fewer acts: the second has not run.</returns>
    public bool Preempt(int after, Action first, Action second)
    {
        var stopped = false;
        Together(
            $"two threads, the first stopped at act {after}",
            () => stopped = Preemption.Run(this, after, first, second)
        );
        return stopped;
    }

    private void Together(string text, Action run)
    {
        Monitor.SeveralAtOnce = true;
        Begin(text);
        run();
        End(text, Outcome.Done);
        Monitor.SeveralAtOnce = false;
    }

    private Outcome Operate(string text, Func<Outcome> act)
    {
        Begin(text);
        var outcome = Guarded(text, act);
        End(text, outcome);
        return outcome;
    }

    private Outcome<T> Operate<T>(string text, Func<Outcome<T>> act)
    {
        Begin(text);
        var outcome = Guarded(text, act);
        End(text, outcome.WithoutResult);
        return outcome;
    }

    // Whoever goes round in circles has done millions of things before it is stopped.
    private const int MostOfAnOperation = 200;

    private T Guarded<T>(string text, Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception e)
            when (e
                    is not (
                        NotModelledException
                        or NotOnThisPlatformException
                        or ModelFaultException
                        or HarnessException
                    )
            )
        {
            throw new DriverThrewException(
                text,
                TraceText.Of(Trace.Since(LastOperation).TakeLast(MostOfAnOperation)),
                e
            );
        }
    }

    private void Begin(string text)
    {
        LastOperation = Trace.Mark;
        Trace.Add(new OperationStarted(text));
        Monitor.Tell(Act.OperationStarted, static rule => rule.OperationStarted());
    }

    private void End(string text, Outcome outcome)
    {
        Trace.Add(new OperationEnded(text, outcome));
        Monitor.IsUnconfirmed = outcome.Error is ErrorClass.TimedOut or ErrorClass.Malformed;
        Monitor.Tell(Act.OperationEnded, static rule => rule.OperationEnded());
        Check();
    }
}
