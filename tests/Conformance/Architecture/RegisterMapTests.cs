using SmmuConformance.Architecture;

namespace SmmuConformance.Conformance.Architecture;

/// <summary>The register map against the manual's own overview, transcribed by hand and not from the declarations.</summary>
public sealed class RegisterMapTests
{
    /// <summary>One row of the register overview. §6.2.1, §6.2.2</summary>
    public sealed record Row(uint Offset, string Name, int Bits, Access Access)
    {
        public override string ToString() => Name;
    }

    private const Access RO = Access.ReadOnly;
    private const Access RW = Access.ReadWrite;

    private static readonly Row[] Overview =
    [
        new(0x0000, "SMMU_IDR0", 32, RO),
        new(0x0004, "SMMU_IDR1", 32, RO),
        new(0x0008, "SMMU_IDR2", 32, RO),
        new(0x000C, "SMMU_IDR3", 32, RO),
        new(0x0010, "SMMU_IDR4", 32, RO),
        new(0x0014, "SMMU_IDR5", 32, RO),
        new(0x0018, "SMMU_IIDR", 32, RO),
        new(0x001C, "SMMU_AIDR", 32, RO),
        new(0x0020, "SMMU_CR0", 32, RW),
        new(0x0024, "SMMU_CR0ACK", 32, RO),
        new(0x0028, "SMMU_CR1", 32, RW),
        new(0x002C, "SMMU_CR2", 32, RW),
        new(0x0030, "SMMU_S2PII", 64, RW),
        new(0x0040, "SMMU_STATUSR", 32, RO),
        new(0x0044, "SMMU_GBPA", 32, RW),
        new(0x0048, "SMMU_AGBPA", 32, RW),
        new(0x0050, "SMMU_IRQ_CTRL", 32, RW),
        new(0x0054, "SMMU_IRQ_CTRLACK", 32, RO),
        new(0x0060, "SMMU_GERROR", 32, RO),
        new(0x0064, "SMMU_GERRORN", 32, RW),
        new(0x0068, "SMMU_GERROR_IRQ_CFG0", 64, RW),
        new(0x0070, "SMMU_GERROR_IRQ_CFG1", 32, RW),
        new(0x0074, "SMMU_GERROR_IRQ_CFG2", 32, RW),
        new(0x0080, "SMMU_STRTAB_BASE", 64, RW),
        new(0x0088, "SMMU_STRTAB_BASE_CFG", 32, RW),
        new(0x0090, "SMMU_CMDQ_BASE", 64, RW),
        new(0x0098, "SMMU_CMDQ_PROD", 32, RW),
        new(0x009C, "SMMU_CMDQ_CONS", 32, RW),
        new(0x00A0, "SMMU_EVENTQ_BASE", 64, RW),
        new(0x00B0, "SMMU_EVENTQ_IRQ_CFG0", 64, RW),
        new(0x00B8, "SMMU_EVENTQ_IRQ_CFG1", 32, RW),
        new(0x00BC, "SMMU_EVENTQ_IRQ_CFG2", 32, RW),
        new(0x00C0, "SMMU_PRIQ_BASE", 64, RW),
        new(0x00D0, "SMMU_PRIQ_IRQ_CFG0", 64, RW),
        new(0x00D8, "SMMU_PRIQ_IRQ_CFG1", 32, RW),
        new(0x00DC, "SMMU_PRIQ_IRQ_CFG2", 32, RW),
        new(0x0100, "SMMU_GATOS_CTRL", 32, RW),
        new(0x0108, "SMMU_GATOS_SID", 64, RW),
        new(0x0110, "SMMU_GATOS_ADDR", 64, RW),
        new(0x0118, "SMMU_GATOS_PAR", 64, RO),
        new(0x0130, "SMMU_MPAMIDR", 32, RO),
        new(0x0138, "SMMU_GMPAM", 32, RW),
        new(0x013C, "SMMU_GBPMPAM", 32, RW),
        new(0x0180, "SMMU_VATOS_SEL", 32, RW),
        new(0x0190, "SMMU_IDR6", 32, RO),
        new(0x0200, "SMMU_DPT_BASE", 64, RW),
        new(0x0208, "SMMU_DPT_BASE_CFG", 32, RW),
        new(0x0210, "SMMU_DPT_CFG_FAR", 64, RW),
        new(0x100A8, "SMMU_EVENTQ_PROD", 32, RW),
        new(0x100AC, "SMMU_EVENTQ_CONS", 32, RW),
        new(0x100C8, "SMMU_PRIQ_PROD", 32, RW),
        new(0x100CC, "SMMU_PRIQ_CONS", 32, RW),
    ];

    public static TheoryData<Row> Rows => [.. Overview];

    [Theory, MemberData(nameof(Rows))]
    public void A_register_stands_where_the_overview_puts_it(Row row)
    {
        var register = RegisterMap.At(row.Offset);

        Assert.NotNull(register);
        Assert.Equal(
            row,
            new Row(register.Offset, register.Name, register.Layout.Bits, register.Access)
        );
    }

    [Fact]
    public void There_is_no_register_that_the_overview_does_not_have() =>
        Assert.Equal(Overview.Select(r => r.Name), RegisterMap.All.Select(r => r.Name));

    [Fact]
    public void No_two_registers_overlap()
    {
        foreach (var (before, after) in RegisterMap.All.Zip(RegisterMap.All.Skip(1)))
            Assert.True(
                before.Offset + before.Bytes <= after.Offset,
                $"{before.Name} reaches into {after.Name}"
            );
    }

    [Fact]
    public void A_register_is_aligned_to_its_width_and_inside_its_page()
    {
        foreach (var register in RegisterMap.All)
        {
            Assert.Equal(0, register.Offset % register.Bytes);
            Assert.InRange(register.Offset, 0u, RegisterMap.Bytes - (uint)register.Bytes);
        }
    }

    [Fact]
    public void Both_halves_of_a_64_bit_register_belong_to_it()
    {
        Assert.Same(StrtabBase.Register, RegisterMap.At(StrtabBase.Offset + 4));
        Assert.NotSame(StrtabBase.Register, RegisterMap.At(StrtabBase.Offset + 8));
        Assert.Null(RegisterMap.At(0x004C));
    }

    [Fact]
    public void Page_0_has_a_shadow_of_each_page_1_register_and_of_nothing_else() =>
        Assert.Equal(
            [0xA8u, 0xACu, 0xC8u, 0xCCu],
            Enumerable
                .Range(0, 0x8000)
                .Select(word => 4 * (uint)word)
                .Where(RegisterMap.IsShadowOfPage1)
        );

    [Fact]
    public void A_read_only_register_is_never_writable_and_needs_no_guard()
    {
        foreach (var register in RegisterMap.All.Where(r => r.Access == Access.ReadOnly))
        {
            Assert.Equal(0ul, RegisterMap.Writable(register, Guard.None));
            Assert.Equal(Guard.None, register.Guard);
        }
    }

    /// <summary>Which bits of a register each enable locks. §6.3.11 to §6.3.98</summary>
    [Theory]
    [InlineData(Cr1.Offset, Guard.Smmuen, 0x03Ful)]
    [InlineData(Cr1.Offset, Guard.Cmdqen, 0xFC0ul)]
    [InlineData(Cr1.Offset, Guard.Eventqen, 0xFC0ul)]
    [InlineData(Cr1.Offset, Guard.Priqen, 0xFC0ul)]
    [InlineData(Cr1.Offset, Guard.TablesPreset, 0x03Ful)]
    [InlineData(Cr1.Offset, Guard.QueuesPreset, 0xFC0ul)]
    [InlineData(Cr2.Offset, Guard.Smmuen, 0ul)]
    [InlineData(Cr2.Offset, Guard.Queues, 0xFul)]
    [InlineData(Gbpa.Offset, Guard.Update, 0ul)]
    [InlineData(Gbpa.Offset, Guard.Smmuen, 0x801F_3F1Ful)]
    [InlineData(StrtabBase.Offset, Guard.Smmuen, 0ul)]
    [InlineData(StrtabBase.Offset, Guard.TablesPreset, 0ul)]
    [InlineData(StrtabBaseCfg.Offset, Guard.Smmuen, 0ul)]
    [InlineData(StrtabBaseCfg.Offset, Guard.Queues, 0x3_07FFul)]
    [InlineData(CmdqBase.Offset, Guard.Cmdqen, 0ul)]
    [InlineData(CmdqBase.Offset, Guard.Smmuen, 0x40FF_FFFF_FFFF_FFFFul)]
    [InlineData(CmdqProd.Offset, Guard.Cmdqen, 0xF_FFFFul)]
    [InlineData(CmdqCons.Offset, Guard.Cmdqen, 0ul)]
    [InlineData(CmdqCons.Offset, Guard.QueuesPreset, 0x7F0F_FFFFul)]
    [InlineData(EventqBase.Offset, Guard.Eventqen, 0ul)]
    [InlineData(EventqProd.Offset, Guard.Eventqen, 0ul)]
    [InlineData(EventqProd.Offset, Guard.Cmdqen, 0x800F_FFFFul)]
    [InlineData(EventqCons.Offset, Guard.Eventqen, 0x800F_FFFFul)]
    [InlineData(PriqBase.Offset, Guard.Priqen, 0ul)]
    [InlineData(PriqBase.Offset, Guard.Smmuen, 0x40FF_FFFF_FFFF_FFFFul)]
    [InlineData(PriqProd.Offset, Guard.Priqen, 0ul)]
    [InlineData(PriqCons.Offset, Guard.Priqen, 0x800F_FFFFul)]
    [InlineData(GErrorN.Offset, Guard.GerrorIrqen, 0x7FDul)]
    [InlineData(GErrorIrqCfg0.Offset, Guard.GerrorIrqen, 0ul)]
    [InlineData(GErrorIrqCfg1.Offset, Guard.GerrorIrqen, 0ul)]
    [InlineData(GErrorIrqCfg2.Offset, Guard.GerrorIrqen, 0ul)]
    [InlineData(GErrorIrqCfg2.Offset, Guard.EventqIrqen, 0x3Ful)]
    [InlineData(EventqIrqCfg0.Offset, Guard.EventqIrqen, 0ul)]
    [InlineData(EventqIrqCfg0.Offset, Guard.GerrorIrqen, 0x00FF_FFFF_FFFF_FFFCul)]
    [InlineData(EventqIrqCfg1.Offset, Guard.EventqIrqen, 0ul)]
    [InlineData(EventqIrqCfg2.Offset, Guard.EventqIrqen, 0ul)]
    [InlineData(PriqIrqCfg0.Offset, Guard.PriqIrqen, 0ul)]
    [InlineData(PriqIrqCfg1.Offset, Guard.PriqIrqen, 0ul)]
    [InlineData(PriqIrqCfg2.Offset, Guard.PriqIrqen, 0ul)]
    [InlineData(DptBase.Offset, Guard.DptWalkEn, 0ul)]
    [InlineData(DptBaseCfg.Offset, Guard.DptWalkEn, 0ul)]
    [InlineData(GatosSid.Offset, Guard.GatosRun, 0ul)]
    [InlineData(GatosAddr.Offset, Guard.GatosRun, 0ul)]
    [InlineData(VatosSel.Offset, Guard.VatosRun, 0ul)]
    public void A_set_enable_locks_exactly_the_fields_it_guards(
        uint offset,
        Guard set,
        ulong writable
    ) => Assert.Equal(writable, RegisterMap.Writable(RegisterMap.At(offset)!, set));

    [Fact]
    public void Only_what_the_manual_says_resets_to_a_known_value()
    {
        Assert.Equal(0ul, RegisterMap.UnknownAtReset(Cr0.Register));
        Assert.Equal(0xFFFul, RegisterMap.UnknownAtReset(Cr1.Register));
        Assert.Equal(0x001F_3F1Ful, RegisterMap.UnknownAtReset(Gbpa.Register));
        Assert.Equal(0x800F_FFFFul, RegisterMap.UnknownAtReset(EventqProd.Register));
        Assert.Equal(0x000F_FFFFul, RegisterMap.UnknownAtReset(PriqProd.Register));
        Assert.Equal(0ul, RegisterMap.UnknownAtReset(GErrorN.Register));
    }

    [Fact]
    public void A_register_of_an_absent_feature_is_absent()
    {
        var wired = new Idr0 { ATS = true, PRI = true };

        Assert.False(RegisterMap.IsPresent(EventqIrqCfg0.Register, wired, default, default));
        Assert.False(RegisterMap.IsPresent(PriqIrqCfg0.Register, wired, default, default));
        Assert.True(RegisterMap.IsPresent(PriqIrqCfg2.Register, wired, default, default));
        Assert.True(RegisterMap.IsPresent(PriqBase.Register, wired, default, default));
        Assert.False(RegisterMap.IsPresent(PriqBase.Register, default, default, default));
        Assert.True(RegisterMap.IsPresent(CmdqBase.Register, default, default, default));
    }
}
