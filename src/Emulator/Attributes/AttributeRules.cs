using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>The two operations by which attributes meet: replace and combine (§13.1.4, §13.1.5).</summary>
internal static class AttributeRules
{
    private const int NonCacheable = 0b0100;

    // Write-Back or Write-Through with every hint at its default: allocate, allocate, not transient. §13.1.3
    private const int DefaultHints = 0b1011;

    /// <summary>
    /// The stronger of two values in each respect: Device before Normal, Non-cacheable before Write-Through before
    /// Write-Back, no allocation before allocation, transient before not, Outer before Inner before Non-shareable.
    /// </summary>
    public static MemoryAttributes Combine(MemoryAttributes a, MemoryAttributes b)
    {
        if (a.Encoding == b.Encoding)
            return a.With(Combine(a.Shareability, b.Shareability));
        if (a.IsDevice || b.IsDevice)
            return MemoryAttributes.Of(Math.Min(a.Encoding, b.Encoding), Shareability.Outer);
        var outer = Combine(a.Encoding >> 4, b.Encoding >> 4);
        var inner = Combine(a.Encoding & 0xf, b.Encoding & 0xf);
        return MemoryAttributes.Of(
            (byte)(outer << 4 | inner),
            Combine(a.Shareability, b.Shareability)
        );
    }

    /// <summary>
    /// What stage 1 makes of the attributes that reach it: type and shareability are the descriptor's, the hints of an
    /// incoming cacheable type are combined with the descriptor's (§13.4.2).
    /// </summary>
    public static MemoryAttributes ThroughStage1(MemoryAttributes incoming, MemoryAttributes leaf)
    {
        if (!incoming.IsCacheable || !leaf.IsCacheable)
            return leaf;
        var outer = WithHintsOf(leaf.Encoding >> 4, incoming.Encoding >> 4);
        var inner = WithHintsOf(leaf.Encoding & 0xf, incoming.Encoding & 0xf);
        return MemoryAttributes.Of((byte)(outer << 4 | inner), leaf.Shareability);
    }

    /// <summary>The shareability that wins.</summary>
    public static Shareability Combine(Shareability a, Shareability b) =>
        a == Shareability.Outer || b == Shareability.Outer ? Shareability.Outer
        : a == Shareability.Inner || b == Shareability.Inner ? Shareability.Inner
        : Shareability.NonShareable;

    /// <summary>
    /// A memory type in the encoding of stage 2 without FWB, of STE.MemAttr and of MSIs, with default hints. Reserved
    /// values act as Device-nGnRnE (§5.2, MemAttr).
    /// </summary>
    public static MemoryAttributes Of(MemAttr type, Shareability shareability) =>
        Types[((int)type & 0xf) << 2 | (int)shareability & 3];

    // Every miss of stage 2 asks: all 64 answers, worked out once.
    private static readonly MemoryAttributes[] Types =
    [
        .. from type in Enumerable.Range(0, 16)
        from shareability in Enumerable.Range(0, 4)
        select Decoded((MemAttr)type, (Shareability)shareability),
    ];

    private static MemoryAttributes Decoded(MemAttr type, Shareability shareability)
    {
        var (outer, inner) = ((int)type >> 2, (int)type & 0b11);
        if (outer == 0)
            return MemoryAttributes.Of((byte)(inner << 2), Shareability.Outer);
        if (inner == 0)
            return MemoryAttributes.DeviceNGnRnE;
        return MemoryAttributes.Of((byte)(Level(outer) << 4 | Level(inner)), shareability);

        static int Level(int code) =>
            code switch
            {
                0b01 => NonCacheable,
                0b10 => DefaultHints,
                _ => DefaultHints | 0b0100,
            };
    }

    /// <summary>
    /// Puts a type, where one is given, and hints and a shareability, where they are given, in the place of what came
    /// (§13.1.4). A level that becomes cacheable starts from the default hints; overrides have no effect on what no
    /// cache may hold.
    /// </summary>
    /// <param name="incoming">What came.</param>
    /// <param name="type">The new type, or null to keep it.</param>
    /// <param name="allocation">0b1RWT replaces the hints, 0b0xxx keeps them.</param>
    /// <param name="shareability">The new shareability, or to keep it.</param>
    public static MemoryAttributes Replace(
        MemoryAttributes incoming,
        MemAttr? type,
        byte allocation,
        ShCfg shareability
    )
    {
        var result = incoming;
        if (type is { } given)
        {
            result = Of(given, incoming.Shareability);
            // Levels that were cacheable before and still are keep their hints.
            if (result.IsCacheable && incoming.IsCacheable)
            {
                var outer = Keep(result.Encoding >> 4, incoming.Encoding >> 4);
                var inner = Keep(result.Encoding & 0xf, incoming.Encoding & 0xf);
                result = MemoryAttributes.Of((byte)(outer << 4 | inner), result.Shareability);
            }
        }
        if (!result.IsCacheable)
            return result;
        if ((allocation & 0b1000) != 0)
        {
            // R and W stand as in MAIR; T is MAIR's non-transient bit inverted.
            var hints = (allocation & 0b0110) >> 1 | ((allocation & 1) != 0 ? 0 : 0b1000);
            var outer = SetHints(result.Encoding >> 4, hints);
            var inner = SetHints(result.Encoding & 0xf, hints);
            result = MemoryAttributes.Of((byte)(outer << 4 | inner), result.Shareability);
        }
        return shareability == ShCfg.Incoming
            ? result
            : result.With((Shareability)(byte)shareability);
    }

    // Bits of a level: non-transient, Write-Back, read allocate, write allocate. The weaker value of each is 1.
    private static int Combine(int a, int b) =>
        a == NonCacheable || b == NonCacheable ? NonCacheable : Settle(a & b);

    private static int WithHintsOf(int level, int incoming) =>
        level == NonCacheable || incoming == NonCacheable
            ? level
            : Settle((level & 0b0100) | (level & incoming & DefaultHints));

    private static int Keep(int level, int incoming) =>
        level == NonCacheable || incoming == NonCacheable
            ? level
            : (level & 0b0100) | (incoming & DefaultHints);

    private static int SetHints(int level, int hints) =>
        level == NonCacheable ? level : Settle((level & 0b0100) | hints);

    // Without allocation nothing is transient; this also keeps 0b0100 from meaning anything but Non-cacheable.
    private static int Settle(int level) => (level & 0b0011) == 0 ? level | 0b1000 : level;
}
