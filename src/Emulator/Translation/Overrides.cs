using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>What the STE makes of the attributes that a transaction brought (§13.1.2, §5.2).</summary>
internal static class Overrides
{
    /// <summary>The transaction as permission checks and event records see it.</summary>
    public static Transaction Apply(in Ste ste, in Transaction transaction, Profile profile)
    {
        // 1. Every write is data. §13.1.2
        var instruction = transaction.Instruction && !transaction.Write;
        var privileged = transaction.Privileged;

        // 2. PRIVCFG, and INSTCFG for reads, where overrides exist. Reserved values keep what came. §5.2
        if (profile.IDR1.ATTR_PERMS_OVR)
        {
            privileged = ste.PRIVCFG switch
            {
                PrivCfg.Privileged => true,
                PrivCfg.Unprivileged => false,
                _ => privileged,
            };
            if (!transaction.Write)
            {
                instruction = ste.INSTCFG switch
                {
                    InstCfg.Instruction => true,
                    InstCfg.Data => false,
                    _ => instruction,
                };
            }
        }
        return transaction with { Privileged = privileged, Instruction = instruction };
    }
}
