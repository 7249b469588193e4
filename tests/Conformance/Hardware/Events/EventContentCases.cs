using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>What stands in a record beside the fault itself, and how many records there are (§7.2, §7.3).</summary>
public sealed class EventContentCases
{
    private static readonly StreamId Nic = 0xd;
    private static readonly Iova Here = 0x10_0000;

    /// <summary>§7.2: one record, of what is met first.</summary>
    [Case("hw.events.one", Level.Architecture, "events.037")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_transaction_makes_one_record_though_more_is_wrong(Profile profile)
    {
        var rig = new TranslationRig(profile);
        // The CD is not valid, and its tables would map nothing either.
        rig.Attach(Nic, adjust: cd => cd with { V = false });

        rig.Access(Nic, Here);

        Assert.True(rig.TakeEvent().Is<CBadCd>());
    }

    /// <summary>§7.3.2, §16.7.1: also while translation is off.</summary>
    [Case("hw.events.uut", Level.Architecture, "events.098", "events.042", "events.060")]
    [Rows(nameof(Enabled))]
    public void An_unsupported_transaction_is_F_UUT_with_translation_on_or_off(
        Profile profile,
        bool row
    )
    {
        var rig = new TranslationRig(profile);
        if (!row)
            rig.Disable();

        var answer = rig.Access(Nic, Here, kind: TransactionKind.Unsupported);

        Assert.False(answer.Passed);
        var record = rig.TakeEvent();
        Assert.True(record.Is<FUut>(), $"expected F_UUT, was {record}");
        Assert.Equal(Nic, record.StreamID);
    }

    /// <summary>§7.3.12: by whose descriptor it is, and for what.</summary>
    [Case("hw.events.walk-abort", Level.Architecture, "events.078")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    [Rows(nameof(Aborts))]
    public void An_aborted_descriptor_says_its_stage_and_what_it_was_for(Profile profile, Abort row)
    {
        var rig = new TranslationRig(profile);
        Ipa data = 0x2_4000_0000;
        Ipa root = 0x3_0000_0000;
        Ipa context = 0x3_4000_0000;
        var cd = rig.Allocate(0x1_0000, 0x1_0000);
        var (tables, second, _) = rig.AttachNested(
            Nic,
            adjustEntry: entry => entry with { S1ContextPtr = context.Value }
        );
        tables.Map(Here, data.Value);
        second.Map(data, 0x1_c000_0000);
        second.Map(root, tables.Root);
        second.Map(context, cd);
        rig.Store(cd, rig.ContextOf(tables) with { TTB0 = root.Value });
        var slot = row.Class switch
        {
            _ when !row.Stage2 => tables.SlotOf(Here, 3),
            EventClass.CD => second.SlotOf(context, 3),
            EventClass.TTD => second.SlotOf(root, 3),
            _ => second.SlotOf(data, 3),
        };
        rig.Memory.AbortRange(slot, 8);
        rig.Send(CfgiSteRange.All);
        rig.Send(new TlbiNsnhAll());

        rig.Access(Nic, Here);

        var record = rig.TakeEvent();
        Assert.True(record.Is<FWalkEabt>(), $"expected F_WALK_EABT, was {record}");
        var abort = record.As<FWalkEabt>();
        Assert.Equal(row.Stage2, abort.S2);
        Assert.Equal(row.Class, abort.CLASS);
        Assert.Equal(slot, abort.FetchAddr);
        Assert.Equal(Here, abort.InputAddr);
    }

    /// <summary>§7.3: what the Non-secure queue never shows, and features that do not exist.</summary>
    [Case("hw.events.zero-fields", Level.Architecture, "events.053", "events.084", "events.103")]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    public void Fields_of_what_does_not_exist_are_zero(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var second = rig.AttachStage2(Nic);
        Ipa here = 0x1_0000_0000;
        second.Put(here, 3, (second.Leaf(0x1_c000_0000) with { S2AP = Stage2Ap.ReadOnly }).Word(0));

        rig.Access(Nic, here.Value + 0x123, write: true);

        var record = rig.TakeEvent();
        Assert.True(record.Is<FPermission>());
        // Bits of F_PERMISSION by hand: id, StreamID; PnU, InD and RnW clear, S2 [103], CLASS IN [105:104]; IPA [247:204].
        Assert.Equal(0x13ul | (ulong)Nic.Value << 32, record.Word0);
        var stall = profile.IDR0.STALL_MODEL == StallModel.StallOnly;
        var tag = stall ? record.As<FPermission>().STAG | 1ul << 31 : 0;
        Assert.Equal(tag | 1ul << 39 | 0b10ul << 40, record.Word1);
        Assert.Equal(here.Value + 0x123, record.Word2);
        Assert.Equal(here.Value, record.Word3);
    }

    /// <summary>§7.3.10: bits by hand, for there is no InputAddr where others have it.</summary>
    [Case("hw.events.cd-fetch-bits", Level.Architecture, "events.104")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void The_address_of_a_CD_stands_in_the_last_word(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var cd = rig.Allocate(64, 64);
        rig.StoreSte(Nic, TranslationRig.Stage1(cd));
        rig.Memory.AbortRange(cd, 64);

        rig.Access(Nic, Here);

        var record = rig.TakeEvent();
        Assert.Equal(0x09, record.Id);
        Assert.Equal(cd.Value, record.Word3);
        Assert.Equal(0ul, record.Word2);
    }

    /// <summary>A descriptor that aborts: of which stage, for what.</summary>
    public sealed record Abort(bool Stage2, EventClass Class)
    {
        public override string ToString() => $"stage{(Stage2 ? 2 : 1)}-{Class}";
    }

    public static IEnumerable<Abort> Aborts =>
        [
            new(false, EventClass.TTD),
            new(true, EventClass.CD),
            new(true, EventClass.TTD),
            new(true, EventClass.IN),
        ];

    public static IEnumerable<bool> Enabled => [true, false];
}
