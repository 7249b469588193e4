using System.Collections.Immutable;
using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>A device: its streams, its context table, and the domain it is attached to.</summary>
internal sealed class Master
{
    /// <summary>A device that is attached to nothing.</summary>
    public Master(MasterHandle handle, SmmuDevice smmu, MasterDescription description)
    {
        Handle = handle;
        Smmu = smmu;
        Streams = [.. description.Streams.Distinct().Order()];
        Stalls = smmu.Features.StallModel switch
        {
            StallModel.StallOnly => true,
            StallModel.StallAndTerminate => description.CanStall,
            _ => false,
        };
    }

    /// <summary>The caller's name for it.</summary>
    public MasterHandle Handle { get; }

    /// <summary>The SMMU in front of it.</summary>
    public SmmuDevice Smmu { get; }

    /// <summary>Its streams, each once, in ascending order.</summary>
    public ImmutableArray<StreamId> Streams { get; }

    /// <summary>Its faulting transactions stall: it can and may, or the SMMU knows no other way.</summary>
    public bool Stalls { get; }

    /// <summary>Its context table, once it has needed one.</summary>
    public ContextTable? Context { get; set; }

    /// <summary>What it is attached to; null: its streams abort.</summary>
    public Domain? Domain { get; set; }
}
