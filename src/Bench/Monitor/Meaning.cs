using SmmuConformance.Architecture;

namespace SmmuConformance.Bench;

/// <summary>When two entries mean the same to the SMMU, although their bits differ.</summary>
public static class Meaning
{
    /// <summary>True if the bits the SMMU reads are the same, and have the same values.</summary>
    public static bool Same(PlaceKind kind, ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right) =>
        kind == PlaceKind.Ste
            ? Same(new Ste(left), new Ste(right))
            : Same(new Cd(left), new Cd(right));

    /// <summary>True if no access passes through the entry.</summary>
    public static bool Refuses(PlaceKind kind, ReadOnlySpan<ulong> words) =>
        kind == PlaceKind.Ste ? Refuses(new Ste(words)) : Refuses(new Cd(words));

    /// <summary>True if both stream table entries translate alike.</summary>
    public static bool Same(in Ste left, in Ste right) =>
        SameBits(Essential(left), Essential(right));

    /// <summary>True if both context descriptors translate alike.</summary>
    public static bool Same(in Cd left, in Cd right) => SameBits(left, right);

    /// <summary>True if every transaction of the stream is aborted.</summary>
    public static bool Refuses(in Ste ste) => !ste.V || ((int)ste.Config & 0b100) == 0;

    /// <summary>True if every transaction of the address space is aborted.</summary>
    public static bool Refuses(in Cd cd) => !cd.V || (cd.EPD0 && cd.EPD1);

    // MEV merges event records and changes no translation (§5.2).
    private static Ste Essential(in Ste ste) => ste with { MEV = false };

    private static bool SameBits<T>(in T left, in T right)
        where T : struct, ILayout<T>
    {
        var (usedLeft, usedRight) = (left.UsedBits(), right.UsedBits());
        for (var i = 0; i < T.Layout.WordCount; i++)
            if (
                usedLeft.Word(i) != usedRight.Word(i)
                || ((left.Word(i) ^ right.Word(i)) & usedLeft.Word(i)) != 0
            )
                return false;
        return true;
    }
}
