using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Translation Requests that meet faults of translation: an answer that permits nothing, and no record (§3.9.1.2).</summary>
public sealed class RequestFaultCases
{
    // Bits by hand: AF [10]; S2AP [7:6].
    private const ulong AccessFlag = 1ul << 10;
    private const ulong S2Ap = 3ul << 6;

    public static IEnumerable<string> Stage1Faults =>
        ["translation", "range", "access", "address-size"];

    public static IEnumerable<string> Stage2Faults =>
        ["translation", "access", "permission", "table", "table-permission", "cd", "cd-permission"];

    /// <summary>§3.9.1.2, §3.9.1: whatever CD.A, R and S say.</summary>
    [Case(
        "hw.ats.request.stage1-fault",
        Level.Architecture,
        "ats.002",
        "ats.014",
        "ats.020",
        "ats.043",
        "ats.085",
        "ats.096",
        "ats.106",
        "ats.110",
        "ats.119"
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [Rows(nameof(Stage1Faults))]
    public void A_fault_of_stage_1_is_an_answer_that_permits_nothing(Profile profile, string row)
    {
        var scene = new AtsScene(profile);
        var (tables, _) = scene.Attach(cd =>
            cd with
            {
                A = profile.IDR0.TERM_MODEL,
                S = profile.CanStall,
                R = true,
                IPS = PhysicalSize.Bits32,
            }
        );
        tables.Map(AtsScene.Here, 0x7000_0000);
        var leaf = tables.Read(AtsScene.Here, 3);
        var address = AtsScene.Here;
        switch (row)
        {
            case "translation":
                address = AtsScene.Nowhere;
                break;
            case "range":
                address = 0x1_0000_0000_0000;
                break;
            case "access":
                tables.Put(AtsScene.Here, 3, leaf & ~AccessFlag);
                break;
            default:
                tables.Map(AtsScene.Here, AtsScene.Data);
                break;
        }

        scene.Nothing(scene.Request(address));
        Assert.Empty(scene.Rig.Smmu.Stalled);
    }

    /// <summary>§3.9.1.2: at stage 2 as at stage 1, also on the way to the CD and to the tables.</summary>
    [Case(
        "hw.ats.request.stage2-fault",
        Level.Architecture,
        "ats.020",
        "ats.021",
        "ats.096",
        "ats.106",
        "ats.002"
    )]
    [AppliesIf(nameof(CannotNest))]
    [Rows(nameof(Stage2Faults))]
    public void A_fault_of_stage_2_is_an_answer_that_permits_nothing(Profile profile, string row)
    {
        var scene = new AtsScene(profile);
        Ipa tableAt = 0x3_0000_0000;
        Ipa cdAt = 0x3_4000_0000;
        var structures = scene.Rig.Allocate(0x2_0000, 0x1_0000);
        var (tables, second, _) = scene.AttachNested(adjustEntry: entry =>
            entry with
            {
                S1ContextPtr = cdAt.Value,
            }
        );
        // The last table and the CD each stand in a page of their own.
        tables.Put(
            AtsScene.Here,
            2,
            Stage1Table.To(tableAt.Value, scene.Rig.SmallestGranule).Word(0)
        );
        second.Map(tableAt, structures);
        second.Map(cdAt, structures + 0x1_0000);
        scene.Rig.Store(structures + 0x1_0000, scene.Rig.ContextOf(tables));
        var leafAt =
            structures + ((AtsScene.Here.Value >> scene.Unit) % (1ul << (scene.Unit - 3)) * 8);
        new TableMemory(scene.Rig).Write(leafAt, tables.Leaf(AtsScene.Middle.Value).Word(0));
        Assert.Equal(AtsScene.Data.Value, scene.Request().Address);
        scene.Rig.Send(new TlbiNsnhAll());
        scene.Rig.Send(CfgiSteRange.All);

        var at =
            row.StartsWith("table", StringComparison.Ordinal) ? tableAt
            : row.StartsWith("cd", StringComparison.Ordinal) ? cdAt
            : AtsScene.Middle;
        var word = second.Read(at, 3);
        second.Put(
            at,
            3,
            row.EndsWith("permission", StringComparison.Ordinal) ? word & ~S2Ap
                : row == "access" ? word & ~AccessFlag
                : 0
        );
        scene.Rig.Send(new TlbiNsnhAll());
        scene.Rig.Send(CfgiSteRange.All);
        scene.Rig.Send(new TlbiNsnhAll());
        scene.Rig.Send(new Sync());

        scene.Nothing(scene.Request());
    }

    /// <summary>§3.9.1.2: stage 2 of the final address is not looked at if stage 1 grants nothing.</summary>
    [Case("hw.ats.request.stops-at-stage1", Level.Architecture, "ats.111")]
    [AppliesIf(nameof(CannotNest))]
    [AppliesWhere("SMMU_IDR0.HTTU", AtLeast = 1)]
    public void Where_stage_1_grants_nothing_stage_2_is_left_alone(Profile profile)
    {
        var scene = new AtsScene(profile);
        var (tables, second, _) = scene.AttachNested(adjustEntry: HttuScene.Access2);
        // Privileged only: an unprivileged request gets nothing.
        tables.Put(
            AtsScene.Here,
            3,
            (tables.Leaf(AtsScene.Middle.Value) with { AP = Stage1Ap.PrivilegedReadWrite }).Word(0)
        );
        var leaf = second.Read(AtsScene.Middle, 3) & ~AccessFlag;
        second.Put(AtsScene.Middle, 3, leaf);

        scene.Nothing(scene.Request());

        Assert.Equal(leaf, second.Read(AtsScene.Middle, 3));
    }

    private static string? CannotNest(Profile profile) => AtsScene.CannotNest(profile);
}
