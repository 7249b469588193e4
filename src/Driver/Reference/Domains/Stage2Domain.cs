using System.Collections.Immutable;
using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>Translates by a page table of stage 2, tagged with a VMID.</summary>
internal sealed class Stage2Domain : PagingDomain
{
    private Stage2Domain(SharedMemory memory, PageTable table, Tags tags, bool lazy, bool parent)
        : base(memory, table, lazy, tags) => IsNestParent = parent;

    /// <summary>Stages of guests may be put on top of it.</summary>
    public bool IsNestParent { get; }

    /// <summary>Makes a domain that all of some SMMUs could walk.</summary>
    /// <returns>
    /// <see cref="ErrorClass.NotSupported"/> if they lack stage 2, nesting where it is wanted, or a common granule,
    /// <see cref="ErrorClass.OutOfMemory"/>, <see cref="ErrorClass.NoSpace"/> if all VMIDs are taken.
    /// </returns>
    public static Outcome<Stage2Domain> Create(
        ImmutableArray<SmmuDevice> smmus,
        TagPools vmids,
        bool lazy,
        bool parent
    )
    {
        var features = smmus.Select(smmu => smmu.Features).ToArray();
        if (!features.All(one => parent ? one.Nesting : one.Stage2))
            return ErrorClass.NotSupported;
        // Guests must not choose memory types that make an address incoherent, if that can be kept from them.
        var stage =
            parent && features.All(one => one.ForcedWriteBack)
                ? TableStage.Stage2ForcedWriteBack
                : TableStage.Stage2;
        if (PageTableFormat.Common(features, stage) is not { } format)
            return ErrorClass.NotSupported;

        var memory = new SharedMemory(smmus[0].Platform.System, format.Coherent);
        if (PageTable.Create(memory, format) is not { } table)
            return ErrorClass.OutOfMemory;
        var (tags, bits) = (new Tags(vmids), features.Min(one => one.VmidBits));
        if (smmus.All(smmu => tags.TryTake(smmu, bits, bits)))
            return new Stage2Domain(memory, table, tags, lazy, parent);
        tags.Return();
        table.Free();
        return ErrorClass.NoSpace;
    }

    /// <inheritdoc/>
    public override bool Fits(SmmuDevice smmu) =>
        CanWalk(smmu.Features)
        && Tags.TryTake(smmu, smmu.Features.VmidBits, smmu.Features.VmidBits);

    /// <summary>The SMMU can walk its table.</summary>
    public bool CanWalk(Features smmu) => smmu.Stage2 && Table.Format.Suits(smmu);

    /// <inheritdoc/>
    public override Outcome Admits(Master master)
    {
        var admitted = base.Admits(master);
        if (!admitted.IsDone)
            return admitted;
        // Substreams need a stage 1.
        return master.Substreams.Count == 0 ? Outcome.Done : ErrorClass.Busy;
    }

    /// <inheritdoc/>
    public override Ste EntryFor(Master master) => EntryFor(master, new Vmid(Tags.On(master.Smmu)));

    /// <summary>The entry of a master whose translations are tagged otherwise.</summary>
    public Ste EntryFor(Master master, Vmid vmid)
    {
        var (smmu, format) = (master.Smmu.Features, Table.Format);
        return StreamEntries.Stage2(smmu, format, Table.Root, vmid, master.Stalls);
    }

    // Full ATS and stalls at stage 2 exclude each other. §5.2
    /// <inheritdoc/>
    public override bool AllowsAts(Master master) => !master.Stalls;

    /// <inheritdoc/>
    protected override (InvalidationKind Kind, uint Id) TagOn(SmmuDevice smmu) =>
        (InvalidationKind.Stage2, Tags.On(smmu));
}
