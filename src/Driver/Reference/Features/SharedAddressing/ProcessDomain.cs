using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>
/// Translates accesses by the tables of a process. They are the process' own: nothing here reads or writes them, and what
/// changes in them is told by <see cref="Forget(Iova, ulong)"/>.
/// </summary>
internal sealed class ProcessDomain : TranslatingDomain
{
    // Every SMMU can tell so many apart.
    private const int LeastAsidBits = 8;

    private readonly ProcessSpace _process;
    private readonly Granule _granule;
    private readonly Tags _tags;

    /// <summary>A domain of a process.</summary>
    /// <param name="process">Its address space.</param>
    /// <param name="granule">Granule of its tables.</param>
    /// <param name="tags">Of its translations: the one that its PEs use, or of the SMMUs alone.</param>
    /// <param name="pasid">Under which devices know it.</param>
    /// <param name="system">Gives turns.</param>
    public ProcessDomain(
        in ProcessSpace process,
        Granule granule,
        Tags tags,
        SubstreamId pasid,
        ISystem system
    )
        : base(new InvalidationList(system))
    {
        _process = process;
        _granule = granule;
        _tags = tags;
        Pasid = pasid;
    }

    /// <summary>Under which devices know it.</summary>
    public SubstreamId Pasid { get; }

    /// <summary>Its tag may be given to another: no TLB holds anything with it.</summary>
    public bool IsClean => EveryFlushWasConfirmed;

    /// <summary>Gives its tags back.</summary>
    public void ReturnTags() => _tags.Return();

    /// <summary>The process has ended.</summary>
    public bool HasExited { get; private set; }

    /// <summary>The process has ended, and nothing walks its tables.</summary>
    public bool IsQuiet { get; private set; }

    /// <inheritdoc/>
    public override bool UsesContext => true;

    /// <inheritdoc/>
    protected override (InvalidationKind Kind, uint Id) TagOn(SmmuDevice smmu) =>
        (InvalidationKind.Stage1, _tags.On(smmu));

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
        : !TryTag(master.Smmu) ? ErrorClass.Busy
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
            return Forget(Forgotten.Everything.Broadcast(_process.SharedAsid));

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
        return Forget(Forgotten.Only(_granule, ranges).Broadcast(_process.SharedAsid));
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

    // What its PEs use, if it is free there, and if the SMMU can make anything of it.
    private bool TryTag(SmmuDevice smmu) =>
        _tags.TryTake(
            smmu,
            smmu.Features.AsidBits,
            LeastAsidBits,
            smmu.Features.HearsBroadcasts ? _process.SharedAsid?.Value : null
        );

    private Cd Context(Master master) =>
        ContextEntries.Process(
            in _process,
            _granule,
            new Asid(_tags.On(master.Smmu)),
            master.Stalls,
            shared: master.Smmu.Features.HearsBroadcasts
                && _process.SharedAsid?.Value == _tags.On(master.Smmu)
        );
}
