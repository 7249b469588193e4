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
            "6.12 flushes the tag of a fresh domain before its first use, after mapping reserved regions; no TLB can hold it.",
            (capture, kind) => capture.Release == "6.12" && Attaches(kind),
            (linux, _) => IsFlush(linux, 0) ? linux[2..] : linux
        ),
        new(
            "lazy-flush",
            "What is left in a lazy domain's queue of unmapped ranges is flushed when a device leaves; here nothing was unmapped, and the domain has other devices.",
            (capture, kind) =>
                capture.Name.Contains("lazy", StringComparison.Ordinal)
                && kind == "stage 1 to abort",
            (linux, ours) =>
                IsFlush(linux, linux.Count - 2) && !ours.Contains(linux[^2]) ? linux[..^2] : linux
        ),
        new(
            "flush-last",
            "6.12 clears the CD first and flushes the tag last; 7.2 and the reference driver flush as soon as no entry uses the domain.",
            (capture, kind) =>
                capture.Release == "6.12"
                && kind.StartsWith("stage 1 to", StringComparison.Ordinal),
            FlushBeforeClear
        ),
        new(
            "ats",
            "Not in this slice: ATS. The kernel invalidates the ATC when EATS changes.",
            (capture, _) => capture.Name.EndsWith("-rich", StringComparison.Ordinal),
            (linux, _) => Without(linux, "ATC_INV")
        ),
        new(
            "l1cd",
            "Not in this slice: substreams. The kernel installs a leaf of the two-level CD table and announces it with CMD_CFGI_CD Leaf=0.",
            (capture, _) =>
                capture.Name.Contains("cd2l", StringComparison.Ordinal)
                || capture.Name.EndsWith("-rich", StringComparison.Ordinal),
            (linux, _) => Without([.. linux.Where(step => step != "L1CD")], "CFGI_CD Leaf=0")
        ),
        new(
            "s1dss",
            "The kernel counts S1DSS as read in every stage 1 entry; the manual has it read only if S1CDMax is not 0, so the reference driver clears it in the first step.",
            (_, kind) => kind == "stage 1 to identity",
            (linux, ours) =>
                [
                    linux[0].Replace("d6", "d4", StringComparison.Ordinal) is var cleared
                    && cleared == ours[0]
                        ? cleared
                        : linux[0],
                    .. linux[1..],
                ]
        ),
        new(
            "not-logged",
            "The stores to the CD are missing in these two captures.",
            (capture, _) => capture.Name.EndsWith("-msi", StringComparison.Ordinal),
            (linux, ours) => ours.Where(step => !IsCd(step)).SequenceEqual(linux) ? ours : linux
        ),
        new(
            "6.1-join",
            "6.1 gives a domain one CD table, shared by its devices (A22): a device that joins writes no CD, and is installed, set back and installed again.",
            (capture, kind) => capture.Release == "6.1" && Attaches(kind),
            (linux, ours) => linux.Exists(IsCd) ? linux : ours
        ),
        new(
            "6.1-attach",
            "6.1 writes the CD while no entry leads to it and sends no CMD_CFGI_CD, writes word 1 of the entry twice, and flushes the tag of a fresh domain after its first use.",
            (capture, kind) => capture.Release == "6.1" && Attaches(kind),
            (_, ours) => ours
        ),
        new(
            "6.1-detach",
            "6.1 stores words 0, 1 and 2 with one invalidation at the end (A20), sets SHCFG (A1), passes through an abort, leaves the CD as it is, and asks for no prefetch.",
            (capture, kind) => capture.Release == "6.1" && Detaches(kind),
            (_, ours) => ours
        ),
        new(
            "leaf",
            "D3: the kernel sends no CMD_CFGI_STE with Leaf=0 when it installs a leaf.",
            (_, kind) => kind == "new leaf of the stream table",
            (linux, ours) => ours is ["L1STD", "CFGI_STE Leaf=0", Sync] ? ours : linux
        ),
        new(
            "irq-cfg",
            "The kernel clears the MSI addresses even where there are no MSIs; with MSIs, the reference driver writes all three registers of each.",
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
        kind.Contains("to stage 1", StringComparison.Ordinal)
        || kind.Contains("to another stage 1", StringComparison.Ordinal);

    private static bool Detaches(string kind) =>
        kind.Contains(" to ", StringComparison.Ordinal) && !Attaches(kind);

    private static bool IsCd(string step) => step.StartsWith("CD[", StringComparison.Ordinal);

    private static bool IsIrqCfg(string step) =>
        step.Contains("_IRQ_CFG", StringComparison.Ordinal);

    private static bool IsFlush(List<string> steps, int at) =>
        at >= 0
        && at + 1 < steps.Count
        && steps[at] is "TLBI_NH_ASID" or "TLBI_EL2_ASID"
        && steps[at + 1] == Sync;

    private static List<string> FlushBeforeClear(List<string> linux, List<string> ours)
    {
        var clear = linux.IndexOf("CD[0]=0");
        var flush = linux.Count - 2;
        if (clear <= 0 || !IsFlush(linux, flush) || IsFlush(ours, ours.Count - 2))
            return linux;
        return [.. linux[..clear], .. linux[flush..], .. linux[clear..flush]];
    }

    // A batch of one kind of command with its CMD_SYNC.
    private static List<string> Without(List<string> steps, string command)
    {
        var left = new List<string>();
        for (var i = 0; i < steps.Count; i++)
        {
            if (steps[i] != command)
            {
                left.Add(steps[i]);
                continue;
            }
            while (steps[i] != Sync)
                i++;
        }
        return left;
    }
}
