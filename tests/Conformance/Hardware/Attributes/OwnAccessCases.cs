using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Attributes of the SMMU's own accesses, each from the field that configures it (§13.8, §6.3.11, §3.15).</summary>
public sealed class OwnAccessCases
{
    private static readonly StreamId Nic = 0xd;
    private static readonly Iova Here = 0x1_2340_0000;

    /// <summary>§13.8: the stream table by CR1, CDs by the STE, walks by the CD.</summary>
    [Case(
        "hw.attributes.fetches",
        Level.Architecture,
        "attributes.008",
        "attributes.042",
        "attributes.023",
        "attributes.005"
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Each_fetch_has_the_attributes_of_its_own_field(Profile profile)
    {
        var rig = new TranslationRig(profile);
        rig.Disable();
        rig.Write32(
            Cr1.Offset,
            TranslationRig.Word(
                new Cr1
                {
                    TABLE_IC = AccessCacheability.WriteThrough,
                    TABLE_OC = AccessCacheability.WriteBack,
                    TABLE_SH = Shareability.Outer,
                }
            )
        );
        rig.Reshape(rig.Configuration);
        var (tables, _) = rig.Attach(
            Nic,
            adjust: cd =>
                cd with
                {
                    IR0 = Cacheability.WriteBackAllocate,
                    OR0 = Cacheability.WriteThrough,
                    SH0 = Shareability.Inner,
                },
            adjustEntry: entry =>
                entry with
                {
                    S1CIR = Cacheability.WriteBack,
                    S1COR = Cacheability.NonCacheable,
                    S1CSH = Shareability.NonShareable,
                }
        );
        tables.Map(Here, 0x1_c000_0000);
        var log = Watch(rig);

        Assert.True(rig.Access(Nic, Here).Passed);

        Assert.Equal(["Normal-iWT/RAWAnTR-oWB/RAWAnTR-OSH"], log.Of(FetchKind.Ste));
        Assert.Equal(["Normal-iWB/nRAnWAnTR-oNC-NSH"], log.Of(FetchKind.Cd));
        Assert.Equal(["Normal-iWB/RAWAnTR-oWT/RAnWAnTR-ISH"], log.Of(FetchKind.Stage1Descriptor));
    }

    /// <summary>§13.8, §5.2 S1CIR: behind stage 2 they are combined with its leaf; stage 2's own walks have their own fields.</summary>
    [Case("hw.attributes.nested-fetches", Level.Architecture, "nested.009", "attributes.042")]
    [AppliesIf(nameof(CannotNest))]
    public void Fetches_through_stage_2_are_combined_with_its_attributes(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var (tables, second, _) = rig.AttachNested(
            Nic,
            adjust: cd =>
                cd with
                {
                    IR0 = Cacheability.WriteBackAllocate,
                    OR0 = Cacheability.WriteBackAllocate,
                    SH0 = Shareability.NonShareable,
                },
            adjustEntry: entry =>
                entry with
                {
                    S1CIR = Cacheability.WriteBackAllocate,
                    S1COR = Cacheability.WriteBackAllocate,
                    S1CSH = Shareability.NonShareable,
                    S2IR0 = Cacheability.WriteThrough,
                    S2OR0 = Cacheability.WriteThrough,
                    S2SH0 = Shareability.Outer,
                }
        );
        // What the rig mapped as Write-Back, Inner Shareable becomes Write-Through.
        foreach (var at in second.RigBlocks())
            second.Put(at, 2, (second.Leaf(at, 2) with { MemAttr = 0b1010 }).Word(0));
        tables.Map(Here, 0x4010_0000);
        var log = Watch(rig);

        Assert.True(rig.Access(Nic, Here).Passed);

        Assert.Equal(["Normal-iWT/RAnWAnTR-oWT/RAnWAnTR-ISH"], log.Of(FetchKind.Cd));
        Assert.Equal(["Normal-iWT/RAWAnTR-oWT/RAWAnTR-ISH"], log.Of(FetchKind.Stage1Descriptor));
        Assert.Equal(["Normal-iWT/RAnWAnTR-oWT/RAnWAnTR-OSH"], log.Of(FetchKind.Stage2Descriptor));
    }

    /// <summary>§6.3.11: what no cache may hold is Outer Shareable.</summary>
    [Case("hw.attributes.table-nc", Level.Architecture, "attributes.022")]
    public void Non_cacheable_tables_are_Outer_Shareable_whatever_SH_says(Profile profile)
    {
        var rig = new TranslationRig(profile);
        rig.Disable();
        rig.Write32(Cr1.Offset, TranslationRig.Word(new Cr1 { TABLE_SH = Shareability.Inner }));
        rig.Reshape(rig.Configuration);
        rig.StoreSte(Nic, new Ste { V = true, Config = SteConfig.Bypass });
        var log = Watch(rig);

        rig.Access(Nic, Here);

        Assert.Equal(["Normal-iNC-oNC"], log.Of(FetchKind.Ste));
        Assert.Equal([Shareability.Outer], log.Shareabilities(FetchKind.Ste));
    }

    /// <summary>§13.8: queues by CR1 and the hint of their base, MSIs by their own registers, that of CMD_SYNC by its fields.</summary>
    [Case("hw.attributes.queues", Level.Architecture, "attributes.043", "attributes.023")]
    [AppliesWhere("SMMU_IDR0.MSI", 1)]
    public void Queues_and_MSIs_have_attributes_of_their_own(Profile profile)
    {
        var rig = new Rig(profile);
        var log = new AccessLog();
        rig.PlaceQueues();
        rig.Write(
            new Cr1
            {
                QUEUE_IC = AccessCacheability.WriteBack,
                QUEUE_OC = AccessCacheability.WriteBack,
                QUEUE_SH = Shareability.Inner,
            }
        );
        rig.Write(
            new EventqBase
            {
                ADDR = Rig.Events,
                LOG2SIZE = Rig.Log2Entries,
                WA = true,
            }
        );
        rig.Write(new EventqIrqCfg0 { ADDR = Rig.Doorbell });
        rig.Write(new EventqIrqCfg2 { MemAttr = MemAttr.DeviceNGnRE });
        rig.Enable(new Cr0 { CMDQEN = true, EVENTQEN = true });
        rig.EnableInterrupts(new IrqCtrl { EVENTQ_IRQEN = true });
        rig.StartTranslation();
        rig.Smmu.Observer = log;

        rig.CauseEvent();
        rig.Submit(
            new Sync
            {
                CS = CompletionSignal.Irq,
                MSIAddress = Rig.Doorbell,
                MSIAttr = (MemAttr)0b1111,
                MSH = Shareability.Inner,
            }
        );

        Assert.Equal(["Normal-iWB/nRAnWAnTR-oWB/nRAnWAnTR-ISH"], log.Of(FetchKind.Command));
        Assert.Equal(
            "Normal-iWB/RAWAnTR-oWB/RAWAnTR-ISH",
            Assert.Single(log.QueueWrites).ToString()
        );
        Assert.Equal(
            ["Device-nGnRE", "Normal-iWB/RAWAnTR-oWB/RAWAnTR-ISH"],
            log.Msis.Select(msi => msi.ToString())
        );
    }

    private static AccessLog Watch(TranslationRig rig)
    {
        var log = new AccessLog();
        rig.Send(CfgiSteRange.All);
        rig.Send(new TlbiNsnhAll());
        rig.Smmu.Caches.InvalidateAll();
        rig.Smmu.Observer = log;
        return log;
    }

    private static string? CannotNest(Profile profile) => Needs.BothStages(profile);
}
