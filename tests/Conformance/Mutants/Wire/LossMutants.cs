using System.Collections.Immutable;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using static SmmuConformance.Conformance.Mutants.WireKind;
using static SmmuConformance.Conformance.Mutants.WireMutants;

namespace SmmuConformance.Conformance.Mutants;

/// <summary>Stores, barriers, cleanings, register writes and reports that are lost, or come twice.</summary>
internal static class LossMutants
{
    private static readonly string[] s_barrier =
    [
        "monitor.barrier-before-publish",
        "monitor.published-slots",
        "ordering.*",
    ];
    private static readonly string[] s_clean = ["monitor.clean-before-publish", "ordering.*"];

    private static readonly uint[] s_registers =
    [
        Cr0.Offset,
        Cr1.Offset,
        Cr2.Offset,
        Gbpa.Offset,
        IrqCtrl.Offset,
        GErrorN.Offset,
        StrtabBase.Offset,
        StrtabBaseCfg.Offset,
        CmdqBase.Offset,
        CmdqProd.Offset,
        CmdqCons.Offset,
        EventqBase.Offset,
        EventqProd.Offset,
        EventqCons.Offset,
        PriqBase.Offset,
        PriqProd.Offset,
        PriqCons.Offset,
        GErrorIrqCfg0.Offset,
        EventqIrqCfg0.Offset,
        PriqIrqCfg0.Offset,
    ];

    /// <summary>All of them.</summary>
    public static ImmutableArray<WireMutant> All { get; } =
    [
        .. Stores(PlaceKind.Ste, 4, "attach", "hitless"),
        .. Stores(PlaceKind.L1Std, 1, "strtab"),
        .. Stores(PlaceKind.Cd, 4, "pasid", "cd"),
        .. Stores(PlaceKind.L1Cd, 1, "pasid"),
        .. Stores(PlaceKind.TranslationTable, 1, "tlbi"),
        .. Numbered(
            "barrier",
            "barrier",
            turn => new BarrierLost(turn),
            s_barrier,
            "init",
            "attach"
        ),
        .. Numbered(
            "clean",
            "cleaning of cache lines",
            turn => new CleanLost(turn),
            s_clean,
            "init",
            "attach"
        ),
        .. s_registers.Select(LostWrite),
        .. Switches(),
        .. Reports(),
    ];

    private static IEnumerable<WireMutant> Stores(
        PlaceKind kind,
        int words,
        params string[] likely
    ) =>
        from word in Enumerable.Range(0, words)
        // No driver that is known uses the second table of a CD.
        where (kind, word) is not (PlaceKind.Cd, 2)
        from turn in (int[])[0, 1, 2]
        select Of(
            Lose,
            $"{kind.ToString().ToLowerInvariant()}-word-{word}-{(turn == 0 ? "each" : turn)}",
            $"{(turn == 0 ? "No store" : $"Store {turn}")} to word {word} of a {kind} {(turn == 0 ? "arrives" : "does not arrive")}.",
            () => new StoreLost(kind, word, turn == 0 ? Turn.Each() : Turn.Of(turn)),
            [],
            likely
        );

    private static IEnumerable<WireMutant> Numbered(
        string name,
        string what,
        Func<Turn, Wire> make,
        string[] rules,
        params string[] likely
    ) =>
        from turn in (int[])[0, 1, 2, 3, 5, 8]
        select Of(
            Lose,
            $"{name}-{(turn == 0 ? "each" : turn)}",
            turn == 0 ? $"No {what} arrives." : $"The {what} number {turn} does not arrive.",
            () => make(turn == 0 ? Turn.Each() : Turn.Of(turn)),
            rules,
            likely
        );

    private static WireMutant LostWrite(uint register)
    {
        var name = RegisterMap.At(register)!.Name;
        return Of(
            Lose,
            name.ToLowerInvariant().Replace('_', '-'),
            $"No write of {name} arrives.",
            () => new WriteLost(register, Turn.Each()),
            [],
            "init",
            "probe"
        );
    }

    private static IEnumerable<WireMutant> Switches()
    {
        foreach (
            var enable in (DeviceEnables[])
                [DeviceEnables.Pasid, DeviceEnables.Ats, DeviceEnables.Pri]
        )
            yield return Of(
                Lose,
                $"{enable.ToString().ToLowerInvariant()}-on",
                $"{enable} is not turned on at a device.",
                () => new SwitchLost(enables => enables.HasFlag(enable)),
                [],
                "ats",
                "pasid",
                "iopf"
            );
        yield return Of(
            Lose,
            "enables-off",
            "What a device has on is not turned off.",
            () => new SwitchLost(enables => enables == DeviceEnables.None),
            [],
            "ats",
            "pasid"
        );
    }

    private static IEnumerable<WireMutant> Reports()
    {
        yield return Of(
            Duplicate,
            "free",
            "Memory is given back twice.",
            () => new FreeRepeated(),
            ["monitor.owned-memory", "monitor.free-unreachable", "contract.*"],
            "attach",
            "err"
        );
        foreach (
            var (kind, times, how) in ((WireKind, int, string)[])
                [(Lose, 0, "does not arrive"), (Duplicate, 2, "arrives twice")]
        )
        {
            yield return Of(
                kind,
                "report",
                $"What is reported of a fault {how}.",
                () => new ReportsChanged(times),
                ["contract.*", "events.*", "faults.*", "queues.*"],
                "fault",
                "evtq"
            );
            yield return Of(
                kind,
                "ask",
                $"A page fault that is asked about {how}.",
                () => new AsksChanged(times),
                ["contract.*", "stall.*", "pri.*"],
                "iopf"
            );
            yield return Of(
                kind,
                "forward",
                $"An event for a guest {how}.",
                () => new ForwardsChanged(times),
                ["contract.*", "events.*", "nested.*"],
                "vevq"
            );
        }
    }
}
