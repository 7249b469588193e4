using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>What protections look like at stage 2, and where its walks may start. Arm ARM D8.2, D8.3.1.2</summary>
internal static class Stage2Tables
{
    /// <summary>
    /// A walk may start at this level. If it may not, it starts one level below, with up to sixteen tables in a row.
    /// </summary>
    /// <param name="granule">Granule of the tables.</param>
    /// <param name="level">The level that resolves the uppermost bits.</param>
    /// <param name="outputBits">Output addresses are below 2 to this power: small systems lack the upper levels.</param>
    public static bool HasStart(Granule granule, int level, int outputBits) =>
        (granule.PageShift, level) switch
        {
            (12, 0) => outputBits >= 44,
            (14, 0) => false,
            (14, 1) => outputBits >= 42,
            (16, 1) => outputBits >= 44,
            _ => true,
        };

    /// <summary>The level as STE.S2SL0 writes it. §5.2</summary>
    public static byte EncodedStart(Granule granule, int level) =>
        (byte)((granule == Granule.Size4K ? 2 : 3) - level);

    /// <summary>A leaf descriptor.</summary>
    public static Stage2Leaf Leaf(
        Granule granule,
        PhysicalAddress output,
        int level,
        Protection protection,
        bool forcedWriteBack
    )
    {
        var device = protection.HasFlag(Protection.Device);
        var cached = !device && protection.HasFlag(Protection.Cache);
        return Stage2Leaf.To(output, granule, level) with
        {
            MemAttr = forcedWriteBack
                ? (byte)Forced(device, cached)
                : (byte)Combined(device, cached),
            SH = cached ? Shareability.Inner : Shareability.Outer,
            S2AP = Permissions(protection),
            XN = protection.HasFlag(Protection.NoExecute) ? Stage2Xn.Never : Stage2Xn.Executable,
            // No fault on first use.
            AF = true,
        };
    }

    private static MemAttr Combined(bool device, bool cached) =>
        device ? MemAttr.DeviceNGnRE
        : cached ? MemAttr.OuterWbInnerWb
        : MemAttr.OuterNcInnerNc;

    private static FwbMemAttr Forced(bool device, bool cached) =>
        device ? FwbMemAttr.DeviceNGnRE
        : cached ? FwbMemAttr.WriteBack
        : FwbMemAttr.NonCacheable;

    // Unlike stage 1, stage 2 knows what may only be written.
    private static Stage2Ap Permissions(Protection protection) =>
        (protection.HasFlag(Protection.Read), protection.HasFlag(Protection.Write)) switch
        {
            (true, true) => Stage2Ap.ReadWrite,
            (true, false) => Stage2Ap.ReadOnly,
            (false, true) => Stage2Ap.WriteOnly,
            _ => Stage2Ap.None,
        };
}
