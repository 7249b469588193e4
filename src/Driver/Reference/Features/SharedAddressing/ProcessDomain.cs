using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>
/// Translates accesses by the tables of a process. They are the process' own: nothing here reads or writes them, and what
/// changes in them is told by <see cref="Forget(Iova, ulong)"/>.
/// </summary>
internal sealed class ProcessDomain : TranslatingDomain
{
    private readonly ProcessSpace _process;
    private readonly Granule _granule;
    private readonly Asid _asid;

    /// <summary>A domain of a process.</summary>
    /// <param name="process">Its address space.</param>
    /// <param name="granule">Granule of its tables.</param>
    /// <param name="asid">Tag of its translations: the one that PEs use, or of the SMMUs alone.</param>
    /// <param name="pasid">Under which devices know it.</param>
    /// <param name="system">Gives turns.</param>
    public ProcessDomain(
        in ProcessSpace process,
        Granule granule,
        Asid asid,
        SubstreamId pasid,
        ISystem system
    )
        : base(new InvalidationList(system))
    {
        _process = process;
        _granule = granule;
        _asid = asid;
        Pasid = pasid;
    }

    /// <summary>Under which devices know it.</summary>
    public SubstreamId Pasid { get; }

    /// <summary>Its tag may be given to another: no TLB holds anything with it.</summary>
    public bool IsClean => EveryFlushWasConfirmed;

    /// <summary>Its tag.</summary>
    public Asid Asid => _asid;

    /// <summary>Its tag is the one that its PEs use.</summary>
    private bool SharesTag => _process.SharedAsid == _asid;

    /// <summary>The process has ended.</summary>
    public bool HasExited { get; private set; }

    /// <summary>The process has ended, and nothing walks its tables.</summary>
    public bool IsQuiet { get; private set; }

    /// <inheritdoc/>
    public override bool UsesContext => true;

    /// <inheritdoc/>
    protected override (InvalidationKind Kind, uint Id) Tag =>
        (InvalidationKind.Stage1, _asid.Value);

    /// <summary>
    /// The SMMU can do with the tables what PEs do: it has the granule, reaches all they reach, knows the byte order, and
    /// looks into their caches.
    /// </summary>
    public static bool Fits(in ProcessSpace process, Granule granule, Features smmu) =>
        smmu.Stage1
        && smmu.Coherent
        && smmu.Granules.Contains(granule)
        && process.OutputBits <= smmu.OutputBits
        && smmu.TableOrders != WalkEndianness.Big;

    /// <inheritdoc/>
    public override Outcome Admits(Master master) =>
        !Fits(in _process, _granule, master.Smmu.Features) ? ErrorClass.NotSupported
        : _asid.Value >> master.Smmu.Features.AsidBits != 0 ? ErrorClass.Busy
        : Outcome.Done;

    /// <inheritdoc/>
    public override Ste EntryFor(Master master) =>
        throw new InvalidOperationException("a process is attached under a PASID only");

    /// <inheritdoc/>
    public override Cd ContextFor(Master master) =>
        HasExited ? ContextEntries.Quiet(Context(master), master.Smmu.Features) : Context(master);

    /// <summary>Makes hardware forget a range, or all of it.</summary>
    public Outcome Forget(Iova address, ulong bytes)
    {
        if (bytes == 0)
            return Forget(Forgotten.Everything.Broadcast(SharesTag));

        // Whole pages, and no more of them than the process has addresses.
        var page = _granule.PageSize;
        var most = (1ul << _process.InputBits) - 1;
        var first = address.Value & ~(page - 1);
        var last = unchecked(address.Value + bytes - 1) | (page - 1);
        if (last > most || last < first)
            last = most;
        if (first > most)
            return Outcome.Done;

        // What stood in the tables is not known here: pages of the smallest size, and tables with them.
        var range = new ForgottenRange(first, last - first + 1, Level: 3, Leaf: false);
        var ranges = new ReadOnlySpan<ForgottenRange>(in range);
        return Forget(Forgotten.Only(_granule, ranges).Broadcast(SharesTag));
    }

    /// <summary>The process ends: nothing walks its tables any more when this returns.</summary>
    public Outcome Exit()
    {
        var outcome = new WorstOutcome();
        HasExited = true;
        foreach (var master in Masters)
        {
            outcome.Add(MasterEntries.WriteContext(master, Pasid, ContextFor(master)));
        }

        outcome.Add(Forget(Forgotten.Everything));
        IsQuiet = outcome.Outcome.IsDone;
        return outcome.Outcome;
    }

    private Cd Context(Master master) =>
        ContextEntries.Process(
            in _process,
            _granule,
            _asid,
            master.Stalls,
            shared: SharesTag && master.Smmu.Features.HearsBroadcasts
        );
}
