using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>What a Translation Completion grants, for what is asked and what the tables permit (§13.7, §13.7.1).</summary>
public sealed class RequestGrantCases
{
    private const uint Pasid = 1;

    /// <summary>One line: what is asked of which page, and the answer.</summary>
    /// <param name="Name">What it shows.</param>
    /// <param name="Ap">AP[2:1] of the page.</param>
    /// <param name="Execute">It may be executed, at either privilege.</param>
    public sealed record Grant(string Name, Stage1Ap Ap, bool Execute)
    {
        /// <summary>NW of the request.</summary>
        public bool NoWrite { get; init; }

        /// <summary>Exe of the request.</summary>
        public bool Exe { get; init; }

        /// <summary>Priv of the request.</summary>
        public bool Priv { get; init; }

        /// <summary>STE.INSTCFG.</summary>
        public InstCfg Instruction { get; init; }

        /// <summary>STE.PRIVCFG.</summary>
        public PrivCfg Privilege { get; init; }

        /// <summary>The entry overrides something.</summary>
        public bool Overrides => Instruction != InstCfg.Incoming || Privilege != PrivCfg.Incoming;

        /// <summary>The letters of R, W and X that are granted; a small w may be.</summary>
        public required string Gets { get; init; }

        public override string ToString() => Name;
    }

    /// <summary>The table of §13.7, and its pseudocode where the table has no line.</summary>
    public static IEnumerable<Grant> Grants =>
        [
            new("nw-of-user-ro", Stage1Ap.ReadOnly, true) { NoWrite = true, Gets = "R" },
            new("user-rw", Stage1Ap.ReadWrite, true) { Gets = "RW" },
            new("user-ro", Stage1Ap.ReadOnly, true) { Gets = "R" },
            new("privileged-rw", Stage1Ap.PrivilegedReadWrite, true) { Priv = true, Gets = "RW" },
            new("exe-of-xn", Stage1Ap.ReadWrite, false)
            {
                NoWrite = true,
                Exe = true,
                Gets = "Rw",
            },
            new("rw-of-xn", Stage1Ap.ReadWrite, false) { Gets = "RW" },
            new("exe", Stage1Ap.ReadWrite, true) { Exe = true, Gets = "RWX" },
            new("exe-of-execute-only", Stage1Ap.PrivilegedReadWrite, true)
            {
                Exe = true,
                Gets = "",
            },
            new("user-of-privileged", Stage1Ap.PrivilegedReadWrite, true) { Gets = "" },
            new("forced-unprivileged", Stage1Ap.PrivilegedReadWrite, false)
            {
                Priv = true,
                Privilege = PrivCfg.Unprivileged,
                Gets = "",
            },
            new("forced-privileged", Stage1Ap.PrivilegedReadWrite, false)
            {
                Privilege = PrivCfg.Privileged,
                Gets = "RW",
            },
            new("execute-only-as-instruction", Stage1Ap.PrivilegedReadWrite, true)
            {
                Exe = true,
                Instruction = InstCfg.Instruction,
                Gets = "RX",
            },
            new("execute-only-as-instruction-unasked", Stage1Ap.PrivilegedReadWrite, true)
            {
                Instruction = InstCfg.Instruction,
                Gets = "R",
            },
            new("xn-as-instruction", Stage1Ap.ReadWrite, false)
            {
                Exe = true,
                Instruction = InstCfg.Instruction,
                Gets = "W",
            },
            new("xn-as-data", Stage1Ap.ReadOnly, false)
            {
                Exe = true,
                Instruction = InstCfg.Data,
                Gets = "RX",
            },
        ];

    /// <summary>§13.7: permissions of stage 1, with a PASID.</summary>
    [Case(
        "hw.ats.grant.stage1",
        Level.Architecture,
        "ats.021",
        "ats.094",
        "ats.095",
        "ats.101",
        "ats.102",
        "ats.015",
        "ats.106",
        "ats.013",
        "attributes.032"
    )]
    [AppliesIf(nameof(CannotTell))]
    [Rows(nameof(Plain))]
    public void What_is_granted_follows_from_the_page_and_the_request(Profile profile, Grant row) =>
        Granted(profile, row);

    /// <summary>§13.7.1: INSTCFG and PRIVCFG change what is checked, and Priv of the answer does not show it.</summary>
    [Case("hw.ats.grant.overridden", Level.Architecture, "ats.015", "ats.095", "attributes.032")]
    [AppliesIf(nameof(CannotTell))]
    [AppliesWhere("SMMU_IDR1.ATTR_PERMS_OVR", 1)]
    [Rows(nameof(Overridden))]
    public void Overrides_of_permissions_apply_to_requests(Profile profile, Grant row) =>
        Granted(profile, row);

    private static void Granted(Profile profile, Grant row)
    {
        var scene = new AtsScene(profile);
        var tables = scene.AttachSubstreams(S1Dss.Terminate);
        scene.Replace(scene.Entry with { INSTCFG = row.Instruction, PRIVCFG = row.Privilege });
        tables.Put(
            AtsScene.Here,
            3,
            (
                tables.Leaf(AtsScene.Data) with
                {
                    AP = row.Ap,
                    UXN = !row.Execute,
                    PXN = !row.Execute,
                }
            ).Word(0)
        );

        var completion = scene.Request(
            pasid: Pasid,
            noWrite: row.NoWrite,
            execute: row.Exe,
            privileged: row.Priv
        );

        Agrees(scene, completion, row);
        Assert.Equal(row.Priv, completion.Privileged);
    }

    /// <summary>§13.7: without a PASID a request is unprivileged and of data, and so is its answer.</summary>
    [Case("hw.ats.grant.without-pasid", Level.Architecture, "ats.093", "ats.101")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    public void Without_a_PASID_a_request_is_unprivileged_and_of_data(Profile profile)
    {
        var scene = new AtsScene(profile);
        var (tables, _) = scene.Attach();

        var completion = scene.Request(execute: true, privileged: true);

        scene.Permits(completion, read: true, write: true);
        Assert.False(completion.Privileged);

        var privileged = AtsScene.Here + 0x10_0000;
        tables.Put(
            privileged,
            3,
            (tables.Leaf(AtsScene.Data) with { AP = Stage1Ap.PrivilegedReadWrite }).Word(0)
        );
        scene.Nothing(scene.Request(privileged, privileged: true));
    }

    /// <summary>§13.6.3, §13.7: only what both stages permit, for the smaller of both sizes.</summary>
    [Case("hw.ats.grant.both-stages", Level.Architecture, "ats.088", "ats.021", "ats.089")]
    [AppliesIf(nameof(CannotNest))]
    [Rows(nameof(Stage2Permissions))]
    public void Only_what_both_stages_permit_is_granted(Profile profile, int row)
    {
        var scene = new AtsScene(profile);
        var (_, second, _) = scene.AttachNested();
        var ap = (Stage2Ap)row;
        second.Put(AtsScene.Middle, 3, (second.Leaf(AtsScene.Data) with { S2AP = ap }).Word(0));

        var completion = scene.Request();

        // S2AP by hand: bit 0 is read, bit 1 is write.
        scene.Permits(completion, read: (row & 1) != 0, write: (row & 2) != 0);
        if (row != 0)
            Assert.Equal(AtsScene.Data.Value, completion.Address);
    }

    /// <summary>§13.6.3: a completion is one span of one mapping.</summary>
    [Case("hw.ats.grant.size", Level.Architecture, "ats.088")]
    [AppliesIf(nameof(CannotNest))]
    [Rows(nameof(Blocks))]
    public void A_completion_is_no_larger_than_the_smaller_mapping(Profile profile, string row)
    {
        var scene = new AtsScene(profile);
        var (tables, second, _) = scene.AttachNested();
        var size = scene.Rig.SmallestGranule.LeafSize(2);
        Iova block = 0x4000_0000;
        Ipa middle = 0x2_8000_0000;
        PhysicalAddress data = 0x1_8000_0000;
        tables.Map(block, middle.Value, row == "first" ? 3 : 2);
        second.Map(middle, data, row == "second" ? 3 : 2);

        var completion = scene.Request(block);

        var span = row == "neither" ? size : scene.Rig.SmallestGranule.PageSize;
        Assert.InRange(1ul << completion.Size, scene.Rig.SmallestGranule.PageSize, span);
        Assert.Equal(data.Value, completion.Address);
    }

    /// <summary>§13.6.2: nothing is put into the bits of an address that no memory has.</summary>
    [Case("hw.ats.grant.address", Level.Architecture, "ats.086", "ats.119")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    public void An_address_has_no_bits_beyond_the_output_size(Profile profile)
    {
        var scene = new AtsScene(profile);
        var (tables, _) = scene.Attach();
        tables.Put(AtsScene.Here, 3, (tables.Leaf(AtsScene.Data) with { AttrIndx = 3 }).Word(0));

        Assert.Equal(AtsScene.Data.Value, scene.Request(AtsScene.Here + 0x7ff).Address);
    }

    public static IEnumerable<Grant> Plain => Grants.Where(g => !g.Overrides);

    public static IEnumerable<Grant> Overridden => Grants.Where(g => g.Overrides);

    public static IEnumerable<int> Stage2Permissions => [0, 1, 2, 3];

    public static IEnumerable<string> Blocks => ["first", "second", "neither"];

    private static void Agrees(AtsScene scene, AtsCompletion completion, Grant row)
    {
        var may = row.Gets.Contains('w', StringComparison.Ordinal);
        scene.Permits(
            may ? completion with { Write = false } : completion,
            read: row.Gets.Contains('R', StringComparison.Ordinal),
            write: row.Gets.Contains('W', StringComparison.Ordinal),
            execute: row.Gets.Contains('X', StringComparison.Ordinal)
        );
    }

    private static string? CannotNest(Profile profile) => AtsScene.CannotNest(profile);

    private static string? CannotTell(Profile profile) => AtsScene.CannotNameSubstreams(profile);
}
