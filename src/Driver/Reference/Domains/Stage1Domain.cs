using System.Collections.Immutable;
using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>Translates by a page table of stage 1, tagged with an ASID.</summary>
internal sealed class Stage1Domain : PagingDomain
{
    private Stage1Domain(SharedMemory memory, PageTable table, Tags tags, bool lazy)
        : base(memory, table, lazy, tags) { }

    /// <inheritdoc/>
    public override bool UsesContext => true;

    /// <summary>Makes a domain that all of some SMMUs could walk.</summary>
    /// <returns>
    /// <see cref="ErrorClass.NotSupported"/> if they lack stage 1, dirty state where it is wanted, or a common granule,
    /// <see cref="ErrorClass.OutOfMemory"/>, <see cref="ErrorClass.Busy"/> if all ASIDs are taken.
    /// </returns>
    public static Outcome<Stage1Domain> Create(
        ImmutableArray<SmmuDevice> smmus,
        TagPools asids,
        bool lazy,
        bool tracksDirty
    )
    {
        var features = smmus.Select(smmu => smmu.Features).ToArray();
        if (
            !features.All(one => one.Stage1)
            || PageTableFormat.Common(features, TableStage.Stage1, tracksDirty) is not { } format
        )
            return ErrorClass.NotSupported;

        var memory = new SharedMemory(smmus[0].Platform.System, format.Coherent);
        if (PageTable.Create(memory, format) is not { } table)
            return ErrorClass.OutOfMemory;
        var (tags, bits) = (new Tags(asids), features.Min(one => one.AsidBits));
        if (smmus.All(smmu => tags.TryTake(smmu, bits, bits)))
            return new Stage1Domain(memory, table, tags, lazy);
        tags.Return();
        table.Free();
        return ErrorClass.Busy;
    }

    /// <inheritdoc/>
    public override bool Fits(SmmuDevice smmu) =>
        smmu.Features.Stage1
        && Table.Format.Suits(smmu.Features)
        && Tags.TryTake(smmu, smmu.Features.AsidBits, smmu.Features.AsidBits);

    /// <inheritdoc/>
    public override Ste EntryFor(Master master) => master.Stage1Entry(S1Dss.Substream0);

    /// <inheritdoc/>
    public override Cd ContextFor(Master master) =>
        ContextEntries.Stage1(
            Table.Format,
            Table.Root,
            new Asid(Tags.On(master.Smmu)),
            master.Stalls
        );

    /// <inheritdoc/>
    protected override (InvalidationKind Kind, uint Id) TagOn(SmmuDevice smmu) =>
        (InvalidationKind.Stage1, Tags.On(smmu));
}
