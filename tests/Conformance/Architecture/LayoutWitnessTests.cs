using System.Numerics;
using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Architecture.Witnesses;

namespace SmmuConformance.Conformance.Architecture;

/// <summary>
/// Holds every declaration to a second source. A test that writes and reads through one declaration cannot see a
/// wrong position; these compare it with masks that were never computed by our code.
/// </summary>
public sealed class LayoutWitnessTests
{
    private static readonly Dictionary<string, Layout> Declared = LayoutCatalogue
        .Structures.Concat(LayoutCatalogue.Commands)
        .Concat(LayoutCatalogue.Events)
        .Concat(LayoutCatalogue.Registers.Select(register => register.Layout))
        .ToDictionary(layout => layout.Name);

    /// <summary>Every structure, command, event and register that has a witness.</summary>
    public static TheoryData<string> Structures =>
        [.. AllWitnesses.Positions.Select(row => row.Structure).Distinct()];

    [Theory, MemberData(nameof(Structures))]
    public void A_field_lies_where_its_witness_says(string structure)
    {
        var wrong =
            from row in AllWitnesses.Positions
            where row.Structure == structure && Declared.ContainsKey(structure)
            let field = Declared[structure].Fields.FirstOrDefault(field => field.Name == row.Field)
            where field is not null && (field.Word, field.Mask) != (row.Word, row.Mask)
            select $"{row}: declared {field.Range}, word {field.Word} mask 0x{field.Mask:x16}; "
                + $"{row.SeenIn} has word {row.Word} mask 0x{row.Mask:x16}";

        NoneOf(wrong);
    }

    [Fact]
    public void A_declared_field_has_a_witness()
    {
        var seen = AllWitnesses.Positions.Select(row => row.ToString()).ToHashSet();

        var unseen =
            from layout in Declared.Values
            from field in layout.Fields
            let name = $"{layout.Name}.{field.Name}"
            where !seen.Contains(name) && !WitnessExceptions.NoWitness.ContainsKey(name)
            select $"{name} {field.Range}";

        NoneOf(unseen);
    }

    [Fact]
    public void A_witness_names_a_declared_field()
    {
        var declared = Declared
            .Values.SelectMany(layout =>
                layout.Fields.Select(field => $"{layout.Name}.{field.Name}")
            )
            .ToHashSet();

        var missing =
            from row in AllWitnesses.Positions
            where
                !declared.Contains(row.ToString())
                && !WitnessExceptions.NotDeclared.ContainsKey(row.ToString())
            select $"{row} word {row.Word} mask 0x{row.Mask:x16}";

        NoneOf(missing);
    }

    [Fact]
    public void An_exception_is_still_needed()
    {
        var declared = Declared
            .Values.SelectMany(layout =>
                layout.Fields.Select(field => $"{layout.Name}.{field.Name}")
            )
            .ToHashSet();
        var seen = AllWitnesses.Positions.Select(row => row.ToString()).ToHashSet();

        Assert.DoesNotContain(
            WitnessExceptions.NoWitness.Keys,
            name => seen.Contains(name) || !declared.Contains(name)
        );
        Assert.DoesNotContain(
            WitnessExceptions.NotDeclared.Keys,
            name => declared.Contains(name) || !seen.Contains(name)
        );
    }

    [Fact]
    public void A_witness_is_one_run_of_bits()
    {
        var broken = AllWitnesses.Positions.Where(row =>
            BitOperations.PopCount(row.Mask)
            != 64
                - BitOperations.LeadingZeroCount(row.Mask)
                - BitOperations.TrailingZeroCount(row.Mask)
        );

        NoneOf(broken.Select(row => row.ToString()));
    }

    [Fact]
    public void A_register_lies_where_its_witness_says()
    {
        var declared = LayoutCatalogue.Registers.ToDictionary(
            register => register.Name,
            register => register.Offset
        );
        var seen = RegisterWitnesses.Rows.ToDictionary(row => row.Register, row => row.Offset);

        Assert.Equal(Lines(seen), Lines(declared));

        static IEnumerable<string> Lines(Dictionary<string, uint> offsets) =>
            offsets
                .OrderBy(pair => pair.Key, StringComparer.Ordinal)
                .Select(pair => $"{pair.Key} 0x{pair.Value:x5}");
    }

    [Fact]
    public void A_code_is_the_one_its_witness_says()
    {
        var seen = CodeWitnesses.Rows.ToDictionary(row => row.Meaning, row => row.Value);

        var wrong =
            from layout in LayoutCatalogue.Commands.Concat(LayoutCatalogue.Events)
            where seen.GetValueOrDefault(layout.Name) != layout.Code
            select $"{layout.Name} 0x{layout.Code:x2}";

        NoneOf(wrong);
    }

    [Fact]
    public void A_list_of_codes_names_each_with_its_value()
    {
        var declared = Enum.GetValues<CommandOpcode>()
            .Select(code => $"CMD{code} 0x{(byte)code:x2}")
            .Concat(Enum.GetValues<EventId>().Select(id => $"{id} 0x{(byte)id:x2}"));

        var seen = CodeWitnesses.Rows.Select(row =>
            $"{row.Meaning.Replace("_", "", StringComparison.Ordinal)} 0x{row.Value:x2}"
        );

        Assert.Equal(
            seen.Order(StringComparer.OrdinalIgnoreCase),
            declared.Order(StringComparer.OrdinalIgnoreCase),
            StringComparer.OrdinalIgnoreCase
        );
    }

    [Fact]
    public void A_value_means_what_its_witness_says()
    {
        var declared =
            from layout in Declared.Values
            from field in layout.Fields
            from value in field.Values
            select $"{layout.Name}.{field.Name} {value.Value} {value.Name}";

        var seen =
            from row in AllWitnesses.Encodings
            select $"{row.Structure}.{row.Field} {row.Value} {row.Meaning}";

        Assert.Equal(seen.Order(StringComparer.Ordinal), declared.Order(StringComparer.Ordinal));
    }

    // xunit cuts long strings; here the whole line is the diagnosis.
    private static void NoneOf(IEnumerable<string> findings)
    {
        var lines = string.Join('\n', findings);

        Assert.True(lines.Length == 0, lines);
    }
}
