using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// What a stage 2 leaf does to memory attributes: MemAttr, shareability, and whether FWB gives MemAttr its second
/// meaning (§13.4.3, §13.1.6; Arm ARM D8.6.5, D8.6.6).
/// </summary>
/// <param name="MemAttr">The descriptor's MemAttr[3:0].</param>
/// <param name="Shareability">The descriptor's SH, or STE.S2SH0 with DS.</param>
/// <param name="ForcedWriteBack">STE.S2FWB.</param>
internal readonly record struct Stage2Type(
    byte MemAttr,
    Shareability Shareability,
    bool ForcedWriteBack
)
{
    /// <summary>Stage 2 itself maps a Device type. Reserved values count as one.</summary>
    public bool IsDevice =>
        ForcedWriteBack
            ? (MemAttr & 0b0111) <= 0b0100
            : (MemAttr & 0b1100) == 0 || (MemAttr & 0b0011) == 0;

    /// <summary>What a leaf says under a stage 2 configuration.</summary>
    /// <param name="leaf">The descriptor.</param>
    /// <param name="tables">STE.S2SH0 where DS moves the shareability there; null: the descriptor's SH counts.</param>
    /// <param name="forcedWriteBack">STE.S2FWB.</param>
    /// <param name="tagged">IDR3.MTEPERM: 0b0100 is Write-Back whose tags may not be touched (§3.23.1).</param>
    public static Stage2Type Of(
        in Stage2Leaf leaf,
        Shareability? tables,
        bool forcedWriteBack,
        bool tagged
    ) =>
        new(
            tagged && !forcedWriteBack && leaf.MemAttr == 0b0100 ? (byte)0b1111 : leaf.MemAttr,
            tables ?? leaf.SH,
            forcedWriteBack
        );

    /// <summary>The attributes after stage 2.</summary>
    public MemoryAttributes Apply(MemoryAttributes input)
    {
        if (!ForcedWriteBack)
        {
            return AttributeRules.Combine(input, AttributeRules.Of((MemAttr)MemAttr, Shareability));
        }
        var shareability = AttributeRules.Combine(input.Shareability, Shareability);
        return (FwbMemAttr)(MemAttr & 0b0111) switch
        {
            // What stage 1 says, but for the shareability.
            FwbMemAttr.Stage1 => input.With(shareability),
            // Write-Back even where stage 1 says Device.
            FwbMemAttr.WriteBack => WriteBack(input, shareability),
            FwbMemAttr.NonCacheable => input.IsDevice ? input : MemoryAttributes.NonCacheable,
            // Device, or Reserved: the stronger of the two stages.
            _ => AttributeRules.Combine(
                input,
                AttributeRules.Of((MemAttr)(MemAttr & 0b0011), Shareability)
            ),
        };
    }

    // The hints of stage 1 stay where it gives any; otherwise they are the default. Arm ARM D8.6.6
    private static MemoryAttributes WriteBack(MemoryAttributes input, Shareability shareability)
    {
        if (!input.IsCacheable)
            return MemoryAttributes.Of(0xff, shareability);
        return MemoryAttributes.Of(
            (byte)(Level(input.Encoding >> 4) << 4 | Level(input.Encoding & 0xf)),
            shareability
        );

        static int Level(int level) => level == 0b0100 ? 0b1111 : level | 0b0100;
    }
}
