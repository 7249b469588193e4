using Microsoft.Extensions.DependencyInjection;
using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Bench;

/// <summary>
/// A machine, a driver under test, and everything that is watched between them. What a case does to the driver it does
/// here, so that each operation is marked in the trace and every broken monitor rule fails the case at the operation that
/// broke it.
/// </summary>
public sealed partial class TestBench : IDisposable
{
    private readonly ServiceProvider _services;
    private readonly SmmuHandle?[] _handles;
    private int _reported;

    [ThreadStatic]
    private static TestBench? t_last;

    [ThreadStatic]
    private static List<TestBench>? t_open;

    private TestBench(ServiceProvider services)
    {
        _services = services;
        Machine = services.GetRequiredService<Machine>();
        Trace = services.GetRequiredService<Trace>();
        Structures = services.GetRequiredService<StructureMap>();
        Monitor = services.GetRequiredService<Monitor>();
        System = services.GetRequiredService<EmulatedSystem>();
        Memory = services.GetRequiredService<DmaAllocator>();
        Platforms = services.GetRequiredService<IReadOnlyList<EmulatedPlatform>>();
        Devices = services.GetRequiredService<DeviceBus>();
        Monitor.Devices = Devices;
        Monitor.Coherent = [.. Platforms.Select(p => p.Firmware.Coherent)];
        Driver = services.GetRequiredService<ISmmuDriver>();
        t_last = this;
        t_open?.Add(this);
        Description = Driver.Describe();
        Monitor.KnowsOrder = Description.Observation == Observation.EveryStore;
        _handles = new SmmuHandle?[Machine.Smmus.Length];
        foreach (var smmu in Machine.Smmus)
            smmu.Inside.Watch(new SmmuWatcher(smmu.Index, Trace, Structures, Monitor));
    }

    /// <summary>
    /// The bench that this thread has made last since it was set to null: whoever reports a failure can show what happened on
    /// it, also when it is disposed of.
    /// </summary>
    public static TestBench? Last
    {
        get => t_last;
        set => t_last = value;
    }

    /// <summary>The hardware.</summary>
    public Machine Machine { get; }

    /// <summary>The first SMMU.</summary>
    public Smmu Smmu => Machine.Smmus[0];

    /// <summary>The first SMMU's profile.</summary>
    public Profile Profile => Smmu.Profile;

    /// <summary>Everything seen so far.</summary>
    public Trace Trace { get; }

    /// <summary>What stands at which address.</summary>
    public StructureMap Structures { get; }

    /// <summary>The rules and what they found.</summary>
    public Monitor Monitor { get; }

    /// <summary>The machine as the driver sees it.</summary>
    public EmulatedSystem System { get; }

    /// <summary>The devices, and what is on at each.</summary>
    public DeviceBus Devices { get; }

    /// <summary>What the driver has allocated.</summary>
    public DmaAllocator Memory { get; }

    /// <summary>The nodes as the driver sees them.</summary>
    public IReadOnlyList<EmulatedPlatform> Platforms { get; }

    /// <summary>The driver under test.</summary>
    public ISmmuDriver Driver { get; }

    /// <summary>What the driver says of itself.</summary>
    public DriverDescription Description { get; }

    /// <summary>The driver's name for the first SMMU.</summary>
    public SmmuHandle Handle => HandleOf(0);

    /// <summary>A machine with one SMMU, probed by the driver.</summary>
    public static TestBench Start(Profile profile, BenchOptions? options = null)
    {
        var bench = Create([profile], options);
        try
        {
            bench.Must(bench.Probe());
            return bench;
        }
        catch
        {
            bench.Dispose();
            throw;
        }
    }

    /// <summary>A machine with these SMMUs, none probed.</summary>
    public static TestBench Create(IReadOnlyList<Profile> profiles, BenchOptions? options = null)
    {
        options ??= new();
        var services = new ServiceCollection();
        services.AddEmulatedMachine(profiles, options);
        if (options.Monitored)
            services.AddMonitorRules();
        if (options.Driver is { } driver)
            services.AddSingleton(_ => driver());
        else
            services.AddDriverUnderTest();
        return new(services.BuildServiceProvider());
    }

    /// <summary>A machine with one SMMU, not probed.</summary>
    public static TestBench Create(Profile profile, BenchOptions? options = null) =>
        Create([profile], options);

    /// <summary>The driver's name for an SMMU.</summary>
    /// <exception cref="InvalidOperationException">It has not been probed.</exception>
    public SmmuHandle HandleOf(int smmu) =>
        _handles[smmu] ?? throw new InvalidOperationException($"SMMU {smmu} has not been probed");

    /// <summary>Fails the case unless the operation was carried out.</summary>
    /// <exception cref="OperationRefusedException">It was refused.</exception>
    public void Must(Outcome outcome)
    {
        if (!outcome.IsDone)
            throw new OperationRefusedException(outcome, TraceText.Of(Trace.Since(LastOperation)));
    }

    /// <summary>The result, or the case fails.</summary>
    /// <exception cref="OperationRefusedException">It was refused.</exception>
    public T Must<T>(Outcome<T> outcome)
    {
        Must(outcome.WithoutResult);
        return outcome.Value;
    }

    /// <summary>Fails the case if a monitor rule was broken since the last check.</summary>
    /// <exception cref="ViolationException">A rule was broken.</exception>
    public void Check()
    {
        if (Monitor.Violations.Count == _reported)
            return;
        var fresh = Monitor.Violations.Skip(_reported).ToList();
        _reported = Monitor.Violations.Count;
        throw new ViolationException(fresh, ViolationText.Of(fresh, Trace));
    }

    /// <summary>Takes note of the violations so far without failing: for cases about the monitor itself.</summary>
    public IReadOnlyList<Violation> TakeViolations()
    {
        var fresh = Monitor.Violations.Skip(_reported).ToList();
        _reported = Monitor.Violations.Count;
        return fresh;
    }

    /// <summary>
    /// Benches that this thread makes from now on are disposed of with the answer, if they are not before: whatever stops a case
    /// between making one and keeping it, a driver in another process is not left behind.
    /// </summary>
    public static IDisposable NoneLeftOpen()
    {
        t_open = [];
        return new Closing();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        t_open?.Remove(this);
        _services.Dispose();
    }

    private sealed class Closing : IDisposable
    {
        public void Dispose()
        {
            var open = t_open ?? [];
            t_open = null;
            foreach (var bench in open)
                bench.Dispose();
        }
    }
}
