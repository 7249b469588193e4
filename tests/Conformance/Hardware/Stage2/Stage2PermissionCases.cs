using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>What a stage 2 leaf permits, and what of it does not count (§13.4.3, §5.2; Arm ARM D8.4.2).</summary>
public sealed class Stage2PermissionCases
{
    private static readonly StreamId Nic = 0xd;
    private static readonly Iova Here = 0x8000_0000;
    private static readonly PhysicalAddress Data = 0x1_c000_0000;

    /// <summary>XN[1:0] and S2AP of a leaf, and who may do what: read and write, then user and privileged execution.</summary>
    internal sealed record Row(byte Xn, Stage2Ap Ap, string Allows, string WithoutXnx)
    {
        public override string ToString() => $"xn{Xn}-{Ap}";
    }

    // By hand from the Arm ARM: r, w as data; u and p execute unprivileged and privileged. Without XNX XN[0] counts as zero.
    internal static IEnumerable<Row> Rows =>
        [
            new(0b00, Stage2Ap.ReadWrite, "rwup", "rwup"),
            new(0b01, Stage2Ap.ReadWrite, "rwu", "rwup"),
            new(0b10, Stage2Ap.ReadWrite, "rw", "rw"),
            new(0b11, Stage2Ap.ReadWrite, "rwp", "rw"),
            new(0b00, Stage2Ap.ReadOnly, "rup", "rup"),
            new(0b00, Stage2Ap.WriteOnly, "wup", "wup"),
            new(0b00, Stage2Ap.None, "up", "up"),
            new(0b10, Stage2Ap.None, "", ""),
        ];

    [Case("hw.stage2.permissions", Level.Architecture, "stage2.026", "stage2.030")]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    [Rows(nameof(Rows))]
    public void A_leaf_permits_what_S2AP_and_XN_let_it(Profile profile, object row)
    {
        var given = (Row)row;
        var rig = new TranslationRig(profile);
        var second = rig.AttachStage2(Nic);
        second.Put(
            Here.Value,
            3,
            (second.Leaf(Data) with { S2AP = given.Ap, XN = (Stage2Xn)given.Xn }).Word(0)
        );

        var allowed =
            (rig.Access(Nic, Here).Passed ? "r" : "")
            + (rig.Access(Nic, Here, write: true).Passed ? "w" : "")
            + (rig.Access(Nic, Here, instruction: true).Passed ? "u" : "")
            + (rig.Access(Nic, Here, instruction: true, privileged: true).Passed ? "p" : "");

        Assert.Equal(profile.IDR3.XNX ? given.Allows : given.WithoutXnx, allowed);
    }

    /// <summary>§13.4.3: privilege counts for execution alone.</summary>
    [Case("hw.stage2.privilege", Level.Architecture, "stage2.026")]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    public void Privilege_does_not_count_for_data(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var second = rig.AttachStage2(Nic);
        second.Put(Here.Value, 3, (second.Leaf(Data) with { S2AP = Stage2Ap.ReadOnly }).Word(0));

        Assert.False(rig.Access(Nic, Here, write: true, privileged: true).Passed);
        Assert.True(rig.Access(Nic, Here, privileged: false).Passed);
    }

    /// <summary>§5.2: S2AFFD replaces the fault, unless hardware sets the flag.</summary>
    [Case("hw.stage2.affd", Level.Architecture, "stage2.016")]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    [Rows(nameof(Flags))]
    public void A_clear_Access_flag_is_F_ACCESS_unless_S2AFFD(Profile profile, bool row)
    {
        var rig = new TranslationRig(profile);
        var second = rig.AttachStage2(Nic, adjustEntry: entry => entry with { S2AFFD = row });
        second.Put(Here.Value, 3, (second.Leaf(Data) with { AF = false }).Word(0));

        var answer = rig.Access(Nic, Here);

        Assert.Equal(row, answer.Passed);
        if (!row)
            Assert.True(rig.TakeEvent().Is<FAccess>());
    }

    /// <summary>§3.3.5, §5.2: bits that nothing reads change no translation.</summary>
    [Case("hw.stage2.ignored-bits", Level.Architecture, "stage2.001")]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    [AppliesWhere("SMMU_IDR3.S2PI", 0)]
    public void Bits_63_to_55_of_a_leaf_do_not_count(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var second = rig.AttachStage2(Nic);
        second.Put(Here.Value, 3, second.Leaf(Data).Word(0) | 0xff80_0000_0000_0000);

        var answer = rig.Access(Nic, Here, write: true);

        Assert.Equal(Data, answer.Address);
    }

    /// <summary>§3.23.1: what MemAttr means with FEAT_MTE_PERM, and without.</summary>
    [Case("hw.stage2.mte-perm", Level.Architecture, "s2fwb.001")]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    [AppliesWhere("SMMU_AIDR.ArchMinorRev", AtLeast = 3)]
    [Rows(nameof(Flags))]
    public void MTEPERM_gives_MemAttr_0b0100_a_meaning(Profile profile, bool row)
    {
        var rig = new TranslationRig(
            profile with
            {
                IDR3 = profile.IDR3 with { MTEPERM = row, FWB = true },
            }
        );
        var second = rig.AttachStage2(Nic);
        second.Put(Here.Value, 3, (second.Leaf(Data) with { MemAttr = 0b0100 }).Word(0));
        var plain = rig.Access(Nic, Here).Attributes.ToString();
        var forced = new TranslationRig(rig.Profile);
        var tables = forced.AttachStage2(Nic, adjustEntry: entry => entry with { S2FWB = true });
        tables.Put(Here.Value, 3, (tables.Leaf(Data) with { MemAttr = 0b1110 }).Word(0));

        Assert.Equal(row ? "Normal-iWB/RAWAnTR-oWB/RAWAnTR-ISH" : "Device-nGnRnE", plain);
        Assert.Equal(
            "Normal-iWB/RAWAnTR-oWB/RAWAnTR-ISH",
            forced.Access(Nic, Here).Attributes.ToString()
        );
    }

    public static IEnumerable<bool> Flags => [false, true];
}
