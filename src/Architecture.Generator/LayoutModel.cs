using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace SmmuConformance.Architecture.Generator;

/// <summary>How a field's C# type is read from and written to its bits.</summary>
internal enum FieldShape
{
    Flag,
    Number,
    Newtype,
    Choice,
    Address,
    RawAddress,
}

/// <summary>One declared field, reduced to plain values so the incremental pipeline can compare it.</summary>
internal sealed record FieldModel(
    string Name,
    string Type,
    FieldShape Shape,
    int High,
    int Low,
    string Summary,
    string When,
    int Guard,
    EquatableList<string> Values
)
{
    public int Word => Low / 64;
    public int Shift => Low % 64;
    public int Width => High - Low + 1;
    public ulong Ones => Width == 64 ? ulong.MaxValue : (1ul << Width) - 1;
    public ulong Mask => Ones << Shift;
}

/// <summary>One condition that a <c>When</c> names, as its declaration spells it.</summary>
internal sealed record ConditionModel(string Name, string Expression);

/// <summary>What the attribute on the type says.</summary>
internal sealed record Heading(
    string Kind,
    string SpecName,
    string Clause,
    int Bits,
    uint Code,
    string Access,
    int Guard,
    ulong Reset,
    bool ResetUnknown
);

/// <summary>One declared structure and the mistakes found in it.</summary>
internal sealed record LayoutModel(
    string Namespace,
    string Name,
    string Summary,
    Heading Heading,
    EquatableList<FieldModel> Fields,
    EquatableList<ConditionModel> Conditions,
    EquatableList<Mistake> Mistakes
)
{
    public int Words => (Heading.Bits + 63) / 64;
}

/// <summary>One mistake in a declaration: a compile error at the place where it was written.</summary>
internal sealed record Mistake(string Id, string Title, string Message, Place Place);

/// <summary>A source location as plain values.</summary>
internal sealed record Place(string File, TextSpan Span, LinePositionSpan Lines)
{
    public static Place Of(ISymbol symbol)
    {
        var location = symbol.Locations[0];
        var line = location.GetLineSpan();
        return new(line.Path, location.SourceSpan, line.Span);
    }

    public Location ToLocation() => Location.Create(File, Span, Lines);
}
