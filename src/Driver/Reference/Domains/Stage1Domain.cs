using System.Collections.Immutable;
using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>Translates by a page table of stage 1, tagged with an ASID.</summary>
internal sealed class Stage1Domain : PagingDomain
{
    private readonly IdPool _asids;

    private Stage1Domain(SharedMemory memory, PageTable table, Asid asid, IdPool asids, bool lazy)
        : base(memory, table, lazy) => (Asid, _asids) = (asid, asids);

    /// <summary>Tag of its translations.</summary>
    public Asid Asid { get; }

    /// <inheritdoc/>
    public override bool UsesContext => true;

    /// <summary>Makes a domain that all of some SMMUs could walk.</summary>
    /// <returns>
    /// <see cref="ErrorClass.NotSupported"/> if they lack stage 1, dirty state where it is wanted, or a common granule,
    /// <see cref="ErrorClass.OutOfMemory"/>, <see cref="ErrorClass.Busy"/> if all ASIDs are taken.
    /// </returns>
    public static Outcome<Stage1Domain> Create(
        ImmutableArray<SmmuDevice> smmus,
        IdPool asids,
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
        if (asids.Take(features.Min(one => one.AsidBits)) is not { } asid)
        {
            table.Free();
            return ErrorClass.Busy;
        }

        return new Stage1Domain(memory, table, new Asid((ushort)asid), asids, lazy);
    }

    /// <inheritdoc/>
    public override bool Fits(Features smmu) =>
        smmu.Stage1 && Table.Format.Suits(smmu) && Asid.Value < 1 << smmu.AsidBits;

    /// <inheritdoc/>
    public override Ste EntryFor(Master master) => master.Stage1Entry(S1Dss.Substream0);

    /// <inheritdoc/>
    public override Cd ContextFor(Master master) =>
        ContextEntries.Stage1(Table.Format, Table.Root, Asid, master.Stalls);

    /// <inheritdoc/>
    protected override void ReturnTag() => _asids.Return(Asid.Value);

    /// <inheritdoc/>
    protected override (InvalidationKind Kind, uint Id) Tag =>
        (InvalidationKind.Stage1, Asid.Value);
}
