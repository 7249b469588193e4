using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>What the STE, or GBPA while translation is off, makes of the attributes that a transaction brought (§13.1.2, §13.1.4).</summary>
internal static class Overrides
{
    /// <summary>The entry replaces some attribute, and the SMMU can.</summary>
    public static bool Exist(in Ste ste, Profile profile) =>
        (profile.IDR1.ATTR_PERMS_OVR && (ste.PRIVCFG != 0 || ste.INSTCFG != 0))
        || (
            profile.IDR1.ATTR_TYPES_OVR
            && (ste.MTCFG || (ste.ALLOCCFG & 0b1000) != 0 || ste.SHCFG != ShCfg.Incoming)
        );

    /// <summary>The transaction as permission checks, event records and memory attributes see it.</summary>
    public static Transaction Apply(in Ste ste, Profile profile, in Transaction transaction)
    {
        // 1. Privilege and instruction, where overrides of permissions exist. §5.2, PRIVCFG and INSTCFG
        var result = profile.IDR1.ATTR_PERMS_OVR
            ? Permissions(in transaction, ste.PRIVCFG, ste.INSTCFG)
            : Permissions(in transaction, PrivCfg.Incoming, InstCfg.Incoming);

        // 2. Type, hints and shareability, where overrides of types exist. §5.2, MTCFG and its like
        return profile.IDR1.ATTR_TYPES_OVR
            ? result with
            {
                Attributes = AttributeRules.Replace(
                    transaction.Attributes,
                    ste.MTCFG ? ste.MemAttr : null,
                    ste.ALLOCCFG,
                    ste.SHCFG
                ),
            }
            : result;
    }

    /// <summary>The transaction as it passes while translation is off (§13.2).</summary>
    public static Transaction Apply(Gbpa gbpa, Profile profile, in Transaction transaction)
    {
        var result = profile.IDR1.ATTR_PERMS_OVR
            ? Permissions(in transaction, gbpa.PRIVCFG, gbpa.INSTCFG)
            : Permissions(in transaction, PrivCfg.Incoming, InstCfg.Incoming);
        return profile.IDR1.ATTR_TYPES_OVR
            ? result with
            {
                Attributes = AttributeRules.Replace(
                    transaction.Attributes,
                    gbpa.MTCFG ? gbpa.MemAttr : null,
                    gbpa.ALLOCCFG,
                    gbpa.SHCFG
                ),
            }
            : result;
    }

    // Every write is data, whatever it says of itself, and INSTCFG changes reads alone. Reserved values keep what came.
    private static Transaction Permissions(
        in Transaction transaction,
        PrivCfg privilege,
        InstCfg instruction
    )
    {
        var writes = transaction.Write || transaction.Kind == TransactionKind.Atomic;
        return transaction with
        {
            Privileged = privilege switch
            {
                PrivCfg.Privileged => true,
                PrivCfg.Unprivileged => false,
                _ => transaction.Privileged,
            },
            Instruction =
                !writes
                && instruction switch
                {
                    InstCfg.Instruction => true,
                    InstCfg.Data => false,
                    _ => transaction.Instruction,
                },
        };
    }
}
