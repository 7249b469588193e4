using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>The list of profiles leaves out nothing that drivers have to tell apart.</summary>
public sealed class ProfileCoverageTests
{
    /// <summary>Values of one field, or of several one after the other, that must all occur.</summary>
    public sealed record Spread(params string[] Fields)
    {
        public required ulong[][] Values { get; init; }

        public override string ToString() => string.Join(" with ", Fields);
    }

    private static readonly ulong[][] Both =
    [
        [0],
        [1],
    ];

    private static readonly ulong[][] EachOfFour =
    [
        [0, 0],
        [0, 1],
        [1, 0],
        [1, 1],
    ];

    public static TheoryData<Spread> Spreads =>
        [
            new("SMMU_IDR0.S1P", "SMMU_IDR0.S2P")
            {
                Values =
                [
                    [0, 1],
                    [1, 0],
                    [1, 1],
                ],
            },
            new("SMMU_IDR0.TTF")
            {
                Values =
                [
                    [2],
                    [3],
                ],
            },
            new("SMMU_IDR0.COHACC") { Values = Both },
            new("SMMU_IDR0.BTM") { Values = Both },
            new("SMMU_IDR0.HTTU")
            {
                Values =
                [
                    [0],
                    [1],
                    [2],
                    [3],
                ],
            },
            new("SMMU_IDR0.Hyp") { Values = Both },
            new("SMMU_IDR0.ATS", "SMMU_IDR0.PRI")
            {
                Values =
                [
                    [0, 0],
                    [1, 0],
                    [1, 1],
                ],
            },
            new("SMMU_IDR0.ATS", "SMMU_IDR0.NS1ATS")
            {
                Values =
                [
                    [0, 0],
                    [1, 0],
                    [1, 1],
                ],
            },
            new("SMMU_IDR0.ATS", "SMMU_IDR0.ATSRECERR")
            {
                Values =
                [
                    [0, 0],
                    [1, 0],
                    [1, 1],
                ],
            },
            new("SMMU_IDR0.ASID16", "SMMU_IDR0.VMID16") { Values = EachOfFour },
            new("SMMU_IDR0.MSI", "SMMU_IDR0.SEV") { Values = EachOfFour },
            new("SMMU_IDR0.MSI", "SMMU_IDR0.COHACC") { Values = EachOfFour },
            new("SMMU_IDR0.VMID16", "SMMU_IDR0.VMW")
            {
                Values =
                [
                    [0, 0],
                    [0, 1],
                    [1, 0],
                    [1, 1],
                ],
            },
            new("SMMU_IDR0.CD2L") { Values = Both },
            new("SMMU_IDR0.TTENDIAN")
            {
                Values =
                [
                    [0],
                    [2],
                    [3],
                ],
            },
            new("SMMU_IDR0.STALL_MODEL")
            {
                Values =
                [
                    [0],
                    [1],
                    [2],
                ],
            },
            new("SMMU_IDR0.STALL_MODEL", "SMMU_IDR0.TERM_MODEL")
            {
                Values =
                [
                    [0, 0],
                    [0, 1],
                    [1, 0],
                    [1, 1],
                ],
            },
            new("SMMU_IDR0.ST_LEVEL") { Values = Both },
            new("SMMU_IDR1.ATTR_TYPES_OVR", "SMMU_IDR1.ATTR_PERMS_OVR") { Values = EachOfFour },
            new("SMMU_IDR1.SIDSIZE")
            {
                Values =
                [
                    [6],
                    [8],
                    [16],
                    [24],
                    [32],
                ],
            },
            new("SMMU_IDR1.SSIDSIZE")
            {
                Values =
                [
                    [0],
                    [8],
                    [20],
                ],
            },
            new("SMMU_IDR3.FWB") { Values = Both },
            new("SMMU_IDR3.STT") { Values = Both },
            new("SMMU_IDR3.RIL") { Values = Both },
            new("SMMU_IDR3.XNX") { Values = Both },
            new("SMMU_IDR3.HAD") { Values = Both },
            new("SMMU_IDR3.PBHA") { Values = Both },
            new("SMMU_IDR3.PPS") { Values = Both },
            new("SMMU_IDR3.E0PD") { Values = Both },
            new("SMMU_IDR3.PTWNNC") { Values = Both },
            new("SMMU_IDR3.PASIDTT") { Values = Both },
            new("SMMU_IDR3.EPAN") { Values = Both },
            new("SMMU_IDR3.MTEPERM") { Values = Both },
            new("SMMU_IDR3.BBML")
            {
                Values =
                [
                    [0],
                    [1],
                    [2],
                ],
            },
            new("SMMU_IDR5.OAS")
            {
                Values =
                [
                    [1],
                    [2],
                    [3],
                    [4],
                    [5],
                    [6],
                ],
            },
            new("SMMU_IDR5.VAX", "SMMU_IDR5.DS")
            {
                Values =
                [
                    [0, 0],
                    [1, 0],
                    [1, 1],
                ],
            },
            new("SMMU_IDR5.GRAN4K", "SMMU_IDR5.GRAN16K", "SMMU_IDR5.GRAN64K")
            {
                Values =
                [
                    [1, 0, 0],
                    [0, 1, 0],
                    [0, 0, 1],
                    [1, 0, 1],
                    [1, 1, 0],
                    [1, 1, 1],
                ],
            },
            new("SMMU_AIDR.ArchMinorRev")
            {
                Values =
                [
                    [0],
                    [1],
                    [2],
                    [3],
                    [4],
                ],
            },
        ];

    [Theory, MemberData(nameof(Spreads))]
    public void Each_of_these_values_stands_in_a_profile(Spread spread)
    {
        var present = Profiles
            .All.Select(profile =>
                string.Join(',', spread.Fields.Select(f => IdentificationField.Read(profile, f)))
            )
            .ToHashSet();

        var wanted = spread.Values.Select(value => string.Join(',', value)).ToHashSet();

        Assert.Subset(present, wanted);
    }

    [Fact]
    public void Firmware_calls_some_SMMUs_coherent_and_some_not() =>
        Assert.Equal([false, true], Profiles.All.Select(p => p.Coherent).Distinct().Order());

    [Fact]
    public void Some_SMMUs_refuse_everything_after_reset_and_some_change_what_they_let_pass()
    {
        Assert.Contains(Profiles.All, p => p.GBPA.ABORT);
        Assert.Contains(
            Profiles.All,
            p => p.IDR1.ATTR_TYPES_OVR && p.GBPA is { MTCFG: false, SHCFG: 0 }
        );
    }
}
