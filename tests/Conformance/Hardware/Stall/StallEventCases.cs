using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Events of stalled transactions: they wait for room where others are lost (§7.2.1).</summary>
public sealed class StallEventCases
{
    private static readonly PhysicalAddress Context = new(0x50_0000);
    private static readonly PhysicalAddress Table = new(0x51_0000);

    /// <summary>§3.12.2</summary>
    [Case("hw.stall.recorded", Level.Architecture, "stall.056")]
    [AppliesIf(nameof(CannotStall))]
    public void A_translation_fault_of_a_stalling_context_is_recorded_as_a_stall(Profile profile)
    {
        var rig = Stalling(profile);

        var translation = rig.Access();

        Assert.True(translation.Stalled);
        Assert.True(rig.RecordAt(0).As<FTranslation>().Stall);
    }

    /// <summary>§7.2.1, §7.4: it is not lost, and so there is no overflow.</summary>
    [Case("hw.stall.waits", Level.Architecture, "events.002", "stall.052", "events.093")]
    [AppliesIf(nameof(CannotStall))]
    public void A_stall_waits_for_room_in_a_full_queue_without_overflow(Profile profile)
    {
        var rig = Stalling(profile);
        for (var i = 0; i < Rig.Entries; i++)
            rig.CauseEvent();

        rig.Access();
        Assert.Equal(new EventqProd { WR = Rig.Entries }, rig.Read<EventqProd>());
        rig.Write(new EventqCons { RD = 1 });

        Assert.Equal(Rig.Entries + 1u, rig.Read<EventqProd>().WR);
        Assert.True(rig.RecordAt(0).Is<FTranslation>());
    }

    /// <summary>§7.2.1: nor is it lost while the queue is disabled.</summary>
    [Case("hw.stall.waits-disabled", Level.Architecture, "stall.052", "events.100")]
    [AppliesIf(nameof(CannotStall))]
    public void A_stall_waits_until_the_queue_is_enabled(Profile profile)
    {
        var rig = Stalling(profile);
        rig.Enable(rig.Read<Cr0>() with { EVENTQEN = false });

        rig.Access();
        Assert.Equal(0u, rig.Read<EventqProd>().WR);
        rig.Enable(rig.Read<Cr0>() with { EVENTQEN = true });

        Assert.Equal(1u, rig.Read<EventqProd>().WR);
    }

    /// <summary>§6.3.9.6: turning translation off terminates what is stalled.</summary>
    [Case("hw.stall.translation-off", Level.Architecture, "stall.043", "stall.051")]
    [AppliesIf(nameof(CannotStall))]
    public void Turning_translation_off_drops_stalls_that_wait(Profile profile)
    {
        var rig = Stalling(profile);
        rig.Enable(rig.Read<Cr0>() with { EVENTQEN = false });
        rig.Access();

        rig.Enable(rig.Read<Cr0>() with { SMMUEN = false });
        rig.Enable(new Cr0 { CMDQEN = true, EVENTQEN = true });

        Assert.Equal(0u, rig.Read<EventqProd>().WR);
        Assert.Equal(CommandError.None, rig.Judge(new StallTerm()));
    }

    /// <summary>§4.7.1: a resume that matches nothing is no error.</summary>
    [Case("hw.stall.resume-nothing", Level.Architecture, "stall.030")]
    [AppliesIf(nameof(CannotStall))]
    public void A_resume_that_matches_nothing_has_no_effect(Profile profile)
    {
        var rig = Stalling(profile);

        rig.Submit(new Resume { STAG = 5, Ac = ResumeAction.Retry }, new StallTerm());

        Assert.Equal(0u, rig.Unconsumed);
        Assert.Equal(0u, rig.ActiveErrors.Value);
    }

    /// <summary>§3.12.2.1, §7.2.1: a retry that was decided makes the record, not the fault before it; one transaction, one record.</summary>
    [Case("hw.stall.decided", Level.Architecture, "stall.015", "faults.009")]
    [AppliesIf(nameof(CannotStall))]
    public void Room_for_a_record_does_not_record_what_is_to_be_retried(Profile profile)
    {
        var rig = Stalling(profile);
        rig.Access();
        rig.Access(0x1040);
        var tag = rig.RecordAt(0).As<FTranslation>().STAG;

        rig.Submit(
            new Resume
            {
                StreamID = Rig.Inside,
                STAG = tag,
                Ab = true,
            }
        );
        rig.Write(new EventqCons { RD = 1 });
        rig.Machine.Run();

        Assert.Equal(2u, rig.Read<EventqProd>().WR);
        Assert.Single(rig.Smmu.Stalled);
    }

    private static string? CannotStall(Profile profile) =>
        !profile.IDR0.S1P ? "SMMU_IDR0.S1P is 0"
        : profile.CanStall ? null
        : $"SMMU_IDR0.STALL_MODEL is {profile.IDR0.STALL_MODEL}";

    // One stage 1 context whose table maps nothing.
    private static Rig Stalling(Profile profile)
    {
        var rig = Rig.Started(profile);
        var context = new Cd
        {
            V = true,
            AA64 = true,
            T0SZ = 25,
            EPD1 = true,
            IPS = profile.IDR5.OAS,
            ENDI = profile.IDR0.TTENDIAN == WalkEndianness.Big,
            TTB0 = Table,
            S = true,
            R = true,
            A = true,
            ASET = true,
            ASID = 1,
        };
        for (var word = 0; word < context.Words.Length; word++)
            rig.Memory.Write64(Context + (ulong)(8 * word), context.Word(word));
        rig.StoreSte(
            new Ste
            {
                V = true,
                Config = SteConfig.Stage1,
                S1ContextPtr = Context,
                SHCFG = ShCfg.Incoming,
            }
        );
        rig.StartTranslation();
        return rig;
    }
}
