using System.Collections.Immutable;
using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>A system: memory, SMMUs, and the devices behind them.</summary>
public sealed class Machine
{
    private readonly List<Endpoint> _endpoints = [];
    private readonly IOtherHardware? _other;

    /// <summary>A machine as reset leaves it, of the <see cref="MachineVariant"/> in use.</summary>
    public Machine(MachineOptions options)
    {
        Options = options = MachineVariant.Apply(options);
        _other = OtherHardware.For(options);
        Memory = new PhysicalMemory(options.MemoryBytes, _other);
        Stores = new CpuStores(options.Stores, options.Seed);
        Smmus =
        [
            .. options.Smmus.Select(
                (profile, index) => new Smmu(index, profile, Memory, Stores, options, _other)
            ),
        ];
    }

    /// <summary>What it is made of.</summary>
    public MachineOptions Options { get; }

    /// <summary>Other hardware answers for it (<see cref="OtherHardware"/>).</summary>
    public bool IsElsewhere => _other is not null;

    /// <summary>The memory that everything shares.</summary>
    public PhysicalMemory Memory { get; }

    /// <summary>What its PEs have stored and may not be seen yet. Who writes <see cref="Memory"/> directly is seen at once.</summary>
    public CpuStores Stores { get; }

    /// <summary>Its SMMUs, by index.</summary>
    public ImmutableArray<Smmu> Smmus { get; }

    /// <summary>Its devices.</summary>
    public IReadOnlyList<Endpoint> Endpoints => _endpoints;

    /// <summary>Puts a device behind an SMMU.</summary>
    /// <param name="smmu">Which SMMU.</param>
    /// <param name="streams">The StreamIDs it uses; at least one.</param>
    public Endpoint AddEndpoint(int smmu, params ReadOnlySpan<StreamId> streams)
    {
        MustBeOwn("device that moves data");
        var endpoint = new Endpoint(Smmus[smmu], Memory, [.. streams]);
        _endpoints.Add(endpoint);
        return endpoint;
    }

    /// <summary>
    /// A PE's TLBI to the shareable domain: every SMMU that takes part receives it. It is complete only after
    /// <see cref="CompleteBroadcasts"/> (§3.17, §3.21.1).
    /// </summary>
    public void Broadcast(in BroadcastInvalidation operation)
    {
        MustBeOwn("broadcast TLB maintenance");
        foreach (var smmu in Smmus)
            smmu.Receive(in operation);
    }

    /// <summary>The DSB of the PE that broadcast: what was sent before is complete.</summary>
    public void CompleteBroadcasts()
    {
        foreach (var smmu in Smmus)
            smmu.CompleteBroadcasts();
    }

    /// <summary>Hardware's turn, on every SMMU.</summary>
    public void Run()
    {
        foreach (var smmu in Smmus)
            smmu.Run();
    }

    private void MustBeOwn(string what)
    {
        if (IsElsewhere)
            throw new NotOnThisPlatformException(what);
    }
}
