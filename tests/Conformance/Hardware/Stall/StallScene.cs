using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>A stream whose stage 1 stalls on faults, with one page mapped and any number that are not.</summary>
internal sealed class StallScene
{
    /// <summary>The stream.</summary>
    public static readonly StreamId Nic = 0xd;

    /// <summary>A stream with an address space of its own, which stalls too.</summary>
    public static readonly StreamId Other = 0xe;

    /// <summary>A page that is mapped.</summary>
    public static readonly Iova Mapped = 0x40_0000_0000;

    /// <summary>A page that is not, until a case maps it.</summary>
    public static readonly Iova Missing = 0x40_1000_0000;

    /// <summary>Where pages are mapped to.</summary>
    public static readonly PhysicalAddress Data = 0x1_c000_0000;

    /// <summary>The scene on a machine that is changed.</summary>
    public StallScene(
        Profile profile,
        Func<MachineOptions, MachineOptions>? change = null,
        Func<Cd, Cd>? adjust = null
    )
    {
        Rig = new TranslationRig(profile, change ?? (options => options));
        (Tables, Context) = Rig.Attach(
            Nic,
            asid: 1,
            cd => (adjust ?? (same => same))(cd with { S = true })
        );
        Tables.Map(Mapped, Data);
        Rig.Attach(Other, asid: 2, cd => cd with { S = true });
    }

    /// <summary>The hardware.</summary>
    public TranslationRig Rig { get; }

    /// <summary>The tables of the stream.</summary>
    public TestTables Tables { get; }

    /// <summary>The CD of the stream.</summary>
    public PhysicalAddress Context { get; }

    /// <summary>Why a profile cannot stall at stage 1; null if it can.</summary>
    public static string? Refusal(Profile profile) =>
        !profile.IDR0.S1P ? "SMMU_IDR0.S1P is 0"
        : profile.CanStall ? null
        : $"SMMU_IDR0.STALL_MODEL is {profile.IDR0.STALL_MODEL}";

    /// <summary>Accesses a page that stalls.</summary>
    /// <returns>What waits, and its answer once it has one.</returns>
    public StalledTransaction Stall(
        Iova? address = null,
        StreamId? stream = null,
        bool write = false,
        bool privileged = false
    )
    {
        var translation = Rig.Access(
            stream ?? Nic,
            address ?? Missing,
            write,
            privileged: privileged
        );
        Assert.True(
            translation.Stalled,
            $"the access must stall; it was {translation.Result} with {translation.Event}"
        );
        return Rig.Smmu.Stalled[^1];
    }

    /// <summary>The one record since they were last taken, of a stalled Translation fault.</summary>
    public FTranslation TakeStall()
    {
        var record = Rig.TakeEvent();
        Assert.True(record.Is<FTranslation>(), $"expected F_TRANSLATION, was {record}");
        Assert.True(record.As<FTranslation>().Stall, $"expected Stall = 1, was {record}");
        return record.As<FTranslation>();
    }

    /// <summary>Acknowledges a record.</summary>
    public void Resume(FTranslation record, ResumeAction action, bool abort = false) =>
        Rig.Send(
            new Resume
            {
                StreamID = record.StreamID,
                STAG = record.STAG,
                Ac = action,
                Ab = abort,
            }
        );

    /// <summary>Replaces the entry of the stream, and tells the SMMU.</summary>
    public void Replace(Ste entry)
    {
        Rig.StoreSte(Nic, entry);
        Rig.Send(new CfgiSte { StreamID = Nic, Leaf = true });
        Rig.Send(new Sync());
    }

    /// <summary>Fills the Event queue with records of a stream that does not exist.</summary>
    public void FillQueue()
    {
        for (var i = 0; i < 1 << TranslationRig.QueueLog2; i++)
            Rig.Access(0x7fff_ffff, 0x1000);
    }
}
