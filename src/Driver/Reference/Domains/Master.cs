using System.Collections.Immutable;
using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>A device: its streams, its context table, and what its address spaces are attached to.</summary>
internal sealed class Master
{
    // More need a table of two levels, which not every SMMU has.
    private const int MostLinearBits = 10;

    /// <summary>A device that is attached to nothing.</summary>
    /// <param name="handle">The caller's name for it.</param>
    /// <param name="smmu">The SMMU in front of it.</param>
    /// <param name="description">What it is.</param>
    /// <param name="faults">Where its accesses wait.</param>
    public Master(
        MasterHandle handle,
        SmmuDevice smmu,
        MasterDescription description,
        PageFaults faults
    )
    {
        Handle = handle;
        Smmu = smmu;
        Faults = faults;
        Streams = [.. description.Streams.Distinct().Order()];
        Stalls = smmu.Features.StallModel switch
        {
            StallModel.StallOnly => true,
            StallModel.StallAndTerminate => description.CanStall,
            _ => false,
        };
        HasAts = description.Ats && smmu.Features.Ats;
        HasPri = HasAts && description.Pri && smmu.Features.PageRequests;
        IsAlwaysCoherent = description.CanWriteBackNonSnooped;
        var offered = int.Min(description.SubstreamBits, smmu.Features.SubstreamBits);
        SubstreamBits = smmu.Features.TwoLevelContextTable
            ? offered
            : int.Min(offered, MostLinearBits);
        Switches = new DeviceSwitches(this);
    }

    /// <summary>The caller's name for it.</summary>
    public MasterHandle Handle { get; }

    /// <summary>The SMMU in front of it.</summary>
    public SmmuDevice Smmu { get; }

    /// <summary>Where accesses wait for pages: its own, and those of others.</summary>
    public PageFaults Faults { get; }

    /// <summary>Its streams, each once, in ascending order.</summary>
    public ImmutableArray<StreamId> Streams { get; }

    /// <summary>Its faulting transactions stall: it can and may, or the SMMU knows no other way.</summary>
    public bool Stalls { get; }

    /// <summary>It and its SMMU have ATS.</summary>
    public bool HasAts { get; }

    /// <summary>It can ask for pages, and its SMMU passes that on.</summary>
    public bool HasPri { get; }

    /// <summary>None of its accesses gets around the caches, whatever it asks for.</summary>
    public bool IsAlwaysCoherent { get; }

    /// <summary>log2 of its address spaces; 0: it has only one.</summary>
    public int SubstreamBits { get; }

    /// <summary>It can put this into its accesses; 0 stands for none.</summary>
    public bool CanUse(SubstreamId substream) => (ulong)substream.Value >> SubstreamBits == 0;

    /// <summary>Accesses with a substream are attached to that domain.</summary>
    public bool Has(SubstreamId substream, Domain domain) =>
        Substreams.TryGetValue(substream, out var space) && space.Domain == domain;

    /// <summary>Its context table, once it has needed one.</summary>
    public ContextTable? Context { get; set; }

    /// <summary>A stream table entry that leads to its context table, which exists.</summary>
    /// <param name="withoutSubstream">What becomes of an access that names no substream.</param>
    public Ste Stage1Entry(S1Dss withoutSubstream) =>
        StreamEntries.Stage1(Smmu.Features, Context!.Shape, Stalls, withoutSubstream);

    /// <summary>What accesses without a substream are attached to; null: they abort.</summary>
    public AddressSpace? Main { get; set; }

    /// <summary>What accesses with a substream are attached to.</summary>
    public SortedDictionary<SubstreamId, AddressSpace> Substreams { get; } = [];

    /// <summary>Whose context descriptor a substream has; null: nobody's.</summary>
    /// <param name="substream">Which; 0: none.</param>
    public Domain? ContextUser(SubstreamId substream) =>
        substream.Value != 0 ? Substreams.GetValueOrDefault(substream)?.Domain
        : Domain is { UsesContext: true } main ? main
        : null;

    /// <summary>The domain of accesses without a substream, or null.</summary>
    public Domain? Domain => Main?.Domain;

    /// <summary>What the SMMU did not confirm.</summary>
    public Unsettled Unsettled { get; } = new();

    /// <summary>What is on at the device.</summary>
    public DeviceSwitches Switches { get; }

    /// <summary>The guest that knows it, if one does.</summary>
    public GuestIdentity? Guest { get; set; }
}

/// <summary>One address space of a device: the domain that gives it, and what that domain has to invalidate because of it.</summary>
internal sealed class AddressSpace(
    Master master,
    Domain domain,
    ImmutableArray<InvalidationEntry> needs
)
{
    /// <summary>The device.</summary>
    public Master Master => master;

    /// <summary>The domain.</summary>
    public Domain Domain => domain;

    /// <summary>Its entries in the domain's array.</summary>
    public ImmutableArray<InvalidationEntry> Needs => needs;
}
