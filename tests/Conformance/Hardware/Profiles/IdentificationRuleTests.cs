using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Every rule about ID registers can notice an SMMU that could not exist.</summary>
public sealed partial class IdentificationRuleTests
{
    /// <summary>A profile that breaks a rule, possibly among others.</summary>
    public sealed record Impossible(string Rule, Profile Profile)
    {
        public override string ToString() => Rule;
    }

    private static Profile Min => Profiles.Minimal;

    private static Profile Max => Profiles.Maximal;

    private static Profile Stage2Only =>
        Min with
        {
            IDR0 = Min.IDR0 with { S1P = false, S2P = true },
        };

    private static readonly Impossible[] General =
    [
        new("Reserved bits are zero", Min with { IDR5 = new(0x0000_1000) }),
        new("TTF names a format", Min with { IDR0 = Min.IDR0 with { TTF = 0 } }),
        new(
            "TTENDIAN is not 0b01",
            Min with
            {
                IDR0 = Min.IDR0 with { TTENDIAN = (WalkEndianness)1 },
            }
        ),
        new(
            "STALL_MODEL is not 0b11",
            Min with
            {
                IDR0 = Min.IDR0 with { STALL_MODEL = (StallModel)3 },
            }
        ),
        new(
            "ST_LEVEL is not 0b1x",
            Min with
            {
                IDR0 = Min.IDR0 with { ST_LEVEL = (StreamTableLevels)2 },
            }
        ),
        new("CMDQS is at most 19", Min with { IDR1 = Min.IDR1 with { CMDQS = 20 } }),
        new("EVENTQS is at most 19", Min with { IDR1 = Min.IDR1 with { EVENTQS = 20 } }),
        new("PRIQS is at most 19 with PRI", Max with { IDR1 = Max.IDR1 with { PRIQS = 20 } }),
        new("SSIDSIZE is at most 20", Max with { IDR1 = Max.IDR1 with { SSIDSIZE = 21 } }),
        new("SIDSIZE is at most 32", Max with { IDR1 = Max.IDR1 with { SIDSIZE = 33 } }),
        new("BBML is not 0b11", Max with { IDR3 = Max.IDR3 with { BBML = (BreakBeforeMake)3 } }),
        new("VAX is not 0b11", Max with { IDR5 = Max.IDR5 with { VAX = (VirtualAddressSize)3 } }),
        new("Bit 7 of the implementer is 0", Min with { IIDR = new() { Implementer = 0x4bb } }),
        new("The major version is 0", Min with { AIDR = new() { ArchMajorRev = 1 } }),
        new("The minor version is at most 4", Max with { AIDR = new() { ArchMinorRev = 5 } }),
        new(
            "IDR6 counts at most 256 pages of at most 256 queues",
            Max with
            {
                IDR1 = Max.IDR1 with { ECMDQ = true },
                IDR6 = new() { CMDQ_CONTROL_PAGE_LOG2NUMP = 9 },
            }
        ),
        new(
            "No update of GBPA is under way after reset",
            Min with
            {
                GBPA = Min.GBPA with { Update = true },
            }
        ),
        new("There is a stage", Min with { IDR0 = Min.IDR0 with { S1P = false } }),
        new(
            "Substreams need stage 1",
            Stage2Only with
            {
                IDR1 = Stage2Only.IDR1 with { SSIDSIZE = 1 },
            }
        ),
        new("PRI needs ATS", Min with { IDR0 = Min.IDR0 with { PRI = true } }),
        new("ATSRECERR needs ATS", Min with { IDR0 = Min.IDR0 with { ATSRECERR = true } }),
        new(
            "NS1ATS needs ATS and both stages",
            Min with
            {
                IDR0 = Min.IDR0 with { ATS = true, NS1ATS = true },
            }
        ),
        new("VMW needs stage 2", Min with { IDR0 = Min.IDR0 with { VMW = true } }),
        new("Hyp needs both stages", Min with { IDR0 = Min.IDR0 with { Hyp = true } }),
        new(
            "VATOS needs ATOS and both stages",
            Max with
            {
                IDR0 = Max.IDR0 with { VATOS = true, ATOS = false },
            }
        ),
        new("BA_VATOS needs VATOS", Max with { IDR2 = new() { BA_VATOS = 1 } }),
        new(
            "More than 64 streams need a two-level table",
            Min with
            {
                IDR1 = Min.IDR1 with { SIDSIZE = 7 },
            }
        ),
        new(
            "ECMDQ needs COHACC and MSI, and queues that are not preset",
            Min with
            {
                IDR1 = Min.IDR1 with { ECMDQ = true },
            }
        ),
        new(
            "IDR6 is zero without ECMDQ",
            Min with
            {
                IDR6 = new() { CMDQ_CONTROL_PAGE_LOG2NUMQ = 1 },
            }
        ),
        new("REL needs something preset", Min with { IDR1 = Min.IDR1 with { REL = true } }),
        new("HAD needs stage 1", Stage2Only with { IDR3 = new() { HAD = true } }),
        new("PBHA needs HAD", Min with { IDR3 = new() { PBHA = true } }),
        new("PPS needs PRI and substreams", Min with { IDR3 = new() { PPS = true } }),
        new("PASIDTT needs ATS and substreams", Min with { IDR3 = new() { PASIDTT = true } }),
        new("DPT needs ATS", Min with { IDR3 = new() { DPT = true } }),
        new("PTWNNC needs stage 2", Min with { IDR3 = new() { PTWNNC = true } }),
        new("MTEPERM needs stage 2", Min with { IDR3 = new() { MTEPERM = true } }),
        new("AIE needs stage 1", Stage2Only with { IDR3 = new() { AIE = true } }),
        new("S1PI needs stage 1", Stage2Only with { IDR3 = new() { S1PI = true } }),
        new("S2PI needs stage 2", Min with { IDR3 = new() { S2PI = true } }),
        new("S2PO needs S2PI", Min with { IDR3 = new() { S2PO = true } }),
        new("THE needs stage 1", Stage2Only with { IDR3 = new() { THE = true } }),
        new("THE with stage 2 needs S2PI", Max with { IDR3 = Max.IDR3 with { THE = true } }),
        new(
            "Where there is PCIe, and so where there is ATS, stalls are not forced",
            Max with
            {
                IDR0 = Max.IDR0 with { STALL_MODEL = StallModel.StallOnly },
            }
        ),
        new(
            "STALL_MAX is zero if nothing stalls",
            Min with
            {
                IDR5 = Min.IDR5 with { STALL_MAX = 1 },
            }
        ),
    ];

    public static TheoryData<Impossible> Rules => [.. General, .. OfVersions];

    [Theory, MemberData(nameof(Rules))]
    public void A_rule_notices_a_profile_that_breaks_it(Impossible row) =>
        Assert.Contains(IdentificationRules.BrokenBy(row.Profile), rule => rule.Text == row.Rule);

    [Fact]
    public void Every_rule_has_a_profile_that_breaks_it() =>
        Assert.Equal(
            IdentificationRules.All.Select(rule => rule.Text).Order(StringComparer.Ordinal),
            General.Concat(OfVersions).Select(row => row.Rule).Order(StringComparer.Ordinal)
        );

    public static TheoryData<Impossible> StrayBits =>
        [
            new("IDR0", Min with { IDR0 = new(Min.IDR0.Value | 1u << 31) }),
            new("IDR2", Min with { IDR2 = new(1u << 10) }),
            new("IDR3", Min with { IDR3 = new(1u << 6) }),
            new("IDR5", Min with { IDR5 = new(Min.IDR5.Value | 1u << 3) }),
            new("IDR6", Min with { IDR6 = new(1u << 31) }),
            new("AIDR", Min with { AIDR = new(1u << 8) }),
            new("GBPA", Min with { GBPA = new(1u << 21) }),
        ];

    [Theory, MemberData(nameof(StrayBits))]
    public void A_reserved_bit_is_noticed_in_every_register_that_has_one(Impossible row) =>
        Assert.Contains(
            IdentificationRules.BrokenBy(row.Profile),
            rule => rule.Text == "Reserved bits are zero"
        );

    [Fact]
    public void Every_rule_says_a_clause() =>
        Assert.All(IdentificationRules.All, rule => Assert.Matches(@"^\d+(\.\d+)+$", rule.Clause));
}
