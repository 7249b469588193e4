using System.Collections.Immutable;
using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>One statement about ID registers that every SMMU keeps.</summary>
/// <param name="Text">The statement.</param>
/// <param name="Clause">The section that makes it.</param>
/// <param name="Holds">Whether a profile keeps it.</param>
public sealed record IdentificationRule(string Text, string Clause, Func<Profile, bool> Holds)
{
    /// <summary>The statement and its clause.</summary>
    public override string ToString() => $"{Text} §{Clause}";
}

/// <summary>
/// What the manual says the ID registers of one SMMU have to do with one another. A profile that breaks a rule is an
/// SMMU that cannot exist, and a driver's failure on it proves nothing.
/// </summary>
public static partial class IdentificationRules
{
    /// <summary>Every rule.</summary>
    public static ImmutableArray<IdentificationRule> All { get; } =
    [.. Encodings(), .. Dependencies(), .. Addresses(), .. Versions()];

    /// <summary>The rules that a profile breaks; empty if the SMMU can exist.</summary>
    public static IEnumerable<IdentificationRule> BrokenBy(Profile profile) =>
        All.Where(rule => !rule.Holds(profile));

    private static IEnumerable<IdentificationRule> Encodings() =>
        [
            new("Reserved bits are zero", "6.2", p => ReservedBits(p) == 0),
            new("TTF names a format", "6.3.1", p => p.IDR0.TTF != 0),
            new("TTENDIAN is not 0b01", "6.3.1", p => (int)p.IDR0.TTENDIAN != 0b01),
            new("STALL_MODEL is not 0b11", "6.3.1", p => (int)p.IDR0.STALL_MODEL != 0b11),
            new("ST_LEVEL is not 0b1x", "6.3.1", p => (int)p.IDR0.ST_LEVEL < 0b10),
            new("CMDQS is at most 19", "6.3.2", p => p.IDR1.CMDQS <= 19),
            new("EVENTQS is at most 19", "6.3.2", p => p.IDR1.EVENTQS <= 19),
            new("PRIQS is at most 19 with PRI", "6.3.2", p => !p.IDR0.PRI || p.IDR1.PRIQS <= 19),
            new("SSIDSIZE is at most 20", "6.3.2", p => p.IDR1.SSIDSIZE <= 20),
            new("SIDSIZE is at most 32", "6.3.2", p => p.IDR1.SIDSIZE <= 32),
            new("BBML is not 0b11", "6.3.4", p => (int)p.IDR3.BBML != 0b11),
            new("VAX is not 0b11", "6.3.6", p => (int)p.IDR5.VAX != 0b11),
            new("Bit 7 of the implementer is 0", "6.3.7", p => (p.IIDR.Implementer & 0x80) == 0),
            new("The major version is 0", "6.3.8", p => p.AIDR.ArchMajorRev == 0),
            new("The minor version is at most 4", "6.3.8", p => p.AIDR.ArchMinorRev <= 4),
            new(
                "IDR6 counts at most 256 pages of at most 256 queues",
                "6.3.45",
                p =>
                    p.IDR6 is { CMDQ_CONTROL_PAGE_LOG2NUMQ: <= 8, CMDQ_CONTROL_PAGE_LOG2NUMP: <= 8 }
            ),
            new("No update of GBPA is under way after reset", "6.3.14", p => !p.GBPA.Update),
        ];

    private static IEnumerable<IdentificationRule> Dependencies() =>
        [
            new("There is a stage", "3.3.2", p => p.IDR0.S1P || p.IDR0.S2P),
            new("Substreams need stage 1", "3.2", p => p.IDR1.SSIDSIZE == 0 || p.IDR0.S1P),
            new("PRI needs ATS", "6.3.1", p => !p.IDR0.PRI || p.IDR0.ATS),
            new("ATSRECERR needs ATS", "6.3.1", p => !p.IDR0.ATSRECERR || p.IDR0.ATS),
            new(
                "NS1ATS needs ATS and both stages",
                "6.3.1",
                p => !p.IDR0.NS1ATS || (p.IDR0.ATS && p.BothStages)
            ),
            new("VMW needs stage 2", "6.3.1", p => !p.IDR0.VMW || p.IDR0.S2P),
            new("Hyp needs both stages", "6.3.1", p => !p.IDR0.Hyp || p.BothStages),
            new(
                "VATOS needs ATOS and both stages",
                "6.3.1",
                p => !p.IDR0.VATOS || (p.IDR0.ATOS && p.BothStages)
            ),
            new("BA_VATOS needs VATOS", "6.3.3", p => p.IDR2.BA_VATOS == 0 || p.IDR0.VATOS),
            new(
                "More than 64 streams need a two-level table",
                "6.3.2",
                p => p.IDR1.SIDSIZE < 7 || p.IDR0.ST_LEVEL != StreamTableLevels.Linear
            ),
            new(
                "ECMDQ needs COHACC and MSI, and queues that are not preset",
                "6.3.2",
                p => !p.IDR1.ECMDQ || (p.IDR0.COHACC && p.IDR0.MSI && !p.IDR1.QUEUES_PRESET)
            ),
            new("IDR6 is zero without ECMDQ", "6.3.2", p => p.IDR6.Value == 0 || p.IDR1.ECMDQ),
            new(
                "REL needs something preset",
                "6.3.2",
                p => !p.IDR1.REL || p.IDR1.TABLES_PRESET || p.IDR1.QUEUES_PRESET
            ),
            new("HAD needs stage 1", "6.3.4", p => !p.IDR3.HAD || p.IDR0.S1P),
            new("PBHA needs HAD", "6.3.4", p => !p.IDR3.PBHA || p.IDR3.HAD),
            new(
                "PPS needs PRI and substreams",
                "6.3.4",
                p => !p.IDR3.PPS || (p.IDR0.PRI && p.IDR1.SSIDSIZE > 0)
            ),
            new(
                "PASIDTT needs ATS and substreams",
                "6.3.4",
                p => !p.IDR3.PASIDTT || (p.IDR0.ATS && p.IDR1.SSIDSIZE > 0)
            ),
            new("DPT needs ATS", "6.3.4", p => !p.IDR3.DPT || p.IDR0.ATS),
            new("PTWNNC needs stage 2", "6.3.4", p => !p.IDR3.PTWNNC || p.IDR0.S2P),
            new("MTEPERM needs stage 2", "6.3.4", p => !p.IDR3.MTEPERM || p.IDR0.S2P),
            new("AIE needs stage 1", "6.3.4", p => !p.IDR3.AIE || p.IDR0.S1P),
            new("S1PI needs stage 1", "6.3.4", p => !p.IDR3.S1PI || p.IDR0.S1P),
            new("S2PI needs stage 2", "6.3.4", p => !p.IDR3.S2PI || p.IDR0.S2P),
            new("S2PO needs S2PI", "6.3.4", p => !p.IDR3.S2PO || p.IDR3.S2PI),
            new("THE needs stage 1", "6.3.4", p => !p.IDR3.THE || p.IDR0.S1P),
            new(
                "THE with stage 2 needs S2PI",
                "6.3.4",
                p => !(p.IDR3.THE && p.IDR0.S2P) || p.IDR3.S2PI
            ),
            new(
                "Where there is PCIe, and so where there is ATS, stalls are not forced",
                "6.3.1",
                p => !p.IDR0.ATS || p.IDR0.STALL_MODEL != StallModel.StallOnly
            ),
            new(
                "STALL_MAX is zero if nothing stalls",
                "6.3.6",
                p => p.IDR5.STALL_MAX == 0 || p.IDR0.STALL_MODEL != StallModel.TerminateOnly
            ),
        ];

    private static uint ReservedBits(Profile profile) =>
        Stray(Idr0.Layout, profile.IDR0.Value)
        | Stray(Idr1.Layout, profile.IDR1.Value)
        | Stray(Idr2.Layout, profile.IDR2.Value)
        | Stray(Idr3.Layout, profile.IDR3.Value)
        | Stray(Idr5.Layout, profile.IDR5.Value)
        | Stray(Idr6.Layout, profile.IDR6.Value)
        | Stray(Gbpa.Layout, profile.GBPA.Value)
        | Stray(Aidr.Layout, profile.AIDR.Value);

    private static uint Stray(Layout layout, uint value) => value & (uint)layout.Reserved(0);
}
