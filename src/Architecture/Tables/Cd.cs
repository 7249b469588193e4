namespace SmmuConformance.Architecture;

/// <summary>
/// Context Descriptor: one stage 1 address space. Bits that VMSAv9-128 gives a second meaning (DisCH0, SKL0, DisCH1,
/// SKL1) are declared by their VMSAv8-64 names.
/// </summary>
[Structure("CD", bits: 512, clause: "5.4")]
public readonly partial struct Cd
{
    /// <summary>The lower VA range is 2^(64 - T0SZ) bytes.</summary>
    [Bits(5, 0, When = nameof(Table0))]
    public partial byte T0SZ { get; init; }

    /// <summary>Granule of the TTB0 tables.</summary>
    [Bits(7, 6, When = nameof(Table0))]
    public partial Tg0 TG0 { get; init; }

    /// <summary>Inner cacheability of TTB0 walks.</summary>
    [Bits(9, 8, When = nameof(Table0))]
    public partial Cacheability IR0 { get; init; }

    /// <summary>Outer cacheability of TTB0 walks.</summary>
    [Bits(11, 10, When = nameof(Table0))]
    public partial Cacheability OR0 { get; init; }

    /// <summary>Shareability of TTB0 walks.</summary>
    [Bits(13, 12, When = nameof(Table0))]
    public partial Shareability SH0 { get; init; }

    /// <summary>Walks through TTB0 are off: an address of the lower range faults.</summary>
    [Bits(14, When = nameof(V))]
    public partial bool EPD0 { get; init; }

    /// <summary>Tables are big-endian.</summary>
    [Bits(15, When = nameof(Walks))]
    public partial bool ENDI { get; init; }

    /// <summary>The upper VA range is 2^(64 - T1SZ) bytes.</summary>
    [Bits(21, 16, When = nameof(Table1))]
    public partial byte T1SZ { get; init; }

    /// <summary>Granule of the TTB1 tables, in its own encoding.</summary>
    [Bits(23, 22, When = nameof(Table1))]
    public partial Tg1 TG1 { get; init; }

    /// <summary>Inner cacheability of TTB1 walks.</summary>
    [Bits(25, 24, When = nameof(Table1))]
    public partial Cacheability IR1 { get; init; }

    /// <summary>Outer cacheability of TTB1 walks.</summary>
    [Bits(27, 26, When = nameof(Table1))]
    public partial Cacheability OR1 { get; init; }

    /// <summary>Shareability of TTB1 walks.</summary>
    [Bits(29, 28, When = nameof(Table1))]
    public partial Shareability SH1 { get; init; }

    /// <summary>Walks through TTB1 are off: an address of the upper range faults.</summary>
    [Bits(30, When = nameof(V))]
    public partial bool EPD1 { get; init; }

    /// <summary>The descriptor is valid. Without it a transaction aborts with C_BAD_CD.</summary>
    [Bits(31)]
    public partial bool V { get; init; }

    /// <summary>Size of the address space that stage 1 puts out.</summary>
    [Bits(34, 32, When = nameof(V))]
    public partial PhysicalSize IPS { get; init; }

    /// <summary>A clear Access flag does not fault.</summary>
    [Bits(35, When = nameof(AccessFlagBySoftware))]
    public partial bool AFFD { get; init; }

    /// <summary>Writable pages are not executable.</summary>
    [Bits(36, When = nameof(V))]
    public partial bool WXN { get; init; }

    /// <summary>Pages that user code may write are not executable when privileged.</summary>
    [Bits(37, When = nameof(Aarch32))]
    public partial bool UWXN { get; init; }

    /// <summary>The top byte of an address of the lower range is ignored.</summary>
    [Bits(38, When = nameof(V))]
    public partial bool TBI0 { get; init; }

    /// <summary>The top byte of an address of the upper range is ignored.</summary>
    [Bits(39, When = nameof(V))]
    public partial bool TBI1 { get; init; }

    /// <summary>Privileged data accesses to user pages fault.</summary>
    [Bits(40, When = nameof(V))]
    public partial bool PAN { get; init; }

    /// <summary>Tables are VMSAv8-64. Clear means AArch32 LPAE, or VMSAv9-128 where implemented.</summary>
    [Bits(41, When = nameof(V))]
    public partial bool AA64 { get; init; }

    /// <summary>Hardware updates the dirty state of leaves. Needs HA.</summary>
    [Bits(42, When = nameof(V))]
    public partial bool HD { get; init; }

    /// <summary>Hardware sets the Access flag of leaves.</summary>
    [Bits(43, When = nameof(V))]
    public partial bool HA { get; init; }

    /// <summary>A stage 1 fault stalls the transaction.</summary>
    [Bits(44, When = nameof(V))]
    public partial bool S { get; init; }

    /// <summary>A stage 1 fault is recorded. A stall is recorded whatever this says.</summary>
    [Bits(45, When = nameof(V))]
    public partial bool R { get; init; }

    /// <summary>A terminated transaction aborts; clear means reads give zero and writes vanish.</summary>
    [Bits(46, When = nameof(V))]
    public partial bool A { get; init; }

    /// <summary>The ASID is the SMMU's own, not shared with processors.</summary>
    [Bits(47, When = nameof(V))]
    public partial bool ASET { get; init; }

    /// <summary>Tag of translations made through this descriptor. Ignored in EL2 without E2H.</summary>
    [Bits(63, 48, When = nameof(V))]
    public partial Asid ASID { get; init; }

    /// <summary>Security of the first TTB0 table. Read for Secure streams only.</summary>
    [Bits(64, When = nameof(Never))]
    public partial bool NSCFG0 { get; init; }

    /// <summary>Hierarchical permissions of TTB0 tables are ignored.</summary>
    [Bits(65, When = nameof(V))]
    public partial bool HAD0 { get; init; }

    /// <summary>Unprivileged access to the lower range faults.</summary>
    [Bits(66, When = nameof(V))]
    public partial bool E0PD0 { get; init; }

    /// <summary>Hardware sets the Access flag of table descriptors. Needs HA.</summary>
    [Bits(67, When = nameof(V))]
    public partial bool HAFT { get; init; }

    /// <summary>Base of the table for the lower range. An IPA when stage 2 translates too.</summary>
    [Address(119, 68, When = nameof(Table0))]
    public partial PhysicalAddress TTB0 { get; init; }

    /// <summary>Bit 52 of a descriptor means Protected instead of Contiguous.</summary>
    [Bits(122, When = nameof(V))]
    public partial bool PnCH { get; init; }

    /// <summary>PAN also covers pages that user code may only execute.</summary>
    [Bits(123, When = nameof(V))]
    public partial bool EPAN { get; init; }

    /// <summary>Bit 59 of a TTB0 leaf has a hardware use.</summary>
    [Bits(124, When = nameof(Hardware0))]
    public partial bool HWU059 { get; init; }

    /// <summary>Bit 60 of a TTB0 leaf has a hardware use.</summary>
    [Bits(125, When = nameof(Hardware0))]
    public partial bool HWU060 { get; init; }

    /// <summary>Bit 61 of a TTB0 leaf has a hardware use.</summary>
    [Bits(126, When = nameof(Hardware0))]
    public partial bool HWU061 { get; init; }

    /// <summary>Bit 62 of a TTB0 leaf has a hardware use.</summary>
    [Bits(127, When = nameof(Hardware0))]
    public partial bool HWU062 { get; init; }

    /// <summary>Security of the first TTB1 table. Read for Secure streams only.</summary>
    [Bits(128, When = nameof(Never))]
    public partial bool NSCFG1 { get; init; }

    /// <summary>Hierarchical permissions of TTB1 tables are ignored.</summary>
    [Bits(129, When = nameof(V))]
    public partial bool HAD1 { get; init; }

    /// <summary>Unprivileged access to the upper range faults.</summary>
    [Bits(130, When = nameof(V))]
    public partial bool E0PD1 { get; init; }

    /// <summary>Attribute indexes have four bits.</summary>
    [Bits(131, When = nameof(V))]
    public partial bool AIE { get; init; }

    /// <summary>Base of the table for the upper range. An IPA when stage 2 translates too.</summary>
    [Address(183, 132, When = nameof(Table1))]
    public partial PhysicalAddress TTB1 { get; init; }

    /// <summary>52-bit addresses with 4 KB and 16 KB granules.</summary>
    [Bits(186, When = nameof(V))]
    public partial bool DS { get; init; }

    /// <summary>Stage 1 permissions are indirect. Needs STE.S1PIE.</summary>
    [Bits(187, When = nameof(V))]
    public partial bool PIE { get; init; }

    /// <summary>Bit 59 of a TTB1 leaf has a hardware use.</summary>
    [Bits(188, When = nameof(Hardware1))]
    public partial bool HWU159 { get; init; }

    /// <summary>Bit 60 of a TTB1 leaf has a hardware use.</summary>
    [Bits(189, When = nameof(Hardware1))]
    public partial bool HWU160 { get; init; }

    /// <summary>Bit 61 of a TTB1 leaf has a hardware use.</summary>
    [Bits(190, When = nameof(Hardware1))]
    public partial bool HWU161 { get; init; }

    /// <summary>Bit 62 of a TTB1 leaf has a hardware use.</summary>
    [Bits(191, When = nameof(Hardware1))]
    public partial bool HWU162 { get; init; }

    /// <summary>Attributes of indexes 0 to 3, one byte each.</summary>
    [Bits(223, 192, When = nameof(V))]
    public partial uint MAIR0 { get; init; }

    /// <summary>Attributes of indexes 4 to 7, one byte each.</summary>
    [Bits(255, 224, When = nameof(V))]
    public partial uint MAIR1 { get; init; }

    /// <summary>Implementation defined attributes of indexes 0 to 3. A generic driver writes zero.</summary>
    [Bits(287, 256, When = nameof(V))]
    public partial uint AMAIR0 { get; init; }

    /// <summary>Implementation defined attributes of indexes 4 to 7. A generic driver writes zero.</summary>
    [Bits(319, 288, When = nameof(V))]
    public partial uint AMAIR1 { get; init; }

    /// <summary>Implementation defined. A generic driver writes zero.</summary>
    [Bits(351, 320, When = nameof(V))]
    public partial uint IMPDEF { get; init; }

    /// <summary>MPAM partition of client traffic; virtual in nested use. Needs STE.S1MPAM.</summary>
    [Bits(367, 352, When = nameof(V))]
    public partial ushort PARTID { get; init; }

    /// <summary>MPAM performance group of client traffic. Needs STE.S1MPAM.</summary>
    [Bits(375, 368, When = nameof(V))]
    public partial byte PMG { get; init; }

    /// <summary>Sixteen 3-bit unprivileged permissions, selected by PIIndex of a leaf.</summary>
    [Bits(431, 384, When = nameof(Indirect))]
    public partial ulong PIIU { get; init; }

    /// <summary>Sixteen 3-bit privileged permissions, selected by PIIndex of a leaf.</summary>
    [Bits(495, 448, When = nameof(Indirect))]
    public partial ulong PIIP { get; init; }

    /// <summary>All eight memory attributes, index 0 in the lowest byte, as in MAIR_ELx.</summary>
    public ulong MAIR => ((ulong)MAIR1 << 32) | MAIR0;

    private bool Table0 => V && !EPD0;
    private bool Table1 => V && !EPD1;
    private bool Walks => V && !(EPD0 && EPD1);
    private bool AccessFlagBySoftware => V && !HA;
    private bool Aarch32 => V && !AA64;
    private bool Hardware0 => V && HAD0;
    private bool Hardware1 => V && HAD1;
    private bool Indirect => V && PIE;

    // Field is for the Secure state.
    private static bool Never => false;
}
