using System.Collections.Immutable;
using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>A guest's stage 1, or its bypass or abort, on top of the stage 2 of its virtual SMMU.</summary>
internal sealed class NestedDomain : Domain
{
    private readonly VirtualSmmu _guest;
    private readonly GuestEntry _entry;

    /// <summary>A domain of what a guest says.</summary>
    public NestedDomain(VirtualSmmu guest, GuestEntry entry)
    {
        (_guest, _entry) = (guest, entry);
        guest.Domains++;
    }

    /// <summary>The guest's stage 1 translates.</summary>
    public bool Translates => _entry.Config == SteConfig.Stage1;

    /// <inheritdoc/>
    public override Outcome Admits(Master master)
    {
        if (master.Smmu != _guest.Smmu)
            return ErrorClass.Invalid;
        var admitted = _guest.Parent.Admits(master);
        if (!admitted.IsDone)
            return admitted;
        // Its faults and invalidations name the device by the guest's number.
        return Translates && master.Guest?.Smmu != _guest ? ErrorClass.NotFound : Outcome.Done;
    }

    /// <inheritdoc/>
    public override Ste EntryFor(Master master)
    {
        if (_entry.Config == SteConfig.Abort)
            return StreamEntries.Abort();
        var second = _guest.Parent.EntryFor(master, _guest.Vmid);
        return Translates
            ? StreamEntries.Nested(master.Smmu.Features, second, _entry.Stage1, master.Stalls)
            : second;
    }

    /// <inheritdoc/>
    public override bool AllowsAts(Master master) =>
        _guest.Parent.AllowsAts(master) && (_entry.Ats || !Translates);

    /// <inheritdoc/>
    public override void Free() => _guest.Domains--;

    /// <inheritdoc/>
    protected override ImmutableArray<InvalidationEntry> NeedsOf(
        Master master,
        SubstreamId substream,
        bool ats
    ) =>
        _entry.Config == SteConfig.Abort
            ? []
            :
            [
                new(master.Smmu, InvalidationKind.Stage2, _guest.Vmid.Value),
                new(master.Smmu, InvalidationKind.GuestStage1, _guest.Vmid.Value),
                .. DeviceNeeds.Of(master, InvalidationKind.WholeDevice, substream, ats),
            ];

    // It is the stage 2 below whose pages come and go.
    /// <inheritdoc/>
    public override void Added(ImmutableArray<InvalidationEntry> needs) =>
        _guest.Parent.Added(needs);

    /// <inheritdoc/>
    public override Outcome Removed(ImmutableArray<InvalidationEntry> needs) =>
        _guest.Parent.Removed(needs);

    /// <inheritdoc/>
    public override void Dropped(ImmutableArray<InvalidationEntry> needs) =>
        _guest.Parent.Dropped(needs);
}
