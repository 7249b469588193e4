using System.Collections.Immutable;
using SmmuConformance.Architecture;
using static SmmuConformance.Conformance.Mutants.WireKind;
using static SmmuConformance.Conformance.Mutants.WireMutants;

namespace SmmuConformance.Conformance.Mutants;

/// <summary>Commands that are lost, come twice or come too early or too late.</summary>
internal static class CommandMutants
{
    private static readonly string[] s_configuration =
    [
        "monitor.invalidate-after-change",
        "monitor.no-stale-entry",
        "config-cache.*",
        "monitor.every-view",
    ];
    private static readonly string[] s_translations =
    [
        "tlb.*",
        "monitor.invalidate-after-change",
        "monitor.no-stale-entry",
        "monitor.tag-reuse",
        "contract.unmap-strict",
    ];
    private static readonly string[] s_devices =
    [
        "ats.*",
        "monitor.device-caches",
        "monitor.invalidate-after-change",
    ];
    private static readonly string[] s_order = ["ordering.*", "commands.*", .. s_translations];

    private static readonly (
        string Name,
        Func<Command, bool> Is,
        string[] Rules,
        string[] Likely
    )[] s_kinds =
    [
        ("cfgi-ste", c => c.Is<CfgiSte>(), s_configuration, ["attach", "strtab"]),
        (
            "cfgi-all",
            c => c.Is<CfgiSteRange>(),
            [.. s_configuration, "reset.*", "monitor.cached-registers"],
            ["init"]
        ),
        ("cfgi-cd", c => c.Is<CfgiCd>(), s_configuration, ["pasid", "cd", "hitless.cd"]),
        ("tlbi-address", IsByAddress, s_translations, ["tlbi"]),
        ("tlbi-tag", IsByTag, s_translations, ["asid", "vmid", "tlbi"]),
        (
            "tlbi-all",
            c => c.Is<TlbiNsnhAll>(),
            [.. s_translations, "reset.*", "monitor.cached-registers"],
            ["init"]
        ),
        (
            "tlbi-el2-all",
            c => c.Is<TlbiEl2All>(),
            [.. s_translations, "reset.*", "monitor.cached-registers"],
            ["init"]
        ),
        ("atc-inv", c => c.Is<AtcInv>(), s_devices, ["ats"]),
        (
            "sync",
            c => c.Is<Sync>(),
            ["commands.*", "ordering.*", "queues.*", "monitor.*", "contract.*"],
            ["sync"]
        ),
        ("resume", c => c.Is<Resume>(), ["stall.*", "contract.*"], ["iopf", "evtq"]),
        ("pri-resp", c => c.Is<PriResp>(), ["pri.*", "contract.*"], ["iopf"]),
    ];

    /// <summary>All of them.</summary>
    public static ImmutableArray<WireMutant> All { get; } =
    [.. s_kinds.SelectMany(Lost), .. Repeated(), .. Swapped()];

    private static bool IsByAddress(Command command) =>
        command.Is<TlbiNhVa>() || command.Is<TlbiNhVaa>() || command.Is<TlbiS2Ipa>();

    private static bool IsByTag(Command command) =>
        command.Is<TlbiNhAsid>() || command.Is<TlbiNhAll>() || command.Is<TlbiS12Vmall>();

    private static IEnumerable<WireMutant> Lost(
        (string Name, Func<Command, bool> Is, string[] Rules, string[] Likely) kind
    )
    {
        yield return Of(
            Lose,
            $"{kind.Name}-each",
            $"No command of the kind {kind.Name} arrives.",
            () => new CommandLost(kind.Is, Turn.Each()),
            kind.Rules,
            kind.Likely
        );
        // At most two resets, or two answers, of one machine.
        var seldom = kind.Name is "cfgi-all" or "tlbi-all" or "tlbi-el2-all" or "pri-resp";
        foreach (var number in seldom ? (int[])[1, 2] : [1, 2, 3])
            yield return Of(
                Lose,
                $"{kind.Name}-{number}",
                $"Command {number} of the kind {kind.Name} does not arrive.",
                () => new CommandLost(kind.Is, Turn.Of(number)),
                kind.Rules,
                kind.Likely
            );
    }

    private static IEnumerable<WireMutant> Repeated() =>
        s_kinds
            .Where(kind => kind.Name is "cfgi-ste" or "cfgi-cd" or "tlbi-address" or "atc-inv")
            .Select(kind =>
                Of(
                    Duplicate,
                    kind.Name,
                    $"A command of the kind {kind.Name} arrives twice, and the one behind it not at all.",
                    () => new CommandRepeated(kind.Is, Turn.Each()),
                    [],
                    kind.Likely
                )
            );

    private static IEnumerable<WireMutant> Swapped()
    {
        var sync = s_kinds.Single(kind => kind.Name == "sync").Is;
        foreach (
            var kind in s_kinds.Where(kind =>
                kind.Name is "cfgi-ste" or "cfgi-cd" or "tlbi-address" or "tlbi-tag" or "atc-inv"
            )
        )
            yield return Of(
                Delay,
                $"{kind.Name}-behind-sync",
                $"A command of the kind {kind.Name} arrives behind the CMD_SYNC that should wait for it.",
                () => new CommandsSwapped(kind.Is, sync, Turn.Each()),
                s_order,
                kind.Likely
            );
    }
}
