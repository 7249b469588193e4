using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>What each fault of a part does, exactly as <see cref="Quirks"/> says, and what the same part does without it.</summary>
public sealed class QuirkEffectTests
{
    private const uint Nic = 3;
    private const ulong Page = 0x4000_0000;
    private const ulong Memory = 0x1_0000_0000;
    private const ulong Moved = 0x1_8000_0000;

    [Theory, InlineData(true), InlineData(false)]
    public void What_both_stages_made_survives_commands_by_address_and_ASID(bool faulty)
    {
        var rig = QuietOn(Profiles.Mmu600, Quirks.MissesNestedEntries, faulty);
        var (tables, second, _) = rig.AttachNested(Nic, asid: 1, vmid: 1);
        second.Map(Memory, Memory);
        second.Map(Moved, Moved);
        tables.Map(Page, Memory);
        Assert.Equal(Memory, rig.Access(Nic, Page).Address.Value);
        tables.Map(Page, Moved);

        rig.SendOnce(
            new TlbiNhVa
            {
                VMID = 1,
                ASID = 1,
                Address = Page,
            }
        );
        rig.SendOnce(new TlbiNhVaa { VMID = 1, Address = Page });
        rig.SendOnce(new TlbiNhAsid { VMID = 1, ASID = 1 });
        rig.SendOnce(new Sync());
        var byAddress = rig.Access(Nic, Page).Address.Value;
        rig.SendOnce(new TlbiNhAll { VMID = 1 });
        rig.SendOnce(new Sync());

        byAddress.Should().Be(faulty ? Memory : Moved);
        rig.Access(Nic, Page).Address.Value.Should().Be(Moved, "the scope of a VMID finds it");
    }

    [Fact]
    public void What_stage_1_alone_made_does_not_survive_them()
    {
        var rig = QuietOn(Profiles.Mmu600, Quirks.MissesNestedEntries, faulty: true);
        var (tables, _) = rig.Attach(Nic);
        tables.Map(Page, Memory);
        rig.Access(Nic, Page);
        tables.Map(Page, Moved);

        rig.SendOnce(new TlbiNhVa { ASID = 1, Address = Page });

        rig.Access(Nic, Page).Address.Value.Should().Be(Moved);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void An_invalidation_behind_one_of_another_kind_is_lost_without_CMD_SYNC_between(
        bool faulty
    )
    {
        var rig = QuietOn(Profiles.Mmu700R0, Quirks.LosesUnsyncedCommands, faulty);
        var (tables, _) = rig.Attach(Nic);
        tables.Map(Page, Memory);
        rig.Access(Nic, Page);
        tables.Map(Page, Moved);

        rig.SendOnce(new CfgiSte { StreamID = Nic, Leaf = true });
        rig.SendOnce(new TlbiNhAsid { ASID = 1 });
        var behind = rig.Access(Nic, Page).Address.Value;
        rig.SendOnce(new Sync());
        var after = rig.Access(Nic, Page).Address.Value;
        rig.SendOnce(new TlbiNhAsid { ASID = 1 });

        behind.Should().Be(faulty ? Memory : Moved);
        after.Should().Be(behind, "what is lost does not come back with a CMD_SYNC");
        rig.Access(Nic, Page).Address.Value.Should().Be(Moved);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void A_translation_survives_one_invalidation_and_not_two_with_CMD_SYNC_between(
        bool faulty
    )
    {
        var rig = QuietOn(Profiles.Tegra264, Quirks.SurvivesOneInvalidation, faulty);
        var (tables, _) = rig.Attach(Nic);
        tables.Map(Page, Memory);
        rig.Access(Nic, Page);
        tables.Map(Page, Moved);

        rig.SendOnce(new TlbiNhAsid { ASID = 1 });
        rig.SendOnce(new TlbiNhAsid { ASID = 1 });
        rig.SendOnce(new Sync());
        var once = rig.Access(Nic, Page).Address.Value;
        rig.SendOnce(new TlbiNhAsid { ASID = 1 });

        once.Should().Be(faulty ? Memory : Moved);
        rig.Access(Nic, Page).Address.Value.Should().Be(Moved);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void An_entry_survives_one_invalidation_likewise(bool faulty)
    {
        var rig = QuietOn(Profiles.Tegra264, Quirks.SurvivesOneInvalidation, faulty);
        rig.Attach(Nic);
        rig.Access(Nic, Page);
        rig.StoreSte(Nic, new Ste { V = true, Config = SteConfig.Abort });

        rig.SendOnce(new CfgiSte { StreamID = Nic, Leaf = true });
        rig.SendOnce(new Sync());
        var once = rig.Access(Nic, Page).Result;
        rig.SendOnce(new CfgiSte { StreamID = Nic, Leaf = true });

        once.Should().Be(faulty ? TranslationResult.Faulted : TranslationResult.Aborted);
        rig.Access(Nic, Page).Result.Should().Be(TranslationResult.Aborted);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void A_prefetch_stops_the_queue(bool faulty)
    {
        var rig = QuietOn(Profiles.HiSilicon, Quirks.RefusesPrefetch, faulty);

        var before = new GError(rig.Smmu.Read32(GError.Offset)).CMDQ_ERR;

        rig.Submit(new PrefetchConfig { StreamID = Nic });

        var now = new GError(rig.Smmu.Read32(GError.Offset)).CMDQ_ERR;
        (now != before).Should().Be(faulty);
        if (faulty)
            new CmdqCons(rig.Smmu.Read32(CmdqCons.Offset)).ERR.Should().Be(CommandError.Illegal);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void A_message_overwrites_four_bytes_behind_its_target(bool faulty)
    {
        var rig = QuietOn(Profiles.HiSilicon, Quirks.WidensMessages, faulty);
        var target = rig.Allocate(64, 64);

        rig.SendOnce(
            new Sync
            {
                CS = CompletionSignal.Irq,
                MSIAddress = target,
                MSIData = 5,
            }
        );

        rig.Memory.Read32(target).Should().Be(5);
        (rig.Memory.Read32(target + 4) != 0).Should().Be(faulty);
        rig.Memory.Read64(target + 8).Should().Be(0);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void The_indexes_of_the_Event_queue_stand_on_page_0_and_nothing_on_page_1(bool faulty)
    {
        var rig = QuietOn(Profiles.ThunderX2, Quirks.PageZeroOnly, faulty);
        rig.Access(Nic, Page);

        var (page0, page1) = (rig.Smmu.Read32(0xa8), rig.Smmu.Read32(0x1_00a8));

        (page0, page1).Should().Be(faulty ? (1u, 0u) : (0u, 1u));
    }

    [Theory, InlineData(true), InlineData(false)]
    public void One_wire_serves_every_interrupt(bool faulty)
    {
        var rig = QuietOn(Profiles.ThunderX2, Quirks.SharesInterrupt, faulty);

        rig.SendOnce(new Sync { CS = CompletionSignal.Irq });

        rig.Smmu.Lines.IsPending(InterruptLine.Combined).Should().Be(faulty);
        rig.Smmu.Lines.IsPending(InterruptLine.CommandSync).Should().Be(!faulty);
    }

    private static TranslationRig QuietOn(Profile part, Quirks quirk, bool faulty)
    {
        part.Quirks.Should().HaveFlag(quirk);
        var rig = new TranslationRig(
            faulty ? part with { Quirks = quirk } : part with { Quirks = Quirks.None }
        );
        rig.Smmu.Caches.AdversarialPrefetch = false;
        return rig;
    }
}
