using SmmuConformance.Architecture;

namespace SmmuConformance.Conformance.Hardware.Layouts;

/// <summary>
/// A field stands at these bits, <c>[High:Low]</c> over the whole structure as the manual counts. The declaration must
/// say so, and its property must read and write exactly these bits.
/// </summary>
/// <param name="Structure">Printed name: <c>STE</c>, <c>CMD_SYNC</c>, <c>SMMU_CR0</c>.</param>
/// <param name="Name">The manual's spelling.</param>
/// <param name="High">Most significant bit.</param>
/// <param name="Low">Least significant bit.</param>
public sealed record Position(string Structure, string Name, int High, int Low) : LayoutCheck
{
    /// <summary>A field of one bit.</summary>
    public Position(string structure, string name, int bit)
        : this(structure, name, bit, bit) { }

    /// <inheritdoc/>
    public override IEnumerable<string> Findings()
    {
        if (Declaration.Find(Structure) is not { } declaration)
            return [$"no structure is declared as {Structure}"];
        if (declaration.Field(Name) is not { } field)
            return [$"{Structure} has no field {Name}; the manual has it at {Range}"];
        if ((field.High, field.Low) != (High, Low))
            return
            [
                $"{Structure}.{Name} is declared at {field.Range}; the manual has it at {Range}",
            ];
        return Misread(declaration, field).Concat(Miswritten(declaration, field));
    }

    private string Range => High == Low ? $"[{High}]" : $"[{High}:{Low}]";

    private ulong[] Mask(Layout layout)
    {
        var words = new ulong[layout.WordCount];
        for (var bit = Low; bit <= High; bit++)
            words[bit / 64] |= 1ul << (bit % 64);
        return words;
    }

    private IEnumerable<string> Misread(Declaration declaration, Field field)
    {
        var mask = Mask(declaration.Layout);
        var set = RawValue.Of(declaration.Get(Name, mask));
        if (set != RawValue.Ones(field))
            yield return $"{Structure}.{Name} reads as 0x{set:x} where exactly {Range} are ones";
        var clear = RawValue.Of(declaration.Get(Name, [.. mask.Select(word => ~word)]));
        if (clear != 0)
            yield return $"{Structure}.{Name} reads as 0x{clear:x} where exactly {Range} are zeros";
    }

    private IEnumerable<string> Miswritten(Declaration declaration, Field field)
    {
        var written = declaration.Fill(field);
        if (written is not null && !written.SequenceEqual(Mask(declaration.Layout)))
            yield return $"writing {Structure}.{Name} leaves {string.Join(' ', written.Select(word => $"{word:x16}"))}; the manual has it at {Range}";
    }
}
