using Microsoft.CodeAnalysis;

namespace SmmuConformance.Architecture.Generator;

/// <summary>The compile errors of the generator, one id for each kind of mistake.</summary>
internal static class Mistakes
{
    public static Mistake Reversed(ISymbol at, string message) =>
        new("SMMU001", "Reversed", message, Place.Of(at));

    public static Mistake Outside(ISymbol at, string message) =>
        new("SMMU002", "Outside", message, Place.Of(at));

    public static Mistake Crosses(ISymbol at, string message) =>
        new("SMMU003", "Crosses", message, Place.Of(at));

    public static Mistake Overlaps(ISymbol at, string message) =>
        new("SMMU004", "Overlaps", message, Place.Of(at));

    public static Mistake WideFlag(ISymbol at, string message) =>
        new("SMMU005", "WideFlag", message, Place.Of(at));

    public static Mistake TooNarrow(ISymbol at, string message) =>
        new("SMMU006", "TooNarrow", message, Place.Of(at));

    public static Mistake Type(ISymbol at, string message) =>
        new("SMMU007", "WrongType", message, Place.Of(at));

    public static Mistake When(ISymbol at, string message) =>
        new("SMMU008", "UnknownCondition", message, Place.Of(at));

    public static Mistake NotPartial(ISymbol at, string message) =>
        new("SMMU009", "NotPartial", message, Place.Of(at));
}
