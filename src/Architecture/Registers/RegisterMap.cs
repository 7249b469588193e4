using System.Collections.Frozen;
using System.Collections.Immutable;

namespace SmmuConformance.Architecture;

/// <summary>
/// The Non-secure registers by offset. Enhanced Command queue pages, the VATOS page and the CoreSight identification
/// space are left out: no driver needs them without a feature that is not modelled.
/// </summary>
public static class RegisterMap
{
    /// <summary>Bytes of a register page. §6.1</summary>
    public const uint PageBytes = 0x10000;

    /// <summary>Bytes of pages 0 and 1 together: what an SMMU occupies at least. §6.1</summary>
    public const uint Bytes = 2 * PageBytes;

    private static readonly FrozenDictionary<uint, RegisterInfo> ByWord = IndexWords();

    /// <summary>Every register, in ascending order of offset.</summary>
    public static ImmutableArray<RegisterInfo> All => LayoutCatalogue.Registers;

    /// <summary>The register that holds the byte at an offset from page 0; null if the location is reserved.</summary>
    public static RegisterInfo? At(uint offset) => ByWord.GetValueOrDefault(offset & ~3u);

    /// <summary>
    /// True at the four page 0 locations whose registers stand in page 1: they mirror page 1 or read as zero and
    /// ignore writes, so software must not use them. §6.2
    /// </summary>
    public static bool IsShadowOfPage1(uint offset) =>
        offset < PageBytes && At(offset) is null && At(offset + PageBytes) is not null;

    /// <summary>What locks one field: its own guard, else that of its register.</summary>
    public static Guard GuardOf(RegisterInfo register, Field field) =>
        field.Guard == Guard.None ? register.Guard : field.Guard;

    /// <summary>The bits software may write while the named bits are set: those no set bit locks.</summary>
    /// <param name="register">The register.</param>
    /// <param name="set">The guards of which the bit or its acknowledge is 1.</param>
    public static ulong Writable(RegisterInfo register, Guard set)
    {
        if (register.Access == Access.ReadOnly)
            return 0;
        ulong writable = 0;
        foreach (var field in register.Layout.Fields)
            if ((GuardOf(register, field) & set) == Guard.None)
                writable |= field.Mask;
        return writable;
    }

    /// <summary>The bits whose value after reset software cannot know.</summary>
    public static ulong UnknownAtReset(RegisterInfo register) =>
        register.Offset switch
        {
            // Unlike everything around them, these two flags reset to 0. §6.3.14, §6.3.97
            Gbpa.Offset => Declared(register) & ~Gbpa.Layout[nameof(Gbpa.Update)].Mask,
            PriqProd.Offset => Declared(register) & ~PriqProd.Layout[nameof(PriqProd.OVFLG)].Mask,
            _ => register.ResetUnknown ? Declared(register) : 0,
        };

    /// <summary>Whether an SMMU with these ID registers has the register; where it has not, the location is RES0.</summary>
    public static bool IsPresent(RegisterInfo register, Idr0 idr0, Idr1 idr1, Idr3 idr3) =>
        register.Offset switch
        {
            GErrorIrqCfg0.Offset or GErrorIrqCfg1.Offset or GErrorIrqCfg2.Offset => idr0.MSI,
            EventqIrqCfg0.Offset or EventqIrqCfg1.Offset or EventqIrqCfg2.Offset => idr0.MSI,
            PriqIrqCfg0.Offset or PriqIrqCfg1.Offset => idr0.MSI && idr0.PRI,
            // §6.3.36 asks for MSI too, but LO serves wired interrupts (§6.3.1): without MSI only LO is left.
            PriqIrqCfg2.Offset => idr0.PRI,
            PriqBase.Offset or PriqProd.Offset or PriqCons.Offset => idr0.PRI,
            GatosCtrl.Offset or GatosSid.Offset or GatosAddr.Offset or GatosPar.Offset => idr0.ATOS,
            VatosSel.Offset => idr0.VATOS,
            Idr6.Offset => idr1.ECMDQ,
            MpamIdr.Offset or Gmpam.Offset or Gbpmpam.Offset => idr3.MPAM,
            DptBase.Offset or DptBaseCfg.Offset or DptCfgFar.Offset => idr3.DPT,
            S2Pii.Offset => idr3.S2PI,
            _ => true,
        };

    private static ulong Declared(RegisterInfo register)
    {
        ulong declared = 0;
        foreach (var field in register.Layout.Fields)
            declared |= field.Mask;
        return declared;
    }

    private static FrozenDictionary<uint, RegisterInfo> IndexWords()
    {
        var words = new Dictionary<uint, RegisterInfo>();
        foreach (var register in LayoutCatalogue.Registers)
            for (uint at = 0; at < register.Bytes; at += 4)
                words.Add(register.Offset + at, register);
        return words.ToFrozenDictionary();
    }
}
