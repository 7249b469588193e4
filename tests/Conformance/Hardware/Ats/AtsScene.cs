using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>A PCIe device with an address translation cache behind an SMMU that checks what it sends, and records all it may.</summary>
internal sealed class AtsScene
{
    /// <summary>The device.</summary>
    public static readonly StreamId Nic = 0xd;

    /// <summary>An address of the device.</summary>
    public static readonly Iova Here = 0x10_0000;

    /// <summary>An address that nobody maps.</summary>
    public static readonly Iova Nowhere = 0x20_0000;

    /// <summary>The IPA between the stages.</summary>
    public static readonly Ipa Middle = 0x2_4000_0000;

    /// <summary>Where the page is.</summary>
    public static readonly PhysicalAddress Data = 0x1_c000_0000;

    /// <summary>The device behind an SMMU with ATSCHK and REC_CFG_ATS set, as far as they exist.</summary>
    public AtsScene(Profile profile, bool caches = true)
    {
        Rig = new TranslationRig(profile, caches, new StrtabBaseCfg { LOG2SIZE = 6 });
        Device = new AddressTranslationCache(Rig.Smmu, Nic);
        Rig.Smmu.Connect(Device);
        Configure();
    }

    /// <summary>The hardware.</summary>
    public TranslationRig Rig { get; }

    /// <summary>The device.</summary>
    public AddressTranslationCache Device { get; }

    /// <summary>log2 of STU, the smallest translation there is: by hand from IDR5.</summary>
    public int Unit => Rig.SmallestGranule.PageShift;

    /// <summary>Switches the SMMU off and on with other switches.</summary>
    public void Configure(
        bool check = true,
        bool recordAll = true,
        bool recordStreams = true,
        bool enable = true
    )
    {
        Rig.Disable();
        Rig.Write32(
            Cr2.Offset,
            TranslationRig.Word(new Cr2 { RECINVSID = recordStreams, REC_CFG_ATS = recordAll })
        );
        Rig.Write32(
            Cr0.Offset,
            TranslationRig.Word(
                new Cr0
                {
                    CMDQEN = true,
                    EVENTQEN = true,
                    ATSCHK = check,
                }
            )
        );
        if (enable)
            Check(check);
    }

    /// <summary>Changes ATSCHK while the SMMU translates.</summary>
    public void Check(bool check) =>
        Rig.Write32(
            Cr0.Offset,
            TranslationRig.Word(
                new Cr0
                {
                    SMMUEN = true,
                    CMDQEN = true,
                    EVENTQEN = true,
                    ATSCHK = check,
                }
            )
        );

    /// <summary>Stage 1 with the page mapped.</summary>
    public (TestTables Tables, PhysicalAddress Cd) Attach(
        Func<Cd, Cd>? adjust = null,
        Func<Ste, Ste>? adjustEntry = null
    )
    {
        var attached = Rig.Attach(
            Nic,
            adjust: adjust,
            adjustEntry: entry => Full(adjustEntry?.Invoke(entry) ?? entry)
        );
        attached.Tables.Map(Here, Data);
        return attached;
    }

    /// <summary>Both stages with the page mapped.</summary>
    public (TestTables Tables, Stage2Tables Second, PhysicalAddress Cd) AttachNested(
        Eats eats = Eats.Full,
        Func<Cd, Cd>? adjust = null,
        Func<Ste, Ste>? adjustEntry = null
    )
    {
        var attached = Rig.AttachNested(
            Nic,
            adjust: adjust,
            adjustEntry: entry => (adjustEntry?.Invoke(entry) ?? entry) with { EATS = eats }
        );
        attached.Tables.Map(Here, Middle.Value);
        attached.Second.Map(Middle, Data);
        return attached;
    }

    /// <summary>Stage 2 alone with the page mapped.</summary>
    public Stage2Tables AttachStage2(Func<Ste, Ste>? adjustEntry = null)
    {
        var second = Rig.AttachStage2(
            Nic,
            adjustEntry: entry => Full(adjustEntry?.Invoke(entry) ?? entry)
        );
        second.Map(new Ipa(Here.Value), Data);
        return second;
    }

    /// <summary>The entry that was stored last by <see cref="Replace"/>.</summary>
    public Ste Entry { get; private set; }

    /// <summary>Replaces the entry, and tells the SMMU.</summary>
    public void Replace(Ste entry)
    {
        Entry = entry;
        Rig.StoreSte(Nic, entry);
        Rig.Send(new CfgiSte { StreamID = Nic, Leaf = true });
        Rig.Send(new Sync());
    }

    /// <summary>Switches ATS off for the device, in one of the ways there are.</summary>
    /// <param name="how">smmuen, bypass, eats-0 or dpt: EATS = 0b11 where there is no DPT.</param>
    public void SwitchOff(string how)
    {
        var (_, cd) = Attach();
        switch (how)
        {
            case "smmuen":
                Configure(recordAll: false, enable: false);
                break;
            case "bypass":
                Replace(Full(new Ste { V = true, Config = SteConfig.Bypass }));
                break;
            default:
                Replace(
                    TranslationRig.Stage1(cd) with
                    {
                        EATS = how == "dpt" ? Eats.FullWithDpt : Eats.Disabled,
                    }
                );
                break;
        }
    }

    /// <summary>Makes the entry of the device one that cannot be used.</summary>
    /// <param name="how">stream: it is outside the table; ste-fetch: it cannot be read; ste: it is not valid.</param>
    public void BreakEntry(string how)
    {
        switch (how)
        {
            case "stream":
                Rig.Reshape(new StrtabBaseCfg { LOG2SIZE = 1 });
                Check(true);
                break;
            case "ste-fetch":
                Rig.Memory.AbortRange(Rig.SteAt(Nic), 64);
                Rig.Send(CfgiSteRange.All);
                break;
            default:
                Replace(new Ste { V = false });
                break;
        }
    }

    /// <summary>Two CDs of the same tables: the second is of SubstreamID 1.</summary>
    public TestTables AttachSubstreams(S1Dss withoutPasid, Stage2Tables? second = null)
    {
        var tables = new TestTables(Rig, Rig.SmallestGranule);
        var cds = Rig.Allocate(128, 128);
        for (var i = 0u; i < 2; i++)
            Rig.Store(cds + (64 * i), Rig.ContextOf(tables, (ushort)(i + 1)));
        var entry = Full(TranslationRig.Stage1(cds)) with { S1CDMax = 1, S1DSS = withoutPasid };
        second?.MapRig();
        Replace(second?.Into(entry) ?? entry);
        tables.Map(Here, second is null ? Data : Middle.Value);
        return tables;
    }

    /// <summary>A Translation Request.</summary>
    public AtsCompletion Request(
        Iova? address = null,
        bool noWrite = false,
        uint? pasid = null,
        bool execute = false,
        bool privileged = false
    ) =>
        Device.Request(
            new AtsRequest
            {
                Address = address ?? Here,
                NoWrite = noWrite,
                SubstreamValid = pasid is not null,
                Substream = pasid ?? 0,
                Execute = execute,
                Privileged = privileged,
            }
        );

    /// <summary>A Translated transaction, whatever the device was told.</summary>
    public Translation Translated(
        PhysicalAddress address,
        bool write = false,
        uint? pasid = null,
        StreamId? stream = null,
        TransactionKind kind = TransactionKind.Ordinary
    ) =>
        Rig.Smmu.Access(
            new Transaction
            {
                Stream = stream ?? Nic,
                Address = address.Value,
                Write = write,
                SubstreamValid = pasid is not null,
                Substream = pasid ?? 0,
                Translated = true,
                Kind = kind,
            }
        );

    /// <summary>The completion is Success that permits nothing, of one unit, and nothing is recorded.</summary>
    public void Nothing(AtsCompletion completion)
    {
        Assert.Equal(
            (AtsStatus.Success, false, false, false),
            (completion.Status, completion.Read, completion.Write, completion.Execute)
        );
        Assert.Equal(Unit, completion.Size);
        Assert.Empty(Rig.TakeEvents());
    }

    /// <summary>The completion permits what is said, and nothing is recorded.</summary>
    public void Permits(AtsCompletion completion, bool read, bool write, bool execute = false)
    {
        Assert.Equal(
            (AtsStatus.Success, read, write, execute),
            (completion.Status, completion.Read, completion.Write, completion.Execute)
        );
        Assert.Empty(Rig.TakeEvents());
    }

    /// <summary>ATS with two stages, stage 1 and split stages as they are needed; null if the profile has them.</summary>
    public static string? CannotNest(Profile profile) =>
        profile.IDR0.ATS ? Needs.BothStages(profile) : "SMMU_IDR0.ATS is 0";

    /// <summary>Why a profile has no ATS with stage 1 and substreams; null if it has.</summary>
    public static string? CannotNameSubstreams(Profile profile) =>
        !profile.IDR0.ATS ? "SMMU_IDR0.ATS is 0"
        : !profile.IDR0.S1P ? "SMMU_IDR0.S1P is 0"
        : profile.IDR1.SSIDSIZE == 0 ? "SMMU_IDR1.SSIDSIZE is 0"
        : null;

    /// <summary>Why a profile cannot split stages.</summary>
    public static string? CannotSplit(Profile profile) =>
        CannotNest(profile) ?? (profile.IDR0.NS1ATS ? "SMMU_IDR0.NS1ATS is 1" : null);

    private static Ste Full(Ste entry) => entry with { EATS = Eats.Full };
}
