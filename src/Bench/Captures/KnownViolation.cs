using System.Text.RegularExpressions;

namespace SmmuConformance.Bench;

/// <summary>A rule that kernels are known to break.</summary>
/// <param name="Bug">
/// The historical bug it is: A and L numbers are fixed in later kernels, D numbers are not confirmed by a maintainer.
/// </param>
/// <param name="Releases">The releases that have it.</param>
/// <param name="Rule">Id of the monitor rule.</param>
/// <param name="Says">What its message says: a regular expression.</param>
/// <param name="Reason">What the kernel does.</param>
public sealed record KnownViolation(
    string Bug,
    string[] Releases,
    string Rule,
    string Says,
    string Reason
)
{
    private static readonly string[] Every = ["6.1", "6.12", "7.2"];

    /// <summary>Each of them. One that no longer shows fails as well as one that is not listed.</summary>
    public static IReadOnlyList<KnownViolation> All { get; } =
    [
        new(
            "A1",
            ["6.1"],
            "monitor.reserved-bits",
            "SHCFG = 0b01  Incoming, but it is RES0 on this SMMU",
            "SHCFG is written into aborting and bypassing entries although IDR1.ATTR_TYPES_OVR is 0 (§5.2)."
        ),
        new(
            "A1",
            ["6.1"],
            "monitor.every-view",
            @"the old entry was:\nSTE\[0\]  0000000000000009\n",
            "Bypass to stage 1: word 1 goes first and takes SHCFG away while the entry still bypasses. It would matter "
                + "where SHCFG is read (§3.21.3.1)."
        ),
        new(
            "A20",
            ["6.1"],
            "monitor.every-view",
            @"the new entry is:\nSTE\[0\]  000000000000000[19]\n",
            "Stage 1 or 2 to abort or bypass: words 0, 1 and 2 are stored with one invalidation at the end, so the SMMU may "
                + "pair the old word 0 with the new word 1, or the reverse (§3.21.3.1)."
        ),
        new(
            "D3",
            Every,
            "monitor.invalidate-after-change",
            "^L1STD of ",
            "A level 1 descriptor becomes valid and no CMD_CFGI_STE with Leaf=0 follows; that there was none may be cached (§3.21.3, §4.3.1)."
        ),
        new(
            "D6",
            Every,
            "monitor.register-access",
            "^SMMU_CR2 = 0x[67] sets a reserved bit",
            "CR2.PTM is set although IDR0.BTM is 0, where it is RES0 (§6.3.12)."
        ),
    ];

    /// <summary>True if a finding is this bug.</summary>
    public bool Explains(string release, ReplayFinding finding) =>
        Releases.Contains(release)
        && finding.Rule == Rule
        && Regex.IsMatch(finding.Message, Says, RegexOptions.CultureInvariant);
}
