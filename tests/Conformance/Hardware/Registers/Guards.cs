using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Registers that may be written only while what they configure is off.</summary>
public sealed class Guards
{
    /// <summary>A guarded register, the enable that locks it, and two values it may have.</summary>
    public sealed record Row(RegisterInfo Register, Cr0 Enable, ulong First, ulong Second)
    {
        /// <inheritdoc/>
        public override string ToString() =>
            Register.Name["SMMU_".Length..].ToLowerInvariant().Replace('_', '-');
    }

    /// <summary>Registers that CR0 guards.</summary>
    public static IEnumerable<Row> Rows
    {
        get
        {
            var commands = new Cr0 { CMDQEN = true };
            var events = new Cr0 { EVENTQEN = true };
            var translation = new Cr0 { SMMUEN = true };
            return
            [
                new(CmdqBase.Register, commands, 0x10_0003, 0x50_0003),
                new(CmdqCons.Register, commands, 0, 1),
                new(EventqBase.Register, events, 0x20_0003, 0x50_0003),
                new(EventqProd.Register, events, 0, 1),
                new(StrtabBase.Register, translation, 0x40_0000, 0x50_0000),
                new(StrtabBaseCfg.Register, translation, 0, 1),
                new(Cr2.Register, translation, 0, 2),
            ];
        }
    }

    /// <summary>§6.3.26, §6.3.28, §6.3.29, §6.3.95, §6.3.24, §6.3.25, §6.3.12</summary>
    [Case("hw.registers.guard", Level.Architecture, "registers.068", "registers.070")]
    [Rows(nameof(Rows))]
    public void A_write_to_a_register_in_use_is_ignored_and_told(Profile profile, Row row)
    {
        var rig = new Rig(profile);
        rig.PlaceQueues();
        Store(rig, row.Register, row.First);
        rig.Enable(row.Enable);

        Store(rig, row.Register, row.Second);

        Assert.Equal(row.First, Load(rig, row.Register) & ~Reason);
        Assert.Equal(Misuse.GuardedWrite, Assert.Single(rig.Misuses));
        Assert.NotEqual(Guard.None, rig.Seen.Misuses[0].Guard & row.Register.Guard);
    }

    /// <summary>§6.3.26: both the enable and its acknowledge count.</summary>
    [Case("hw.registers.guard-until-acknowledged", Level.Architecture, "registers.070")]
    [Rows(nameof(Rows))]
    public void The_lock_holds_until_the_disable_is_acknowledged(Profile profile, Row row)
    {
        var rig = new Rig(profile, options => options with { AckDelay = 3 });
        rig.PlaceQueues();
        Store(rig, row.Register, row.First);
        rig.Enable(row.Enable);
        rig.Write(new Cr0());

        Store(rig, row.Register, row.Second);

        Assert.Equal(row.First, Load(rig, row.Register) & ~Reason);
        Assert.Contains(Misuse.GuardedWrite, rig.Misuses);
    }

    /// <summary>§6.3.26: an enable locks from its write on.</summary>
    [Case("hw.registers.guard-from-write", Level.Architecture, "registers.070")]
    public void The_lock_holds_from_the_write_of_the_enable_on(Profile profile)
    {
        var rig = new Rig(profile, options => options with { AckDelay = 3 });
        rig.PlaceQueues();
        rig.Write(new Cr0 { CMDQEN = true });

        rig.Write(new CmdqBase { ADDR = new(0x50_0000), LOG2SIZE = 1 });

        Assert.Equal(Rig.Commands, rig.Read<CmdqBase>().ADDR);
        Assert.Contains(Misuse.GuardedWrite, rig.Misuses);
    }

    /// <summary>§6.3.26</summary>
    [Case("hw.registers.guard-released", Level.Architecture, "registers.070")]
    public void Once_the_disable_is_acknowledged_the_register_can_be_written(Profile profile)
    {
        var rig = Rig.Started(profile, options => options with { AckDelay = 3 });
        rig.Enable(new Cr0());

        rig.Write(new CmdqBase { ADDR = new(0x50_0000), LOG2SIZE = 2 });

        Assert.Equal(new PhysicalAddress(0x50_0000), rig.Read<CmdqBase>().ADDR);
        Assert.Empty(rig.Misuses);
    }

    /// <summary>§6.3.11: the queue fields and the table fields have guards of their own.</summary>
    [Case("hw.registers.guard-by-field", Level.Architecture, "registers.070")]
    public void Running_queues_lock_only_the_queue_fields_of_CR1(Profile profile)
    {
        var rig = new Rig(profile);
        rig.PlaceQueues();
        rig.Write(new Cr1());
        rig.Enable(new Cr0 { CMDQEN = true });

        rig.Write(new Cr1 { QUEUE_SH = Shareability.Inner, TABLE_SH = Shareability.Inner });

        Assert.Equal(new Cr1 { TABLE_SH = Shareability.Inner }, rig.Read<Cr1>());
        Assert.Equal(Misuse.GuardedWrite, Assert.Single(rig.Misuses));
    }

    /// <summary>§6.3.21, §6.3.30</summary>
    [Case("hw.registers.guard-msi", Level.Architecture, "registers.070")]
    [AppliesWhere("SMMU_IDR0.MSI", 1)]
    public void An_enabled_interrupt_locks_its_MSI_configuration(Profile profile)
    {
        var rig = new Rig(profile);
        rig.Write(new EventqIrqCfg0 { ADDR = Rig.Doorbell });
        rig.EnableInterrupts(new IrqCtrl { EVENTQ_IRQEN = true });

        rig.Write(new EventqIrqCfg0 { ADDR = new(0x50_0000) });

        Assert.Equal(Rig.Doorbell, rig.Read<EventqIrqCfg0>().ADDR);
        Assert.Equal(Guard.EventqIrqen, Assert.Single(rig.Seen.Misuses).Guard);
    }

    // CMDQ_CONS.ERR, which is UNKNOWN while no error is active; no other row has a bit there.
    private const ulong Reason = 0x7f00_0000;

    private static ulong Load(Rig rig, RegisterInfo register) =>
        register.Bytes == 8
            ? rig.Smmu.Read64(register.Offset)
            : rig.Smmu.Read32(rig.Smmu.Profile.Located(register.Offset));

    private static void Store(Rig rig, RegisterInfo register, ulong value)
    {
        if (register.Bytes == 8)
            rig.Smmu.Write64(register.Offset, value);
        else
            rig.Smmu.Write32(rig.Smmu.Profile.Located(register.Offset), unchecked((uint)value));
    }
}
