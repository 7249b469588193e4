using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>Which bits of its registers an SMMU with given ID registers has.</summary>
internal static class RegisterFields
{
    /// <summary>The bits that exist on this SMMU; every other bit is RES0.</summary>
    public static ulong Implemented(Profile profile, RegisterInfo register)
    {
        ulong bits = 0;
        foreach (var field in register.Layout.Fields)
            if (Has(profile, register, field.Name))
                bits |= field.Mask;
        return bits & AddressBits(profile, register) & IdBits(profile, register);
    }

    // Address bits beyond the physical address size are RES0 (§6.3.26, §6.3.24).
    private static ulong AddressBits(Profile profile, RegisterInfo register)
    {
        var beyond = ~((1ul << profile.OutputAddressBits) - 1);
        return register.Offset switch
        {
            StrtabBase.Offset => ~(beyond & StrtabBase.Layout[nameof(StrtabBase.ADDR)].Mask),
            CmdqBase.Offset => ~(beyond & CmdqBase.Layout[nameof(CmdqBase.ADDR)].Mask),
            EventqBase.Offset => ~(beyond & EventqBase.Layout[nameof(EventqBase.ADDR)].Mask),
            PriqBase.Offset => ~(beyond & PriqBase.Layout[nameof(PriqBase.ADDR)].Mask),
            _ => ulong.MaxValue,
        };
    }

    // Bits of an ID that the SMMU has no use for are RES0 (§6.3.38, §6.3.44).
    private static ulong IdBits(Profile profile, RegisterInfo register) =>
        register.Offset switch
        {
            GatosSid.Offset => new GatosSid
            {
                STREAMID = new((uint)((1ul << profile.IDR1.SIDSIZE) - 1)),
                SUBSTREAMID = new((1u << profile.IDR1.SSIDSIZE) - 1),
                SSID_VALID = profile.IDR1.SSIDSIZE != 0,
            }.Value,
            VatosSel.Offset when !profile.IDR0.VMID16 => byte.MaxValue,
            _ => ulong.MaxValue,
        };

    private static bool Has(Profile profile, RegisterInfo register, string field) =>
        register.Offset switch
        {
            Cr0.Offset or Cr0Ack.Offset => HasEnable(profile, field),
            Cr2.Offset => HasBehaviour(profile, field),
            IrqCtrl.Offset or IrqCtrlAck.Offset => field != nameof(IrqCtrl.PRIQ_IRQEN)
                || profile.IDR0.PRI,
            GError.Offset or GErrorN.Offset => HasError(profile, field),
            StrtabBaseCfg.Offset => field == nameof(StrtabBaseCfg.LOG2SIZE)
                || profile.IDR0.ST_LEVEL != StreamTableLevels.Linear,
            // §6.3.36: without MSIs only LO is left.
            PriqIrqCfg2.Offset => field == nameof(PriqIrqCfg2.LO) || profile.IDR0.MSI,
            // The emulated interconnect has no further attributes (§6.3.15).
            Agbpa.Offset => false,
            _ => true,
        };

    private static bool HasEnable(Profile profile, string field) =>
        field switch
        {
            nameof(Cr0.PRIQEN) => profile.IDR0.PRI,
            nameof(Cr0.ATSCHK) => profile.IDR0.ATS,
            nameof(Cr0.VMW) => profile.IDR0.VMW,
            nameof(Cr0.DPT_WALK_EN) => profile.IDR3.DPT,
            _ => true,
        };

    private static bool HasBehaviour(Profile profile, string field) =>
        field switch
        {
            nameof(Cr2.E2H) => profile.IDR0.Hyp,
            nameof(Cr2.PTM) => profile.IDR0.BTM,
            nameof(Cr2.REC_CFG_ATS) => profile.IDR0.ATSRECERR,
            _ => true,
        };

    private static bool HasError(Profile profile, string field) =>
        field switch
        {
            nameof(GError.PRIQ_ABT_ERR) => profile.IDR0.PRI,
            nameof(GError.MSI_PRIQ_ABT_ERR) => profile.IDR0.MSI && profile.IDR0.PRI,
            nameof(GError.MSI_CMDQ_ABT_ERR)
            or nameof(GError.MSI_EVENTQ_ABT_ERR)
            or nameof(GError.MSI_GERROR_ABT_ERR) => profile.IDR0.MSI,
            nameof(GError.CMDQP_ERR) => profile.IDR1.ECMDQ,
            nameof(GError.DPT_ERR) => profile.IDR3.DPT,
            _ => true,
        };
}
