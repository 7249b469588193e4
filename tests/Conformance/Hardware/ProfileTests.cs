using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Every profile is an SMMU that could exist, and every rule that says so can notice one that could not.</summary>
public sealed class ProfileTests
{
    /// <summary>A profile that breaks a rule, possibly among others.</summary>
    public sealed record Impossible(string Rule, Profile Profile)
    {
        public override string ToString() => Rule;
    }

    private static readonly Profile Min = Profiles.Minimal;
    private static readonly Profile Max = Profiles.Maximal;

    private static Profile Stage2Only =>
        Min with
        {
            IDR0 = Min.IDR0 with { S1P = false, S2P = true },
        };

    private static readonly Impossible[] Broken =
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
        new("There is a stage", Min with { IDR0 = Min.IDR0 with { S1P = false } }),
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
        new("VATOS needs ATOS and both stages", Max with { IDR0 = Max.IDR0 with { VATOS = true } }),
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
            "STALL_MAX is zero if nothing stalls",
            Min with
            {
                IDR5 = Min.IDR5 with { STALL_MAX = 1 },
            }
        ),
        new(
            "VMSAv8-32 tables need the 4 KiB granule",
            Min with
            {
                IDR0 = Min.IDR0 with { TTF = TableFormats.Both },
                IDR5 = new() { GRAN64K = true },
            }
        ),
        new(
            "VMSAv8-32 tables exclude DPT",
            Max with
            {
                IDR0 = Max.IDR0 with { TTF = TableFormats.Both },
                IDR3 = Max.IDR3 with { DPT = true },
            }
        ),
        new(
            "VMSAv8-32 tables exclude D128",
            Max with
            {
                IDR0 = Max.IDR0 with { TTF = TableFormats.Both },
                IDR5 = Max.IDR5 with { D128 = true },
            }
        ),
        new(
            "52-bit output needs GRAN64K, DS or D128",
            Min with
            {
                IDR5 = Min.IDR5 with { OAS = PhysicalSize.Bits52 },
            }
        ),
        new(
            "56-bit output needs D128",
            Max with
            {
                IDR5 = Max.IDR5 with { OAS = PhysicalSize.Bits56 },
            }
        ),
        new(
            "Input beyond 48 bits needs GRAN64K or DS",
            Min with
            {
                IDR5 = Min.IDR5 with { VAX = VirtualAddressSize.Bits52 },
            }
        ),
        new(
            "56-bit input needs D128",
            Max with
            {
                IDR5 = Max.IDR5 with { VAX = VirtualAddressSize.Bits56 },
            }
        ),
        new(
            "DS needs the 4 KiB or 16 KiB granule",
            Max with
            {
                IDR5 = new() { GRAN64K = true, DS = true },
            }
        ),
        new("DS needs 52-bit input", Max with { IDR5 = Max.IDR5 with { DS = true } }),
        new(
            "D128 needs VMSAv8-64, S1PI, S2PO, AIE and MTEPERM",
            Max with
            {
                IDR5 = Max.IDR5 with { D128 = true },
            }
        ),
        new("From 3.1 HAD is there with stage 1", Min with { AIDR = new() { ArchMinorRev = 1 } }),
        new(
            "From 3.1 XNX is there with stage 2",
            Max with
            {
                IDR3 = Max.IDR3 with { XNX = false },
            }
        ),
        new("From 3.2 RIL is there", Max with { IDR3 = Max.IDR3 with { RIL = false } }),
        new("From 3.2 FWB is there", Max with { IDR3 = Max.IDR3 with { FWB = false } }),
        new(
            "From 3.2 BBML is 1 or 2",
            Max with
            {
                IDR3 = Max.IDR3 with { BBML = BreakBeforeMake.Level0 },
            }
        ),
        new(
            "From 3.2 Hyp is there with both stages",
            Max with
            {
                IDR0 = Max.IDR0 with { Hyp = false },
            }
        ),
        new("From 3.3 E0PD is there", Max with { IDR3 = Max.IDR3 with { E0PD = false } }),
        new(
            "From 3.3 PTWNNC is there with stage 2",
            Max with
            {
                IDR3 = Max.IDR3 with { PTWNNC = false },
            }
        ),
        new("From 3.4 EPAN is there", Max with { AIDR = new() { ArchMinorRev = 4 } }),
        new(
            "From 3.4 MTEPERM is there with stage 2",
            Max with
            {
                AIDR = new() { ArchMinorRev = 4 },
            }
        ),
        new(
            "3.0 has neither XNX nor PBHA, VAX or 52-bit output",
            Min with
            {
                IDR3 = new() { XNX = true },
            }
        ),
        new("3.0 has nothing of 3.2", Min with { IDR3 = new() { RIL = true } }),
        new("3.1 and before have nothing of 3.3", Min with { IDR3 = new() { E0PD = true } }),
        new("3.2 and before have nothing of 3.4", Min with { IDR3 = new() { EPAN = true } }),
    ];

    public static TheoryData<Profile> Catalogue => [.. Profiles.All];

    public static TheoryData<Impossible> Rules => [.. Broken];

    [Theory, MemberData(nameof(Catalogue))]
    public void A_profile_could_exist(Profile profile) =>
        Assert.Empty(IdentificationRules.BrokenBy(profile));

    [Theory, MemberData(nameof(Rules))]
    public void A_rule_notices_a_profile_that_breaks_it(Impossible row) =>
        Assert.Contains(IdentificationRules.BrokenBy(row.Profile), rule => rule.Text == row.Rule);

    [Fact]
    public void Every_rule_has_a_profile_that_breaks_it() =>
        Assert.Equal(
            IdentificationRules.All.Select(rule => rule.Text),
            Broken.Select(row => row.Rule)
        );

    [Fact]
    public void Names_are_unique_and_find_their_profile()
    {
        Assert.Distinct(Profiles.All.Select(profile => profile.Name));
        Assert.All(
            Profiles.All,
            profile => Assert.Same(profile, Profiles.ByName(profile.ToString()))
        );
        Assert.Throws<KeyNotFoundException>(() => Profiles.ByName("Mmu500"));
    }

    [Fact]
    public void Each_profile_says_why_it_exists() =>
        Assert.All(
            Profiles.All,
            profile => Assert.EndsWith(".", profile.Reason, StringComparison.Ordinal)
        );

    [Fact]
    public void Each_profile_differs_from_every_other_in_what_a_driver_can_see() =>
        Assert.Distinct(
            Profiles.All.Select(p =>
                (p.IDR0.Value, p.IDR1.Value, p.IDR3.Value, p.IDR5.Value, p.IIDR.Value, p.AIDR.Value)
            )
        );

    [Fact]
    public void The_parts_of_Arm_are_recognised_by_the_revision_that_software_looks_for()
    {
        Assert.Equal(0x4830_043Bu, Profiles.Mmu600.Identification(0x18));
        Assert.Equal(0x4871_143Bu, Profiles.Mmu700.Identification(0x18));
    }

    [Fact]
    public void QEMU_reads_as_captured()
    {
        var read = (uint offset) => Profiles.Qemu10.Identification(offset);

        Assert.Equal(0x0D44_101Bu, read(0x00));
        Assert.Equal(0x0273_0010u, read(0x04));
        Assert.Equal(0u, read(0x08));
        Assert.Equal(0x0000_1414u, read(0x0C));
        Assert.Equal(0u, read(0x10));
        Assert.Equal(0x0000_0074u, read(0x14));
        Assert.Equal(0u, read(0x18));
        Assert.Equal(1u, read(0x1C));
        Assert.Null(read(0x20));
        Assert.Equal(0x0000_1000u, Profiles.Qemu10.GBPA.Value);
    }
}
