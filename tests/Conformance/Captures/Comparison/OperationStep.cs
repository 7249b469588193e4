using System.Globalization;
using SmmuConformance.Architecture;

namespace SmmuConformance.Conformance.Captures;

/// <summary>
/// A store to an entry, or a command, without what two drivers are free to choose: addresses, tags and StreamIDs; and
/// without the fields the reference driver cannot set yet, which the comparison of words lists. A plus sign stands for
/// an address or a tag.
/// </summary>
/// <param name="Text">What it does.</param>
public readonly record struct OperationStep(string Text)
{
    private static readonly ulong[] ChosenInSte = Mask(Ste.Layout, nameof(Ste.S1ContextPtr));

    private static readonly ulong[] ChosenInCd = Mask(Cd.Layout, nameof(Cd.TTB0), nameof(Cd.ASID));

    private static readonly ulong[] NotYetInSte = Mask(
        Ste.Layout,
        nameof(Ste.S1Fmt),
        nameof(Ste.S1CDMax),
        nameof(Ste.EATS),
        nameof(Ste.STRW)
    );

    /// <summary>Completion of everything before.</summary>
    public static OperationStep Sync { get; } = new("SYNC");

    /// <summary>A store to a level 1 context descriptor.</summary>
    public static OperationStep L1Cd { get; } = new("L1CD");

    /// <summary>A store to a level 1 stream table descriptor.</summary>
    public static OperationStep L1Std { get; } = new("L1STD");

    /// <summary>A store to a stream table entry.</summary>
    public static OperationStep OfSte(int word, ulong value) =>
        new(Print("STE", word, value & ~NotYetInSte[word], ChosenInSte[word]));

    /// <summary>A store to a context descriptor.</summary>
    public static OperationStep OfCd(int word, ulong value) =>
        new(Print("CD", word, value, ChosenInCd[word]));

    /// <summary>A store to a register: base registers hold addresses, and CR2 is compared by its fields.</summary>
    public static OperationStep OfRegister(RegisterInfo register, ulong value) =>
        new(
            register.Name["SMMU_".Length..]
                + (
                    register.Offset is Cr2.Offset
                    || register.Name.EndsWith("_BASE", StringComparison.Ordinal)
                        ? ""
                        : $"={value:x}"
                )
        );

    /// <summary>A command.</summary>
    public static OperationStep Of(Command command)
    {
        if (command.Is<Sync>())
            return Sync;
        var name = LayoutCatalogue.Command(command.Opcode)?.Name["CMD_".Length..] ?? "?";
        // Leaf is bit 64 of both.
        if (command.Is<CfgiSte>() || command.Is<CfgiCd>())
            name += command.As<CfgiSte>().Leaf ? " Leaf=1" : " Leaf=0";
        return new(name);
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static string Print(string structure, int word, ulong value, ulong chosen) =>
        $"{structure}[{word}]="
        + (value & ~chosen).ToString("x", CultureInfo.InvariantCulture)
        + ((value & chosen) != 0 ? "+" : "");

    private static ulong[] Mask(Layout layout, params ReadOnlySpan<string> fields)
    {
        var mask = new ulong[layout.WordCount];
        foreach (var name in fields)
            mask[layout[name].Word] |= layout[name].Mask;
        return mask;
    }
}
