using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>Attributes of the SMMU's own accesses, from the fields that configure them (§13.8).</summary>
internal static class SmmuAccesses
{
    private const int NonCacheable = 0b0100;

    /// <summary>Of table walks: CD.IR0, OR0 and SH0, and their like of TTB1 and of stage 2 (§5.4, §5.2).</summary>
    public static MemoryAttributes OfTables(
        Cacheability inner,
        Cacheability outer,
        Shareability shareability
    )
    {
        return MemoryAttributes.Of((byte)(Level(outer) << 4 | Level(inner)), shareability);

        static int Level(Cacheability cacheability) =>
            cacheability switch
            {
                Cacheability.WriteBackAllocate => 0b1111,
                Cacheability.WriteThrough => 0b1010,
                Cacheability.WriteBack => 0b1110,
                _ => NonCacheable,
            };
    }

    /// <summary>Of CD fetches: STE.S1CIR, S1COR and S1CSH. Nothing is ever written, so only reads allocate (§5.2).</summary>
    public static MemoryAttributes OfContexts(in Ste ste)
    {
        return MemoryAttributes.Of((byte)(Level(ste.S1COR) << 4 | Level(ste.S1CIR)), ste.S1CSH);

        static int Level(Cacheability cacheability) =>
            cacheability switch
            {
                Cacheability.WriteBackAllocate => 0b1110,
                Cacheability.WriteThrough => 0b1010,
                Cacheability.WriteBack => 0b1100,
                _ => NonCacheable,
            };
    }

    /// <summary>Of Stream table and queue accesses: the fields of CR1, which has an encoding of its own (§6.3.11).</summary>
    public static MemoryAttributes Of(
        AccessCacheability inner,
        AccessCacheability outer,
        Shareability shareability
    )
    {
        return MemoryAttributes.Of((byte)(Level(outer) << 4 | Level(inner)), shareability);

        static int Level(AccessCacheability cacheability) =>
            cacheability switch
            {
                AccessCacheability.WriteBack => 0b1111,
                AccessCacheability.WriteThrough => 0b1011,
                _ => NonCacheable,
            };
    }

    /// <summary>Of queue accesses: CR1.QUEUE_*, and the allocation hint of the queue's base register (§6.3.11, §6.3.26).</summary>
    /// <param name="cr1">The register.</param>
    /// <param name="allocate">RA of a queue that is read, WA of one that is written.</param>
    public static MemoryAttributes OfQueue(Cr1 cr1, bool allocate)
    {
        var all = Of(cr1.QUEUE_IC, cr1.QUEUE_OC, cr1.QUEUE_SH);
        if (allocate || !all.IsCacheable)
            return all;
        return MemoryAttributes.Of(
            (byte)(WithoutHints(all.Encoding >> 4) << 4 | WithoutHints(all.Encoding & 0xf)),
            all.Shareability
        );

        static int WithoutHints(int level) => level == NonCacheable ? level : level & 0b1100;
    }

    /// <summary>
    /// A descriptor can be updated in one piece through this access. Where it cannot, the manual lets the update fail:
    /// only Write-Back memory is sure to do it (§5.2, S2IR0; §3.15).
    /// </summary>
    public static bool CanUpdate(MemoryAttributes access) => access.IsWriteBack;
}
