using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Who may do what with a page (§13.4.1, §5.4; Arm ARM D8.4).</summary>
public sealed class WalkPermissionCases
{
    private static readonly StreamId Nic = 0xd;
    private static readonly Iova Here = 0x1000;

    /// <summary>
    /// A leaf, the controls around it, and what is permitted: privileged read, write, execute, then unprivileged.
    /// </summary>
    public sealed record Row(string Name, string Permitted)
    {
        public Func<Stage1Leaf, Stage1Leaf> Leaf { get; init; } = leaf => leaf;
        public Func<Stage1Table, Stage1Table> Table { get; init; } = table => table;
        public Func<Cd, Cd> Cd { get; init; } = cd => cd;
        public Strw World { get; init; }

        public override string ToString() => Name;
    }

    [Case("hw.stage1.permissions", Level.Architecture, "stage1.022", "cd.024", "cd.027", "cd.030")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.STALL_MODEL", 0, 1)]
    [Rows(nameof(Rows))]
    public void A_page_permits_exactly_what_its_descriptors_and_the_CD_let_it(
        Profile profile,
        Row row
    )
    {
        var rig = new TranslationRig(Able(profile));
        var (tables, _) = rig.Attach(
            Nic,
            adjust: row.Cd,
            adjustEntry: ste => ste with { STRW = row.World }
        );
        tables.Put(Here, 3, row.Leaf(tables.Leaf(0x8000)).Word(0));
        var slot = tables.SlotOf(Here, 2);
        var table = new Stage1Table([rig.Memory.Read64(slot)]);
        rig.Memory.Write64(slot, row.Table(table).Word(0));

        Assert.Equal(row.Permitted, Permitted(rig));

        // Once more from the TLB.
        Assert.Equal(row.Permitted, Permitted(rig));
    }

    /// <summary>Arm ARM D8.4: what one table takes away another does not give back, even if it takes away the same.</summary>
    [Case("hw.stage1.permissions.tables", Level.Architecture, "stage1.022")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.STALL_MODEL", 0, 1)]
    public void What_two_tables_take_away_stays_away(Profile profile)
    {
        var rig = new TranslationRig(Able(profile));
        var (tables, _) = rig.Attach(Nic);
        tables.Map(Here, 0x8000);
        // APTable [62:61] and UXNTable [60].
        foreach (var level in new[] { 1, 2 })
            tables.Put(Here, level, tables.Read(Here, level) | (7ul << 60));

        Assert.Equal("r-x ---", Permitted(rig));
    }

    [Case("hw.faults.permission", Level.Architecture, "faults.026")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.STALL_MODEL", 0, 1)]
    public void A_refused_access_is_recorded_as_it_was_checked(Profile profile)
    {
        var rig = new TranslationRig(Able(profile));
        var (tables, _) = rig.Attach(Nic);
        tables.Put(Here, 3, (tables.Leaf(0x8000) with { UXN = true }).Word(0));

        var answer = rig.Access(Nic, Here, instruction: true);

        Assert.Equal(
            new FPermission
            {
                StreamID = Nic,
                RnW = true,
                InD = true,
                CLASS = EventClass.IN,
                InputAddr = Here,
            },
            answer.Event.As<FPermission>()
        );
    }

    [Case("hw.attributes.write-is-data", Level.Architecture, "bypass.011", "events.085")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.STALL_MODEL", 0, 1)]
    public void A_write_is_data_whatever_the_device_says(Profile profile)
    {
        var rig = new TranslationRig(Able(profile));
        var (tables, _) = rig.Attach(Nic);
        tables.Put(Here, 3, (tables.Leaf(0x8000) with { AP = Stage1Ap.ReadOnly }).Word(0));

        var answer = rig.Access(Nic, Here, write: true, instruction: true);

        Assert.False(answer.Event.As<FPermission>().InD);
    }

    [Case("hw.attributes.overrides", Level.Architecture, "bypass.020", "events.085")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.STALL_MODEL", 0, 1)]
    public void Privilege_and_instruction_are_checked_as_the_STE_overrides_them(Profile profile)
    {
        var rig = new TranslationRig(
            Able(profile) with
            {
                IDR1 = profile.IDR1 with { ATTR_PERMS_OVR = true },
            }
        );
        var (tables, _) = rig.Attach(
            Nic,
            adjustEntry: ste =>
                ste with
                {
                    PRIVCFG = PrivCfg.Privileged,
                    INSTCFG = InstCfg.Instruction,
                }
        );
        tables.Put(Here, 3, (tables.Leaf(0x8000) with { PXN = true }).Word(0));

        var answer = rig.Access(Nic, Here);

        Assert.True(answer.Event.As<FPermission>() is { PnU: true, InD: true });
    }

    public static IEnumerable<Row> Rows =>
        [
            new("ap-privileged-rw", "rwx --x")
            {
                Leaf = l => l with { AP = Stage1Ap.PrivilegedReadWrite },
            },
            new("ap-rw", "rw- rwx"),
            new("ap-privileged-ro", "r-x --x")
            {
                Leaf = l => l with { AP = Stage1Ap.PrivilegedReadOnly },
            },
            new("ap-ro", "r-x r-x") { Leaf = l => l with { AP = Stage1Ap.ReadOnly } },
            new("uxn", "rw- rw-") { Leaf = l => l with { UXN = true } },
            new("pxn", "r-- r-x") { Leaf = l => l with { AP = Stage1Ap.ReadOnly, PXN = true } },
            new("aptable-no-user", "rwx --x") { Table = t => t with { APTable = 0b01 } },
            new("aptable-no-write", "r-x r-x") { Table = t => t with { APTable = 0b10 } },
            new("aptable-both", "r-x --x") { Table = t => t with { APTable = 0b11 } },
            new("uxntable", "rw- rw-") { Table = t => t with { UXNTable = true } },
            new("pxntable", "r-- r-x")
            {
                Leaf = l => l with { AP = Stage1Ap.ReadOnly },
                Table = t => t with { PXNTable = true },
            },
            new("had", "rw- rwx")
            {
                Table = t => t with { APTable = 0b11, UXNTable = true, PXNTable = true },
                Cd = cd => cd with { HAD0 = true },
            },
            new("wxn-rw", "rw- rw-") { Cd = cd => cd with { WXN = true } },
            new("wxn-privileged-rw", "rw- --x")
            {
                Leaf = l => l with { AP = Stage1Ap.PrivilegedReadWrite },
                Cd = cd => cd with { WXN = true },
            },
            new("wxn-ro", "r-x r-x")
            {
                Leaf = l => l with { AP = Stage1Ap.ReadOnly },
                Cd = cd => cd with { WXN = true },
            },
            new("pan", "--- rwx") { Cd = cd => cd with { PAN = true } },
            new("pan-privileged-page", "rwx --x")
            {
                Leaf = l => l with { AP = Stage1Ap.PrivilegedReadWrite },
                Cd = cd => cd with { PAN = true },
            },
            new("epan", "--x --x")
            {
                Leaf = l => l with { AP = Stage1Ap.PrivilegedReadWrite },
                Cd = cd => cd with { PAN = true, EPAN = true },
            },
            new("el2-rw", "rwx rwx")
            {
                Leaf = l => l with { AP = Stage1Ap.PrivilegedReadWrite, PXN = true },
                World = Strw.El2,
            },
            new("el2-xn", "r-- r--")
            {
                Leaf = l => l with { AP = Stage1Ap.ReadOnly, UXN = true },
                World = Strw.El2,
            },
            new("el2-wxn-pan", "rw- rw-")
            {
                Cd = cd => cd with { WXN = true, PAN = true },
                World = Strw.El2,
            },
            new("e0pd", "rw- ---") { Cd = cd => cd with { E0PD0 = true } },
        ];

    private static string Permitted(TranslationRig rig)
    {
        return $"{Of(true)} {Of(false)}";

        string Of(bool privileged) =>
            (May(privileged, false, false) ? "r" : "-")
            + (May(privileged, true, false) ? "w" : "-")
            + (May(privileged, false, true) ? "x" : "-");

        bool May(bool privileged, bool write, bool instruction)
        {
            var answer = rig.Access(
                Nic,
                Here,
                write,
                privileged: privileged,
                instruction: instruction
            );
            return answer.Passed;
        }
    }

    // The profile at hand with every control that a row uses.
    private static Profile Able(Profile profile) =>
        profile with
        {
            IDR0 = profile.IDR0 with
            {
                S1P = true,
                S2P = true,
                Hyp = true,
                TTENDIAN = WalkEndianness.Little,
            },
            IDR3 = profile.IDR3 with { HAD = true, E0PD = true, EPAN = true },
            IDR5 = profile.IDR5 with { GRAN4K = true },
        };
}
