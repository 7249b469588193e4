using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Privilege and instruction: what is checked, and what goes out (§3.3.4, §13.1.2, §13.1.4).</summary>
public sealed class PermissionAttributeCases
{
    private static readonly StreamId Nic = 0xd;
    private static readonly Iova Here = 0x1_2340_0000;

    /// <summary>An override of the entry, what a device says, and as what it is checked.</summary>
    internal sealed record Row(
        string Name,
        PrivCfg Priv,
        InstCfg Inst,
        bool Privileged,
        bool Instruction
    )
    {
        public bool Write { get; init; }
        public TransactionKind Kind { get; init; }
        public bool ComesPrivileged { get; init; }
        public bool ComesInstruction { get; init; }

        public override string ToString() => Name;
    }

    internal static IEnumerable<Row> Rows =>
        [
            new("incoming", 0, 0, false, false),
            new("incoming-privileged", 0, 0, true, true)
            {
                ComesPrivileged = true,
                ComesInstruction = true,
            },
            new("privileged", PrivCfg.Privileged, 0, true, false),
            new("unprivileged", PrivCfg.Unprivileged, 0, false, false) { ComesPrivileged = true },
            new("instruction", 0, InstCfg.Instruction, false, true),
            new("data", 0, InstCfg.Data, false, false) { ComesInstruction = true },
            new("write", 0, InstCfg.Instruction, false, false) { Write = true },
            new("write-instruction", 0, 0, false, false) { Write = true, ComesInstruction = true },
            new("atomic", 0, InstCfg.Instruction, false, false)
            {
                Write = true,
                Kind = TransactionKind.Atomic,
            },
        ];

    /// <summary>§13.1.4: the event of a page that nobody may touch says as what the access was checked.</summary>
    [Case(
        "hw.attributes.checked-as",
        Level.Architecture,
        "attributes.002",
        "attributes.028",
        "attributes.032"
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR1.ATTR_PERMS_OVR", 1)]
    [Rows(nameof(Rows))]
    public void An_access_is_checked_as_the_entry_overrides_it(Profile profile, object row)
    {
        var given = (Row)row;
        var rig = new TranslationRig(profile);
        rig.Attach(
            Nic,
            adjustEntry: entry => entry with { PRIVCFG = given.Priv, INSTCFG = given.Inst }
        );

        Send(rig, given);

        var record = rig.TakeEvent().As<FTranslation>();
        Assert.Equal(given.Privileged, record.PnU);
        Assert.Equal(given.Instruction, record.InD);
    }

    /// <summary>§3.3.4</summary>
    [Case("hw.attributes.no-perms-override", Level.Architecture, "attributes.003")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR1.ATTR_PERMS_OVR", 0)]
    public void Without_ATTR_PERMS_OVR_overrides_change_no_check(Profile profile)
    {
        var rig = new TranslationRig(profile);
        rig.Attach(
            Nic,
            adjustEntry: entry =>
                entry with
                {
                    PRIVCFG = PrivCfg.Privileged,
                    INSTCFG = InstCfg.Instruction,
                }
        );

        rig.Access(Nic, Here);

        var record = rig.TakeEvent().As<FTranslation>();
        Assert.False(record.PnU);
        Assert.False(record.InD);
    }

    /// <summary>§13.1.2: as it was checked, but for SMMUv3.4 and later, which put out privileged data alone.</summary>
    [Case("hw.attributes.put-out", Level.Architecture, "attributes.029")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void What_goes_out_is_privileged_data_from_version_3_4_on(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var (tables, _) = rig.Attach(Nic);
        tables.Map(Here, 0x1_c000_0000);

        var user = rig.Access(Nic, Here);
        var code = rig.Access(Nic, Here, instruction: true);

        var fixedOutput = profile.AIDR.ArchMinorRev >= 4;
        Assert.True(user.Passed && code.Passed);
        Assert.Equal(fixedOutput, user.Privileged);
        Assert.Equal(!fixedOutput, code.Instruction);
    }

    /// <summary>§13.1.1: the type of memory has no part in permissions.</summary>
    [Case("hw.attributes.device-instruction", Level.Architecture, "attributes.026")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void An_instruction_fetch_from_Device_memory_is_permitted(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var (tables, _) = rig.Attach(Nic, adjust: cd => cd with { MAIR0 = 0 });
        tables.Map(Here, 0x1_c000_0000);

        var answer = rig.Access(Nic, Here, instruction: true);

        Assert.True(answer.Passed, $"{answer.Event}");
        Assert.True(answer.Attributes.IsDevice);
    }

    /// <summary>§3.3.4: in EL2 AP[1] counts as set; EL1 and EL2-E2H check privilege.</summary>
    [Case("hw.attributes.el2-privilege", Level.Architecture, "attributes.001")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.Hyp", 1)]
    [Rows(nameof(Worlds))]
    public void Only_EL2_without_E2H_ignores_privilege(Profile profile, string row)
    {
        var rig = new TranslationRig(profile);
        rig.Disable();
        rig.Write32(
            Cr2.Offset,
            TranslationRig.Word(new Cr2 { RECINVSID = true, E2H = row == "E2H" })
        );
        rig.Reshape(rig.Configuration);
        var (tables, _) = rig.Attach(
            Nic,
            adjustEntry: entry => entry with { STRW = row == "EL1" ? Strw.NsEl1 : Strw.El2 }
        );
        var leaf = tables.Leaf(0x1_c000_0000) with { AP = Stage1Ap.PrivilegedReadWrite };
        tables.Put(Here, 3, leaf.Word(0));

        var answer = rig.Access(Nic, Here);

        Assert.Equal(row == "EL2", answer.Passed);
    }

    /// <summary>§3.9: a device that says nothing is unprivileged and reads data.</summary>
    [Case("hw.attributes.pcie-default", Level.Architecture, "attributes.004", "attributes.030")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Without_a_PASID_a_device_is_unprivileged(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var (tables, _) = rig.Attach(Nic);
        var leaf = tables.Leaf(0x1_c000_0000) with { AP = Stage1Ap.PrivilegedReadWrite };
        tables.Put(Here, 3, leaf.Word(0));
        var device = rig.Machine.AddEndpoint(0, Nic);

        var outcome = device.Read(Here, new byte[8]);

        Assert.NotEqual(DmaOutcome.Done, outcome.Outcome);
        var record = rig.TakeEvent();
        Assert.True(record.Is<FPermission>(), $"expected F_PERMISSION, was {record}");
        Assert.False(record.As<FPermission>().PnU);
        Assert.False(record.As<FPermission>().InD);
    }

    public static IEnumerable<string> Worlds => ["EL1", "EL2", "E2H"];

    private static void Send(TranslationRig rig, Row row) =>
        rig.Access(
            Nic,
            Here,
            write: row.Write,
            kind: row.Kind,
            privileged: row.ComesPrivileged,
            instruction: row.ComesInstruction
        );
}
