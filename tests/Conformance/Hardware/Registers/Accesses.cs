using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>How registers are reached: sizes, halves, reserved places and bits.</summary>
public sealed class Accesses
{
    /// <summary>§6.2: each half of a 64-bit register is a word of its own.</summary>
    [Case("hw.registers.halves", Level.Architecture, "registers.010", "registers.060")]
    public void A_64_bit_register_can_be_written_by_halves(Profile profile)
    {
        var rig = new Rig(profile);
        rig.Write(new CmdqBase());

        rig.Smmu.Write32(CmdqBase.Offset, 0x8765_4303);
        rig.Smmu.Write32(CmdqBase.Offset + 4, 0x4000_0005);

        Assert.Equal(0x4000_0005_8765_4303ul, rig.Smmu.Read64(CmdqBase.Offset));
        Assert.Equal(0x4000_0005u, rig.Smmu.Read32(CmdqBase.Offset + 4));
    }

    /// <summary>§6.2: of the permitted outcomes, nothing happens.</summary>
    [Case("hw.registers.size", Level.Architecture, "registers.060")]
    public void A_64_bit_access_to_two_32_bit_registers_is_refused_and_told(Profile profile)
    {
        var rig = new Rig(profile);
        rig.PlaceQueues();

        rig.Smmu.Write64(CmdqProd.Offset, 0x1_0000_0001);

        Assert.Equal(0u, rig.Read<CmdqProd>().WR);
        Assert.Equal(0u, rig.Read<CmdqCons>().RD);
        Assert.Equal(Misuse.AccessSize, Assert.Single(rig.Misuses));
    }

    /// <summary>§6.2</summary>
    [Case("hw.registers.alignment", Level.Architecture, "registers.060")]
    public void An_unaligned_access_is_refused_and_told(Profile profile)
    {
        var rig = new Rig(profile);

        rig.Smmu.Write64(CmdqBase.Offset + 4, 0xffff_ffff);

        Assert.Equal(Misuse.AccessSize, Assert.Single(rig.Misuses));
        Assert.Equal(0u, rig.Smmu.Read32(CmdqBase.Offset + 2));
    }

    /// <summary>§6.2: undefined locations of page 0 read as zero.</summary>
    [Case("hw.registers.nothing-there", Level.Architecture, "registers.064")]
    public void Where_no_register_is_reads_give_zero_and_writes_are_told(Profile profile)
    {
        var rig = new Rig(profile);
        const uint nothing = 0x0f00;

        rig.Smmu.Write32(nothing, 0xffff_ffff);

        Assert.Equal(0u, rig.Smmu.Read32(nothing));
        Assert.Equal(Misuse.NoRegister, Assert.Single(rig.Misuses));
    }

    /// <summary>§6.2: registers of an absent feature are reserved.</summary>
    [Case("hw.registers.absent", Level.Architecture, "registers.073")]
    [AppliesWhere("SMMU_IDR0.MSI", 0)]
    public void The_MSI_registers_of_an_SMMU_without_MSIs_hold_nothing(Profile profile)
    {
        var rig = new Rig(profile);

        rig.Write(new GErrorIrqCfg0 { ADDR = Rig.Doorbell });

        Assert.Equal(0ul, rig.Smmu.Read64(GErrorIrqCfg0.Offset));
        Assert.Equal(Misuse.NoRegister, Assert.Single(rig.Misuses));
    }

    /// <summary>§6.2: the page 0 places of page 1 registers must not be used.</summary>
    [Case("hw.registers.shadow", Level.Architecture, "registers.057")]
    [NotOn(Quirks.PageZeroOnly)]
    public void The_event_pointers_are_in_page_1_only(Profile profile)
    {
        var rig = new Rig(profile);
        rig.PlaceQueues();

        rig.Smmu.Write32(EventqCons.Offset - RegisterMap.PageBytes, 1);

        Assert.Equal(0u, rig.Read<EventqCons>().RD);
        Assert.Equal(Misuse.NoRegister, Assert.Single(rig.Misuses));
    }

    /// <summary>§6.2: reserved bits read as zero and must not be written with ones.</summary>
    [Case("hw.registers.reserved-bits", Level.Architecture, "registers.059")]
    public void Reserved_bits_are_dropped_and_told(Profile profile)
    {
        var rig = new Rig(profile);

        rig.Smmu.Write32(IrqCtrl.Offset, 0x8000_0001);

        Assert.Equal(1u, rig.Smmu.Read32(IrqCtrl.Offset));
        Assert.Equal(Misuse.ReservedBit, Assert.Single(rig.Misuses));
    }

    /// <summary>§6.2: read-only means that writes are ignored.</summary>
    [Case("hw.registers.read-only", Level.Architecture, "registers.069", "registers.059")]
    [Rows(nameof(ReadOnly))]
    public void A_write_to_a_read_only_register_is_ignored_and_told(Profile profile, string name)
    {
        var register = RegisterMap.All.Single(candidate => candidate.Name == name);
        var rig = new Rig(profile);
        var before = rig.Smmu.Read32(register.Offset);

        rig.Smmu.Write32(register.Offset, ~before);

        Assert.Equal(before, rig.Smmu.Read32(register.Offset));
        Assert.Equal(Misuse.ReadOnlyWrite, Assert.Single(rig.Misuses));
    }

    /// <summary>Read-only registers that every SMMU has.</summary>
    public static IEnumerable<string> ReadOnly =>
        [
            "SMMU_IDR0",
            "SMMU_IDR1",
            "SMMU_IDR2",
            "SMMU_IDR3",
            "SMMU_IDR4",
            "SMMU_IDR5",
            "SMMU_IIDR",
            "SMMU_AIDR",
            "SMMU_CR0ACK",
            "SMMU_IRQ_CTRLACK",
            "SMMU_STATUSR",
            "SMMU_GERROR",
        ];

    /// <summary>§6.3.1 to §6.3.8</summary>
    [Case("hw.registers.identification", Level.Architecture, "registers.059")]
    public void The_ID_registers_say_what_the_SMMU_is(Profile profile)
    {
        var rig = new Rig(profile);

        Assert.Equal(profile.IDR0, rig.Read<Idr0>());
        Assert.Equal(profile.IDR1, rig.Read<Idr1>());
        Assert.Equal(profile.IDR3, rig.Read<Idr3>());
        Assert.Equal(profile.IDR5, rig.Read<Idr5>());
        Assert.Equal(profile.IIDR, rig.Read<Iidr>());
        Assert.Equal(profile.AIDR, rig.Read<Aidr>());
    }

    /// <summary>§6.3.25: other values of SPLIT are reserved, and behave as 6.</summary>
    [Case("hw.registers.reserved-split", Level.Architecture, "registers.002")]
    [AppliesWhere("SMMU_IDR0.ST_LEVEL", 1)]
    public void A_reserved_split_of_the_Stream_table_is_told(Profile profile)
    {
        var rig = new Rig(profile);

        rig.Write(
            new StrtabBaseCfg
            {
                FMT = StreamTableFormat.TwoLevel,
                SPLIT = 7,
                LOG2SIZE = 8,
            }
        );

        Assert.Equal(Misuse.ReservedEncoding, Assert.Single(rig.Misuses));
    }

    /// <summary>§6.3.26: the size must not exceed what the SMMU has; the SMMU caps it.</summary>
    [Case("hw.queues.too-large", Level.Architecture, "queues.001")]
    [AppliesWhere("SMMU_IDR1.CMDQS", AtMost = 18)]
    public void A_queue_larger_than_the_SMMU_has_is_told(Profile profile)
    {
        var rig = new Rig(profile);

        rig.Write(new CmdqBase { LOG2SIZE = (byte)(profile.IDR1.CMDQS + 1) });

        Assert.Equal(Misuse.OutOfRange, Assert.Single(rig.Misuses));
    }
}
