using SmmuConformance.Architecture;
using SmmuConformance.Bench;

namespace SmmuConformance.Conformance.Captures;

/// <summary>Why a field differs from what a kernel wrote.</summary>
/// <param name="Id">Short name in the page.</param>
/// <param name="Structure">The structure.</param>
/// <param name="Fields">The fields.</param>
/// <param name="Text">The reason, with the section that allows or demands what the reference driver does.</param>
/// <param name="Applies">To which captures.</param>
public sealed record WordReason(
    string Id,
    string Structure,
    string[] Fields,
    string Text,
    Func<Capture, bool> Applies
)
{
    /// <summary>Each of them.</summary>
    public static IReadOnlyList<WordReason> All { get; } =
    [
        new(
            "A1",
            "STE",
            ["SHCFG"],
            "A1: 6.1 sets it although it is RES0 without IDR1.ATTR_TYPES_OVR (§5.2)",
            capture => capture.Release == "6.1"
        ),
        new(
            "6.1-s2ttb",
            "STE",
            ["S2TTB"],
            "6.1 leaves it in entries that no longer translate, where it is IGNORED (§5.2)",
            capture => capture.Name == "6.1-stage2"
        ),
        new(
            "policy",
            "STE",
            ["Config"],
            "arm-smmu-v3.disable_bypass=0 lets streams without a domain bypass in 6.1 and no later; the reference driver's policy is to abort them (both are legal: §5.2)",
            capture => capture.Name == "6.1-disable-bypass0"
        ),
        new(
            "el2",
            "STE",
            ["STRW"],
            "not built: a kernel at EL2; the reference driver's regime is NS-EL1 (§3.3.3)",
            capture => new Idr0(capture.Register("IDR0")).Hyp
        ),
        new(
            "el2",
            "SMMU_CR2",
            ["E2H"],
            "not built: a kernel at EL2; the reference driver's regime is NS-EL1, where E2H says nothing (§6.3.12)",
            capture => new Idr0(capture.Register("IDR0")).Hyp
        ),
        new(
            "D6",
            "SMMU_CR2",
            ["PTM"],
            "D6: the kernel sets it although it is RES0 without IDR0.BTM (§6.3.12)",
            capture => !new Idr0(capture.Register("IDR0")).BTM
        ),
        new(
            "queues",
            "SMMU_CMDQ_BASE",
            ["LOG2SIZE"],
            "a choice: 4,096 commands are enough for a driver that waits for each batch (§6.3.26)",
            capture => new Idr1(capture.Register("IDR1")).CMDQS > 12
        ),
        new(
            "queues",
            "SMMU_EVENTQ_BASE",
            ["LOG2SIZE"],
            "a choice: 2,048 events are enough (§6.3.29)",
            capture => new Idr1(capture.Register("IDR1")).EVENTQS > 11
        ),
    ];
}
