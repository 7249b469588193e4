using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>What the STE makes of the attributes that a transaction brought (§13.1.2, §5.2).</summary>
internal static class Overrides
{
    /// <summary>The entry replaces some attribute, and the SMMU can.</summary>
    public static bool Exist(in Ste ste, Profile profile) =>
        profile.IDR1.ATTR_PERMS_OVR && (ste.PRIVCFG != 0 || ste.INSTCFG != 0);

    /// <summary>The transaction as permission checks and event records see it.</summary>
    public static Transaction Apply(in SteEntry entry, in Transaction transaction)
    {
        // 1. Every write is data. §13.1.2
        var instruction = transaction.Instruction && !transaction.Write;
        var privileged = transaction.Privileged;

        // 2. PRIVCFG, and INSTCFG for reads, where overrides exist. Reserved values keep what came. §5.2
        if (entry.Overrides)
        {
            privileged = entry.Ste.PRIVCFG switch
            {
                PrivCfg.Privileged => true,
                PrivCfg.Unprivileged => false,
                _ => privileged,
            };
            if (!transaction.Write)
            {
                instruction = entry.Ste.INSTCFG switch
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
