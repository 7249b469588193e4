using SmmuConformance.Architecture;

namespace SmmuConformance.Conformance.Captures;

/// <summary>Why a field differs from what a kernel wrote.</summary>
/// <param name="Structure">The structure.</param>
/// <param name="Fields">The fields.</param>
/// <param name="Text">The reason.</param>
/// <param name="Applies">To which captures.</param>
public sealed record WordReason(
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
            "STE",
            ["SHCFG"],
            "A1: 6.1 sets it although it is RES0 without IDR1.ATTR_TYPES_OVR",
            capture => capture.Release == "6.1"
        ),
        new(
            "STE",
            ["Config"],
            "arm-smmu-v3.disable_bypass=0 lets streams without a domain bypass in 6.1 and no later; the reference driver's policy is to abort them",
            capture => capture.Name == "6.1-disable-bypass0"
        ),
        new(
            "STE",
            ["S1Fmt", "S1CDMax"],
            "asked for: the devices of this comparison have no substreams",
            capture => new Idr1(capture.Register("IDR1")).SSIDSIZE > 0
        ),
        new(
            "STE",
            ["EATS"],
            "asked for: the devices of this comparison have no ATS",
            capture => new Idr0(capture.Register("IDR0")).ATS
        ),
        new(
            "STE",
            ["STRW"],
            "not built: a kernel at EL2; the reference driver's regime is NS-EL1",
            capture => new Idr0(capture.Register("IDR0")).Hyp
        ),
        new(
            "SMMU_CR2",
            ["E2H"],
            "not built: a kernel at EL2; the reference driver's regime is NS-EL1",
            capture => new Idr0(capture.Register("IDR0")).Hyp
        ),
        new(
            "SMMU_CR2",
            ["PTM"],
            "D6: the kernel sets it although it is RES0 without IDR0.BTM",
            capture => !new Idr0(capture.Register("IDR0")).BTM
        ),
        new(
            "SMMU_CMDQ_BASE",
            ["LOG2SIZE"],
            "a choice: 4,096 commands are enough for a driver that waits for each batch",
            capture => new Idr1(capture.Register("IDR1")).CMDQS > 12
        ),
        new(
            "SMMU_EVENTQ_BASE",
            ["LOG2SIZE"],
            "a choice: 2,048 events are enough",
            capture => new Idr1(capture.Register("IDR1")).EVENTQS > 11
        ),
    ];
}
