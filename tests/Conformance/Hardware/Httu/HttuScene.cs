using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Contexts whose flags the SMMU updates, with tables in memory in which that is sure to work (§3.13, §5.4, IR0).</summary>
internal static class HttuScene
{
    /// <summary>A CD with Access flag and dirty state managed by hardware.</summary>
    public static Cd Manage(Cd cd) => Access(cd) with { HD = true };

    /// <summary>A CD with the Access flag managed by hardware.</summary>
    public static Cd Access(Cd cd) => Cacheable(cd) with { HA = true };

    /// <summary>Tables in Write-Back memory.</summary>
    public static Cd Cacheable(Cd cd) =>
        cd with
        {
            IR0 = Cacheability.WriteBackAllocate,
            OR0 = Cacheability.WriteBackAllocate,
            SH0 = Shareability.Inner,
        };

    /// <summary>An STE with the Access flag and dirty state of stage 2 managed by hardware.</summary>
    public static Ste Manage2(Ste entry) => Access2(entry) with { S2HD = true };

    /// <summary>An STE with the Access flag of stage 2 managed by hardware.</summary>
    public static Ste Access2(Ste entry) =>
        entry with
        {
            S2HA = true,
            S2IR0 = Cacheability.WriteBackAllocate,
            S2OR0 = Cacheability.WriteBackAllocate,
            S2SH0 = Shareability.Inner,
        };
}
