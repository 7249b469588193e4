using System.Globalization;
using SmmuConformance.Architecture;

namespace SmmuConformance.Conformance.Captures;

/// <summary>What a step is done to.</summary>
public enum StepKind : byte
{
    /// <summary>A store to a register.</summary>
    Register,

    /// <summary>A store to an entry or a descriptor of a table.</summary>
    Table,

    /// <summary>A command.</summary>
    Command,
}

/// <summary>
/// A store to an entry, or a command, without what two drivers are free to choose: addresses, tags and StreamIDs; and
/// without the regime of a kernel at EL2, which the comparison of words lists. A plus sign stands for an address or a tag.
/// </summary>
/// <param name="Text">What it does.</param>
/// <param name="Kind">What it is done to.</param>
public readonly record struct OperationStep(string Text, StepKind Kind)
{
    private static readonly ulong[] ChosenInSte = Mask(
        Ste.Layout,
        nameof(Ste.S1ContextPtr),
        nameof(Ste.S2VMID),
        nameof(Ste.S2TTB)
    );

    private static readonly ulong[] ChosenInCd = Mask(Cd.Layout, nameof(Cd.TTB0), nameof(Cd.ASID));

    private static readonly ulong[] Regime = Mask(Ste.Layout, nameof(Ste.STRW));

    /// <summary>Completion of everything before.</summary>
    public static OperationStep Sync { get; } = new("SYNC", StepKind.Command);

    /// <summary>A store to a level 1 context descriptor.</summary>
    public static OperationStep L1Cd { get; } = new("L1CD", StepKind.Table);

    /// <summary>A store to a level 1 stream table descriptor.</summary>
    public static OperationStep L1Std { get; } = new("L1STD", StepKind.Table);

    /// <summary>A store to a stream table entry.</summary>
    public static OperationStep OfSte(int word, ulong value) =>
        new(Print("STE", word, value & ~Regime[word], ChosenInSte[word]), StepKind.Table);

    /// <summary>A store to a context descriptor.</summary>
    public static OperationStep OfCd(int word, ulong value) =>
        new(Print("CD", word, value, ChosenInCd[word]), StepKind.Table);

    /// <summary>A store to a register: base registers hold addresses, and CR2 is compared by its fields.</summary>
    public static OperationStep OfRegister(RegisterInfo register, ulong value) =>
        new(
            register.Name["SMMU_".Length..]
                + (
                    register.Offset is Cr2.Offset
                    || register.Name.EndsWith("_BASE", StringComparison.Ordinal)
                        ? ""
                        : $"={value:x}"
                ),
            StepKind.Register
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
        return new(name, StepKind.Command);
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
