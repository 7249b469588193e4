using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>What the ID registers and firmware offer, in the terms this driver uses.</summary>
internal sealed record Features
{
    /// <summary>The registers themselves, for guests: they cannot be read again while there is no power.</summary>
    public HardwareInformation Identification { get; init; }

    /// <summary>Bits of a StreamID.</summary>
    public int StreamIdBits { get; init; }

    /// <summary>The stream table has two levels.</summary>
    public bool TwoLevelStreamTable { get; init; }

    /// <summary>Stage 1 translates.</summary>
    public bool Stage1 { get; init; }

    /// <summary>Stage 2 translates.</summary>
    public bool Stage2 { get; init; }

    /// <summary>Both stages can translate one access.</summary>
    public bool Nesting { get; init; }

    /// <summary>Stage 2 can overrule the memory types of stage 1.</summary>
    public bool ForcedWriteBack { get; init; }

    /// <summary>Bits of a VMID: 8 or 16.</summary>
    public int VmidBits { get; init; }

    /// <summary>Bits of a SubstreamID; 0: there are none.</summary>
    public int SubstreamBits { get; init; }

    /// <summary>Tables of context descriptors may have two levels.</summary>
    public bool TwoLevelContextTable { get; init; }

    /// <summary>Bits of an ASID: 8 or 16.</summary>
    public int AsidBits { get; init; }

    /// <summary>Bits of a physical address, 32 to 48: what an output address of this driver's tables may have.</summary>
    public int OutputBits { get; init; }

    /// <summary>Granules that tables may have.</summary>
    public required IReadOnlyList<Granule> Granules { get; init; }

    /// <summary>Byte orders that tables may have.</summary>
    public WalkEndianness TableOrders { get; init; }

    /// <summary>TLB invalidation by range.</summary>
    public bool RangeInvalidation { get; init; }

    /// <summary>What becomes of a faulting transaction.</summary>
    public StallModel StallModel { get; init; }

    /// <summary>Attributes of bypassing traffic can be overridden, so SHCFG must say that they are not.</summary>
    public bool AttributeOverride { get; init; }

    /// <summary>Contexts of EL2 may be in the TLB.</summary>
    public bool Hypervisor { get; init; }

    /// <summary>Broadcast TLB maintenance is heard unless CR2.PTM says otherwise.</summary>
    public bool BroadcastMaintenance { get; init; }

    /// <summary>Broadcast TLB maintenance is heard, and relied on.</summary>
    public bool HearsBroadcasts { get; init; }

    /// <summary>Translated transactions exist and are to be checked.</summary>
    public bool Ats { get; init; }

    /// <summary>Devices can ask for pages.</summary>
    public bool PageRequests { get; init; }

    /// <summary>
    /// Descriptors tell which pages were written. Hardware and processors change the same words, so both must see the caches.
    /// </summary>
    public bool DirtyState { get; init; }

    /// <summary>Interrupts can be messages.</summary>
    public bool Msi { get; init; }

    /// <summary>The SMMU's own accesses look into the caches of the processors.</summary>
    public bool Coherent { get; init; }

    /// <summary>Every batch of commands must be waited for.</summary>
    public bool WaitForEveryBatch { get; init; }

    /// <summary>Invalidations must be given, and waited for, twice.</summary>
    public bool InvalidateTwice { get; init; }

    /// <summary>The SMMU may be told of traffic that is about to come.</summary>
    public bool Prefetch { get; init; }

    /// <summary>log2 of the entries of the command queue.</summary>
    public int CommandQueueBits { get; init; }

    /// <summary>log2 of the entries of the event queue.</summary>
    public int EventQueueBits { get; init; }

    /// <summary>log2 of the entries of the PRI queue.</summary>
    public int PageRequestQueueBits { get; init; }

    /// <summary>Completion of a CMD_SYNC is a message into its own slot instead of a move of CMDQ_CONS.</summary>
    public bool SyncByMessage => Msi && Coherent;

    /// <summary>Masters may be told to stall.</summary>
    public bool CanStall => StallModel != StallModel.TerminateOnly;

    /// <summary>StreamID bits that a leaf of a two-level stream table resolves.</summary>
    public const int StreamTableSplit = 8;

    // 64 KiB of each queue. More buys nothing: the driver waits for each batch.
    private const int MostCommandBits = 12;
    private const int MostEventBits = 11;
    private const int MostPageRequestBits = 12;

    // One full batch and its CMD_SYNC must fit.
    private const int LeastCommandBits = 7;

    // Larger spans would need 52-bit formats of tables.
    private const int MostOutputBits = 48;

    /// <summary>Reads the ID registers.</summary>
    /// <param name="platform">The SMMU.</param>
    /// <param name="hearsBroadcasts">It is to take part in the TLB maintenance of PEs, if it can.</param>
    /// <returns><see cref="ErrorClass.UnsupportedHardware"/> if something is missing that the driver cannot do without.</returns>
    public static Outcome<Features> Read(IPlatform platform, bool hearsBroadcasts)
    {
        var firmware = platform.Firmware;
        if (
            firmware.RegisterBytes
            < (Errata.HasOnePage(firmware.Model) ? RegisterMap.PageBytes : RegisterMap.Bytes)
        )
            return Refuse(platform, "a register page is missing", ErrorClass.Invalid);

        var idr0 = platform.Read<Idr0>();
        var idr1 = platform.Read<Idr1>();
        var idr2 = platform.Read<Idr2>();
        var idr3 = platform.Read<Idr3>();
        var idr4 = platform.Read<Idr4>();
        var idr5 = platform.Read<Idr5>();
        var part = platform.Read<Iidr>();
        var architecture = platform.Read<Aidr>();

        if (!idr0.S1P && !idr0.S2P)
            return Refuse(platform, "no stage translates");
        if (idr0.TTF is not (TableFormats.AArch64 or TableFormats.Both))
            return Refuse(platform, "no AArch64 tables");
        if (idr1.TABLES_PRESET || idr1.QUEUES_PRESET || idr1.REL)
            return Refuse(platform, "preset tables or queues");
        if (idr1.CMDQS < LeastCommandBits)
            return Refuse(platform, "command queue too small for a batch");

        if (idr0.COHACC != firmware.Coherent)
            platform.System.Log(
                LogLevel.Warning,
                $"IDR0.COHACC is overruled by firmware: coherent is {firmware.Coherent}"
            );

        return new Features
        {
            Identification = new HardwareInformation(
                [Raw(idr0), Raw(idr1), Raw(idr2), Raw(idr3), Raw(idr4), Raw(idr5)],
                Raw(part),
                Raw(architecture)
            ),
            StreamIdBits = int.Min(idr1.SIDSIZE, 32),
            // One leaf of 256 entries would do below 9 bits: a second level is no gain there.
            TwoLevelStreamTable =
                idr0.ST_LEVEL == StreamTableLevels.TwoLevel && idr1.SIDSIZE > StreamTableSplit,
            Stage1 = idr0.S1P,
            Stage2 = idr0.S2P,
            Nesting = idr0.S1P && idr0.S2P && !Errata.CannotNest(part),
            ForcedWriteBack = idr3.FWB,
            VmidBits = idr0.VMID16 ? 16 : 8,
            SubstreamBits = idr0.S1P ? idr1.SSIDSIZE : 0,
            TwoLevelContextTable = idr0.CD2L,
            AsidBits = idr0.ASID16 ? 16 : 8,
            OutputBits = int.Min(idr5.OAS.ToBits(), MostOutputBits),
            Granules = GranulesOf(idr5),
            TableOrders = idr0.TTENDIAN,
            RangeInvalidation = idr3.RIL,
            StallModel = idr0.STALL_MODEL,
            AttributeOverride = idr1.ATTR_TYPES_OVR,
            Hypervisor = idr0.Hyp,
            BroadcastMaintenance = idr0.BTM,
            HearsBroadcasts = hearsBroadcasts && idr0.BTM && !Errata.IsDeaf(part),
            Ats = idr0.ATS,
            PageRequests = idr0.ATS && idr0.PRI,
            DirtyState =
                (firmware.HardwareUpdate ?? idr0.HTTU) >= HardwareUpdate.AccessAndDirty
                && firmware.Coherent,
            Msi = idr0.MSI,
            Coherent = firmware.Coherent,
            WaitForEveryBatch = Errata.WaitsForEveryBatch(part),
            InvalidateTwice = Errata.InvalidatesTwice(firmware.Model),
            Prefetch = !Errata.RefusesPrefetch(firmware.Model),
            CommandQueueBits = int.Min(idr1.CMDQS, MostCommandBits),
            EventQueueBits = int.Min(idr1.EVENTQS, MostEventBits),
            PageRequestQueueBits = int.Min(idr1.PRIQS, MostPageRequestBits),
        };
    }

    private static uint Raw<T>(T register)
        where T : struct, IRegister<T> => unchecked((uint)register.Word(0));

    private static List<Granule> GranulesOf(Idr5 idr5)
    {
        List<Granule> granules = [];
        if (idr5.GRAN4K)
            granules.Add(Granule.Size4K);
        if (idr5.GRAN16K)
            granules.Add(Granule.Size16K);
        if (idr5.GRAN64K)
            granules.Add(Granule.Size64K);
        return granules;
    }

    private static ErrorClass Refuse(
        IPlatform platform,
        string reason,
        ErrorClass error = ErrorClass.UnsupportedHardware
    )
    {
        platform.System.Log(LogLevel.Error, $"unsupported SMMU: {reason}");
        return error;
    }
}
