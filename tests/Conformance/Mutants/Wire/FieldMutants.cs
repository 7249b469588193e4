using System.Collections.Immutable;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using static SmmuConformance.Conformance.Mutants.WireKind;
using static SmmuConformance.Conformance.Mutants.WireMutants;

namespace SmmuConformance.Conformance.Mutants;

/// <summary>One mutant for each field of what drivers write: its lowest bit arrives changed.</summary>
internal static class FieldMutants
{
    // What drivers send: commands of other worlds are never seen.
    private static readonly ImmutableArray<Layout> s_commands =
    [
        CfgiSte.Layout,
        CfgiCd.Layout,
        CfgiSteRange.Layout,
        TlbiNhVa.Layout,
        TlbiNhAsid.Layout,
        TlbiNhAll.Layout,
        TlbiS2Ipa.Layout,
        TlbiS12Vmall.Layout,
        AtcInv.Layout,
        PriResp.Layout,
        Resume.Layout,
        Sync.Layout,
    ];

    private static readonly ImmutableArray<Layout> s_registers =
    [
        Cr0.Layout,
        Cr1.Layout,
        Cr2.Layout,
        Gbpa.Layout,
        IrqCtrl.Layout,
        GErrorN.Layout,
        StrtabBase.Layout,
        StrtabBaseCfg.Layout,
        CmdqBase.Layout,
        EventqBase.Layout,
        EventqCons.Layout,
        PriqBase.Layout,
        PriqCons.Layout,
        GErrorIrqCfg0.Layout,
        GErrorIrqCfg1.Layout,
        GErrorIrqCfg2.Layout,
        EventqIrqCfg0.Layout,
        EventqIrqCfg1.Layout,
        EventqIrqCfg2.Layout,
        PriqIrqCfg0.Layout,
        PriqIrqCfg1.Layout,
        PriqIrqCfg2.Layout,
    ];

    /// <summary>All of them.</summary>
    public static ImmutableArray<WireMutant> All { get; } =
    [
        .. Structure(Ste.Layout, Entry, "ste", "attach", "vste"),
        .. Structure(L1Std.Layout, (word, flip) => Flipped(PlaceKind.L1Std, word, flip), "strtab"),
        .. Structure(Cd.Layout, (word, flip) => new ContextCorrupted(word, flip), "cd"),
        .. Structure(
            L1Cd.Layout,
            (word, flip) => Flipped(PlaceKind.L1Cd, word, flip),
            "pasid",
            "cd"
        ),
        .. Structure(Stage1Leaf.Layout, Descriptor, "tlbi", "attach"),
        .. s_commands.SelectMany(layout =>
            Structure(
                layout,
                (word, flip) => new CommandCorrupted((byte)layout.Code, word, flip, Turn.Each()),
                "tlbi",
                "ats",
                "attach",
                "iopf"
            )
        ),
        .. s_registers.SelectMany(layout =>
            Structure(layout, (_, flip) => new WriteCorrupted(layout.Code, flip), "init", "probe")
        ),
    ];

    private static IEnumerable<WireMutant> Structure(
        Layout layout,
        Func<int, ulong, Wire> make,
        params string[] likely
    ) =>
        layout.Fields.Select(field =>
            Of(
                Corrupt,
                $"{layout.Name}-{field.Name}".ToLowerInvariant().Replace('_', '-'),
                $"{layout.Name}.{field.Name} {field.Range} arrives with its lowest bit changed.",
                () => make(field.Word, 1ul << (field.Low % 64)),
                [],
                likely
            )
        );

    // No driver that is known writes the upper half.
    private static Wire Entry(int word, ulong flip) =>
        word < 4 ? Flipped(PlaceKind.Ste, word, flip) : new EntrySoiled(word, flip);

    private static WordCorrupted Flipped(PlaceKind kind, int word, ulong flip) =>
        new(kind, word, value => value ^ flip);

    // What is not valid has no fields.
    private static WordCorrupted Descriptor(int word, ulong flip) =>
        new(PlaceKind.TranslationTable, word, value => (value & 1) == 0 ? value : value ^ flip);
}
