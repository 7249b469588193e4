using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Registers that are not there, are fixed, or are seen at two places; what bypass does at reset (§6.1, §6.2, §13.2).</summary>
public sealed class RegisterEdgeCases
{
    /// <summary>§6.2: they do not change, and nobody can change them.</summary>
    [Case("hw.registers.identity", Level.Architecture, "probe.005", "registers.028")]
    public void Identification_is_constant_and_Secure_registers_are_not_there(Profile profile)
    {
        var rig = Rig.Started(profile);
        uint[] places = [0x0000, 0x0004, 0x0008, 0x000c, 0x0010, 0x0014, 0x0018, 0x001c];
        var first = places.Select(rig.Smmu.Read32).ToList();

        // SMMU_S_IDR0, S_IDR1, S_CR0, S_GERROR.
        foreach (var secure in new uint[] { 0x8000, 0x8004, 0x8020, 0x8060 })
        {
            rig.Smmu.Write32(secure, 0xffff_ffff);
            Assert.Equal(0u, rig.Smmu.Read32(secure));
        }
        foreach (var place in places)
            rig.Smmu.Write32(place, 0);
        rig.StartTranslation();

        Assert.Equal(first, places.Select(rig.Smmu.Read32));
    }

    /// <summary>§6.3.9: enables of what is not there stay zero.</summary>
    [Case("hw.registers.cr0-absent", Level.Architecture, "registers.030")]
    public void Enables_of_absent_features_stay_zero(Profile profile)
    {
        var rig = new Rig(profile);

        // PRIQEN [1], ATSCHK [4], VMW [8:6]; DPT_WALK_EN [10] where there is none.
        rig.Smmu.Write32(0x20, 0b1_1101_0010u & ~(profile.IDR3.DPT ? 1u << 10 : 0));
        rig.Machine.Run();
        var cr0 = rig.Smmu.Read32(0x20);

        Assert.Equal(profile.IDR0.PRI, (cr0 & 1 << 1) != 0);
        Assert.Equal(profile.IDR0.ATS, (cr0 & 1 << 4) != 0);
        if (!profile.IDR0.VMW)
            Assert.Equal(0u, cr0 >> 6 & 7);
        Assert.Equal(cr0, rig.Smmu.Read32(0x24));
    }

    /// <summary>§6.3: registers that are preset are read-only in any state.</summary>
    [Case("hw.registers.preset", Level.Architecture, "registers.072", "probe.048")]
    public void Preset_tables_and_queues_cannot_be_moved(Profile profile)
    {
        var rig = new Rig(
            profile with
            {
                IDR1 = profile.IDR1 with { TABLES_PRESET = true, QUEUES_PRESET = true, REL = true },
            }
        );
        uint[] places = [0x0080, 0x0090, 0x00a0];
        var before = places.Select(rig.Smmu.Read64).ToList();

        foreach (var place in places)
            rig.Smmu.Write64(place, ~rig.Smmu.Read64(place) & 0x0000_ffff_ffff_ffc0);

        Assert.Equal(before, places.Select(rig.Smmu.Read64));
    }

    /// <summary>§6.2: on page 0 there is the same register, or nothing.</summary>
    [Case("hw.registers.page0", Level.Architecture, "registers.076")]
    [NotOn(Quirks.PageZeroOnly)]
    [Rows(nameof(Shadows))]
    public void Page_0_shows_registers_of_page_1_or_nothing(Profile profile, uint row)
    {
        var rig = Rig.Started(profile);

        rig.Smmu.Write32(row, 0x5);
        var here = rig.Smmu.Read32(row);
        var there = rig.Smmu.Read32(row + 0x1_0000);

        Assert.True(here == 0 || here == there, $"page 0 reads {here:x}, page 1 {there:x}");
    }

    /// <summary>§6.2: two registers are not one, and nothing else is touched.</summary>
    [Case("hw.registers.spanning", Level.Architecture, "registers.077")]
    public void A_64_bit_access_to_two_registers_touches_those_two_at_most(Profile profile)
    {
        var rig = Rig.Started(profile);
        var cr2 = rig.Smmu.Read32(0x2c);
        var gerrorn = rig.Smmu.Read32(0x64);

        // CR1 and the one behind it.
        rig.Smmu.Write64(0x28, 0x0000_0000_0000_0d75);
        var both = rig.Smmu.Read64(0x28);

        var cr1 = rig.Smmu.Read32(0x28);
        Assert.Contains(both, new[] { 0ul, cr1, (ulong)rig.Smmu.Read32(0x2c) << 32 | cr1 });
        Assert.Equal(gerrorn, rig.Smmu.Read32(0x64));
        Assert.Contains(rig.Smmu.Read32(0x2c), new[] { 0u, cr2 });
    }

    /// <summary>§6.3.170: read-only; parts by Arm say so.</summary>
    [Case("hw.registers.components", Level.Architecture, "probe.067")]
    public void Component_identification_is_read_only(Profile profile)
    {
        var rig = Rig.Started(profile);
        var before = Enumerable
            .Range(0, 12)
            .Select(i => rig.Smmu.Read32(0xfd0 + 4u * (uint)i))
            .ToList();

        for (var i = 0u; i < 12; i++)
            rig.Smmu.Write32(0xfd0 + 4 * i, 0xff);

        Assert.Equal(
            before,
            Enumerable.Range(0, 12).Select(i => rig.Smmu.Read32(0xfd0 + 4u * (uint)i))
        );
        // Implementer 0x43b is Arm.
        if (profile.IIDR.Implementer == 0x43b)
            Assert.Equal([0x0du, 0xf0u, 0x05u, 0xb1u], before[8..].Select(id => id & 0xff));
    }

    /// <summary>§13.2: GBPA governs from reset on, whatever it is.</summary>
    [Case("hw.reset.bypass", Level.Architecture, "reset.017")]
    public void From_reset_on_GBPA_decides(Profile profile)
    {
        var rig = new Rig(profile);

        var abort = rig.Read<Gbpa>().ABORT;
        var answer = rig.Access();

        Assert.Equal(abort, answer.Result == TranslationResult.Aborted);
        Assert.Equal(!abort, answer.Passed);
    }

    /// <summary>§3.18: without MSIs their registers are not there, and nothing is written.</summary>
    [Case("hw.interrupts.no-msi", Level.Architecture, "msi.005", "msi.001")]
    [AppliesWhere("SMMU_IDR0.MSI", 0)]
    public void Without_MSIs_the_interrupt_registers_stay_zero(Profile profile)
    {
        var rig = Rig.Started(profile);
        rig.StartTranslation();

        // EVENTQ_IRQ_CFG0, CFG1, CFG2.
        rig.Smmu.Write64(0xb0, Rig.Doorbell.Value);
        rig.Smmu.Write32(0xb8, 0x1234);
        rig.EnableInterrupts(new IrqCtrl { EVENTQ_IRQEN = true });
        rig.CauseEvent();

        Assert.Equal(0ul, rig.Smmu.Read64(0xb0));
        Assert.Empty(rig.Seen.Msis);
        Assert.Equal(0ul, rig.Memory.Read64(Rig.Doorbell));
    }

    /// <summary>§3.18, §3.18.1: complete when the disable is acknowledged; Device is Outer Shareable.</summary>
    [Case(
        "hw.interrupts.msi-complete",
        Level.Architecture,
        "msi.002",
        "msi.006",
        "msi.017",
        "msi.001"
    )]
    [NotOn(Quirks.WidensMessages)]
    [AppliesWhere("SMMU_IDR0.MSI", 1)]
    public void An_MSI_is_complete_when_its_disable_is_acknowledged(Profile profile)
    {
        var rig = Rig.Started(profile);
        rig.StartTranslation();
        rig.Write(new EventqIrqCfg0 { ADDR = Rig.Doorbell });
        rig.Write(new EventqIrqCfg1 { DATA = 0xcafe });
        rig.Write(new EventqIrqCfg2 { MemAttr = MemAttr.DeviceNGnRE, SH = Shareability.Inner });
        rig.EnableInterrupts(new IrqCtrl { EVENTQ_IRQEN = true });
        var log = new AccessLog();
        rig.Smmu.Observer = log;

        rig.CauseEvent();
        rig.EnableInterrupts(new IrqCtrl());
        var written = rig.Memory.Read64(Rig.Doorbell);
        rig.Memory.Write64(Rig.Doorbell, 0);
        rig.Write(new EventqCons { RD = 1 });
        rig.CauseEvent();
        rig.Machine.Run();

        Assert.Equal(0xcafeul, written);
        Assert.Equal(0ul, rig.Memory.Read64(Rig.Doorbell));
        Assert.Equal(Shareability.Outer, Assert.Single(log.Msis).Shareability);
    }

    // EVENTQ_PROD, EVENTQ_CONS, PRIQ_PROD, PRIQ_CONS.
    public static IEnumerable<uint> Shadows => [0xa8, 0xac, 0xc8, 0xcc];
}
