using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Enables take effect when they are acknowledged, and not when they are written.</summary>
public sealed class Acknowledges
{
    private static MachineOptions Slow(MachineOptions options) => options with { AckDelay = 4 };

    /// <summary>§6.3.9</summary>
    [Case("hw.registers.ack-late", Level.Architecture, "registers.023", "registers.034")]
    public void A_written_enable_reads_back_before_it_is_acknowledged(Profile profile)
    {
        var rig = new Rig(profile, Slow);

        rig.Write(new Cr0 { EVENTQEN = true });

        Assert.True(rig.Read<Cr0>().EVENTQEN);
        Assert.False(rig.Read<Cr0Ack>().EVENTQEN);
    }

    /// <summary>§6.3.9: an update completes in finite time.</summary>
    [Case("hw.registers.ack-comes", Level.Architecture, "registers.023")]
    public void Whoever_polls_sees_the_acknowledge(Profile profile)
    {
        var rig = new Rig(profile, Slow);
        rig.PlaceQueues();

        rig.Enable(new Cr0 { CMDQEN = true, EVENTQEN = true });

        Assert.True(rig.Read<Cr0Ack>().CMDQEN);
        Assert.True(rig.Read<Cr0Ack>().EVENTQEN);
    }

    /// <summary>§6.3.9: in finite time, whether or not anybody looks.</summary>
    [Case("hw.registers.ack-unwatched", Level.Architecture, "registers.023")]
    public void An_update_completes_without_being_polled(Profile profile)
    {
        var rig = new Rig(profile, Slow);
        rig.PlaceQueues();
        rig.Submit(new Sync());
        rig.Write(new Cr0 { CMDQEN = true });

        for (var turn = 0; turn < 4; turn++)
            rig.Machine.Run();

        Assert.Single(rig.Seen.Commands);
    }

    /// <summary>§6.3.9.3</summary>
    [Case("hw.registers.ack-effect", Level.Architecture, "commands.038", "registers.035")]
    public void No_command_runs_before_the_enable_is_acknowledged(Profile profile)
    {
        var rig = new Rig(profile, Slow);
        rig.PlaceQueues();
        rig.Write(new Cr0 { CMDQEN = true });

        rig.Submit(new Sync());

        Assert.Equal(1u, rig.Unconsumed);
        rig.Enable(new Cr0 { CMDQEN = true });
        Assert.Equal(0u, rig.Unconsumed);
    }

    /// <summary>§6.3.9: what of the permitted outcomes happens is that the second value is dropped.</summary>
    [Case("hw.registers.ack-twice", Level.Architecture, "registers.023")]
    public void Changing_an_enable_again_before_its_acknowledge_is_refused_and_told(Profile profile)
    {
        var rig = new Rig(profile, Slow);
        rig.PlaceQueues();
        rig.Write(new Cr0 { EVENTQEN = true });

        rig.Write(new Cr0());

        Assert.True(rig.Read<Cr0>().EVENTQEN);
        Assert.Equal(Misuse.UpdatePending, Assert.Single(rig.Misuses));
    }

    /// <summary>§6.3.9: each field is independent, and the same value may be written again.</summary>
    [Case("hw.registers.ack-fields", Level.Architecture, "registers.033")]
    public void Another_enable_may_be_written_while_one_is_under_way(Profile profile)
    {
        var rig = new Rig(profile, Slow);
        rig.PlaceQueues();
        rig.Write(new Cr0 { EVENTQEN = true });

        rig.Enable(new Cr0 { EVENTQEN = true, CMDQEN = true });

        Assert.Empty(rig.Misuses);
        Assert.True(rig.Read<Cr0Ack>().CMDQEN);
    }

    /// <summary>§6.3.9, §6.3.10: a field this SMMU does not have never appears, so waiting for it never ends.</summary>
    [Case("hw.registers.ack-reserved", Level.Architecture, "registers.037")]
    [AppliesWhere("SMMU_IDR0.PRI", 0)]
    public void A_reserved_enable_is_never_acknowledged(Profile profile)
    {
        var rig = new Rig(profile);

        rig.Write(new Cr0 { PRIQEN = true });

        Assert.False(rig.Read<Cr0>().PRIQEN);
        Assert.False(rig.Read<Cr0Ack>().PRIQEN);
        Assert.Equal(Misuse.ReservedBit, Assert.Single(rig.Misuses));
    }

    /// <summary>§6.3.16: an occurrence before the enable never interrupts.</summary>
    [Case("hw.interrupts.ack", Level.Architecture, "msi.016")]
    public void An_error_before_the_interrupt_enable_is_acknowledged_does_not_interrupt(
        Profile profile
    )
    {
        var rig = Rig.Started(profile, Slow);
        rig.Write(new IrqCtrl { GERROR_IRQEN = true });

        rig.Submit(new Command(0, 0));

        Assert.True(rig.ActiveErrors.CMDQ_ERR);
        rig.EnableInterrupts(new IrqCtrl { GERROR_IRQEN = true });
        Assert.False(rig.Lines.IsPending(InterruptLine.GlobalError));
    }

    /// <summary>§6.3.14.1: the new value reads back at once and is in force when Update is clear.</summary>
    [Case("hw.bypass.update", Level.Architecture, "bypass.016")]
    public void A_change_of_GBPA_is_in_force_when_Update_reads_zero(Profile profile)
    {
        var rig = new Rig(Open(profile), Slow);

        rig.Write(rig.Read<Gbpa>() with { ABORT = true, Update = true });

        Assert.True(rig.Read<Gbpa>().ABORT);
        Assert.Equal(TranslationResult.Passed, Reach(rig));
        for (var looks = 0; rig.Read<Gbpa>().Update; looks++)
            Assert.True(looks < 100, "GBPA.Update never clears");
        Assert.Equal(TranslationResult.Aborted, Reach(rig));
    }

    /// <summary>§6.3.14.1: from SMMUv3.2 on the only outcome; before it one of several.</summary>
    [Case("hw.bypass.update-missing", Level.Architecture, "bypass.016")]
    public void A_write_of_GBPA_without_Update_is_ignored_and_told(Profile profile)
    {
        var rig = new Rig(Open(profile));
        var before = rig.Read<Gbpa>();

        rig.Write(before with { ABORT = true });

        Assert.Equal(before, rig.Read<Gbpa>());
        Assert.Equal(TranslationResult.Passed, Reach(rig));
        Assert.Equal(Misuse.UpdateMissing, Assert.Single(rig.Misuses));
    }

    /// <summary>§6.3.14.1</summary>
    [Case("hw.bypass.update-twice", Level.Architecture, "bypass.016")]
    public void A_write_of_GBPA_during_an_update_is_ignored_and_told(Profile profile)
    {
        var rig = new Rig(profile, Slow);
        var before = rig.Read<Gbpa>();
        rig.Write(before with { ABORT = true, Update = true });

        rig.Write(before with { ABORT = false, Update = true });

        Assert.True(rig.Read<Gbpa>().ABORT);
        Assert.Equal(Guard.Update, Assert.Single(rig.Seen.Misuses).Guard);
    }

    // Some refuse everything after reset.
    private static Profile Open(Profile profile) =>
        profile with
        {
            GBPA = profile.GBPA with { ABORT = false },
        };

    private static TranslationResult Reach(Rig rig) =>
        rig.Smmu.Truth(new Transaction { Address = new(0x1000) }).Result;
}
