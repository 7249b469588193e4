using SmmuConformance.Architecture;
using SmmuConformance.Bench;

namespace SmmuConformance.Conformance.Captures;

/// <summary>
/// Why a kernel's steps differ from the reference driver's. A reason says what to change in the kernel's steps; when all
/// that apply have been applied, the two must be equal. Where a kernel does everything otherwise (6.1, and the start with
/// PRI), the reason stands for the whole difference, and the page holds both sides' steps to what was reviewed.
/// </summary>
/// <param name="Id">Number in the page.</param>
/// <param name="Text">The reason.</param>
/// <param name="Applies">To which captures and kinds of change.</param>
/// <param name="Rewrite">The kernel's steps and ours in, the kernel's steps without this difference out.</param>
public sealed record SequenceReason(
    string Id,
    string Text,
    Func<Capture, string, bool> Applies,
    Func<List<string>, List<string>, List<string>> Rewrite
)
{
    private const string Sync = "SYNC";

    /// <summary>Each of them, in the order in which they are applied.</summary>
    public static IReadOnlyList<SequenceReason> All { get; } =
    [
        new(
            "fresh-flush",
            "6.12 flushes the tag of a fresh domain before its first use, after mapping reserved regions; no TLB can hold it (§3.17).",
            (capture, kind) => capture.Release == "6.12" && Attaches(kind),
            (linux, _) => IsFlush(linux, 0) ? linux[2..] : linux
        ),
        new(
            "lazy-flush",
            "What is left in a lazy domain's queue of unmapped ranges is flushed when a device leaves; here nothing was unmapped, and the domain has other devices. Nothing is owed (§3.17).",
            (capture, kind) =>
                capture.Name.Contains("lazy", StringComparison.Ordinal)
                && kind == "stage 1 to abort",
            (linux, ours) =>
                IsFlush(linux, linux.Count - 2) && !ours.Contains(linux[^2]) ? linux[..^2] : linux
        ),
        new(
            "flush-last",
            "6.12 clears the CD first and flushes the tag last; 7.2 and the reference driver flush as soon as no entry uses the domain. Both come before the tag is used again (§3.17).",
            (capture, kind) =>
                capture.Release == "6.12"
                && kind.StartsWith("stage 1 to", StringComparison.Ordinal),
            FlushBeforeClear
        ),
        new(
            "ats-off",
            "7.2 empties a device's ATC after its entry has stopped to allow ATS; the reference driver before, as §3.9.2 has it.",
            (capture, kind) =>
                new Idr0(capture.Register("IDR0")).ATS
                && kind.StartsWith("stage 1 to", StringComparison.Ordinal),
            InvalidateAtcFirst
        ),
        new(
            "s1dss",
            "The kernel counts S1DSS as read in every stage 1 entry; the manual has it read only if S1CDMax is not 0 (§5.2), so the reference driver clears it in the first step.",
            (_, kind) => kind == "stage 1 to identity",
            (linux, ours) =>
                [
                    .. linux.Select(
                        (step, i) =>
                            i < ours.Count
                            && step.Replace("d6", "d4", StringComparison.Ordinal) == ours[i]
                                ? ours[i]
                                : step
                    ),
                ]
        ),
        new(
            "not-logged",
            "The stores to the CD are missing in these two captures; the commands are compared.",
            (capture, _) => capture.Name.EndsWith("-msi", StringComparison.Ordinal),
            (linux, ours) => ours.Where(step => !IsCd(step)).SequenceEqual(linux) ? ours : linux
        ),
        new(
            "6.1-join",
            "6.1 gives a domain one CD table, shared by its devices (A22): a device that joins writes no CD, and is installed, set back and installed again (a window of abort: §3.21.3).",
            (capture, kind) =>
                capture.Release == "6.1"
                && Attaches(kind)
                && !kind.Contains("stage 2", StringComparison.Ordinal),
            (linux, ours) => linux.Exists(IsCd) ? linux : ours
        ),
        new(
            "6.1-attach",
            "6.1 writes the CD while no entry leads to it and sends no CMD_CFGI_CD (§4.3.3), writes word 1 of the entry twice, and flushes the tag of a fresh domain after its first use.",
            (capture, kind) =>
                capture.Release == "6.1"
                && Attaches(kind)
                && !kind.Contains("stage 2", StringComparison.Ordinal),
            (_, ours) => ours
        ),
        new(
            "6.1-stage2",
            "6.1 sets a device that joins back to abort and installs it again, passes through an abort where something was translated, and flushes the tag of a fresh domain after its first use (windows of abort: §3.21.3).",
            (capture, kind) =>
                capture.Release == "6.1"
                && Attaches(kind)
                && kind.Contains("stage 2", StringComparison.Ordinal),
            (_, ours) => ours
        ),
        new(
            "6.1-detach",
            "6.1 stores words 0, 1 and 2 with one invalidation at the end (A20), sets SHCFG (A1), passes through an abort, leaves the CD or S2TTB as it is, and asks for no prefetch (§3.21.3.1).",
            (capture, kind) => capture.Release == "6.1" && Detaches(kind),
            (_, ours) => ours
        ),
        new(
            "leaf",
            "D3: the kernel sends no CMD_CFGI_STE with Leaf=0 when it installs a leaf (§4.3.1).",
            (_, kind) => kind == "new leaf of the stream table",
            (linux, ours) => ours is ["L1STD", "CFGI_STE Leaf=0", Sync] ? ours : linux
        ),
        new(
            "irq-cfg",
            "The kernel clears the MSI addresses even where there are no MSIs; with MSIs, the reference driver writes all three registers of each (§6.3.21).",
            (_, kind) => kind == "start",
            (linux, ours) =>
                linux
                    .Where(step => !IsIrqCfg(step))
                    .SequenceEqual(ours.Where(step => !IsIrqCfg(step)))
                    ? ours
                    : linux
        ),
    ];

    private static bool Attaches(string kind) =>
        kind.Contains("to stage", StringComparison.Ordinal)
        || kind.Contains("to another stage", StringComparison.Ordinal);

    private static bool Detaches(string kind) =>
        kind.Contains(" to ", StringComparison.Ordinal) && !Attaches(kind);

    private static bool IsCd(string step) => step.StartsWith("CD[", StringComparison.Ordinal);

    private static bool IsIrqCfg(string step) =>
        step.Contains("_IRQ_CFG", StringComparison.Ordinal);

    private static bool IsFlush(List<string> steps, int at) =>
        at >= 0
        && at + 1 < steps.Count
        && steps[at] is "TLBI_NH_ASID" or "TLBI_EL2_ASID" or "TLBI_S12_VMALL"
        && steps[at + 1] == Sync;

    private static List<string> FlushBeforeClear(List<string> linux, List<string> ours)
    {
        var clear = linux.IndexOf("CD[0]=0");
        var flush = linux.Count - 2;
        if (clear <= 0 || !IsFlush(linux, flush) || IsFlush(ours, ours.Count - 2))
            return linux;
        return [.. linux[..clear], .. linux[flush..], .. linux[clear..flush]];
    }

    private static List<string> InvalidateAtcFirst(List<string> linux, List<string> ours)
    {
        var at = linux.IndexOf("ATC_INV");
        return at > 0 && ours[0] == "ATC_INV"
            ? [.. linux[at..(at + 2)], .. linux[..at], .. linux[(at + 2)..]]
            : linux;
    }
}
