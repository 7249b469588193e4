using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>That an invalidation is consumed says nothing; a CMD_SYNC behind it says that it is complete (§4.8).</summary>
public sealed class LateInvalidationTests
{
    private const uint Nic = 3;
    private const ulong Page = 0x4000_0000;
    private const ulong Memory = 0x1_0000_0000;
    private const ulong Moved = 0x1_8000_0000;

    [Fact]
    public void Without_CMD_SYNC_a_consumed_invalidation_need_not_have_happened()
    {
        var rig = With(InvalidationEffect.AtSync);
        var (tables, _) = rig.Attach(Nic);
        rig.Send(new Sync());
        tables.Map(Page, Memory);
        rig.Access(Nic, Page);
        tables.Map(Page, Moved);

        rig.Send(new TlbiNhAsid { ASID = 1 });
        var consumed = rig.Access(Nic, Page).Address.Value;
        rig.Send(new Sync());

        consumed.Should().Be(Memory);
        rig.Access(Nic, Page).Address.Value.Should().Be(Moved);
    }

    [Fact]
    public void A_CMD_SYNC_completes_all_before_it_in_one_go()
    {
        var rig = With(InvalidationEffect.AtSync);
        var (tables, _) = rig.Attach(Nic);
        rig.Send(new Sync());
        tables.Map(Page, Memory);
        rig.Access(Nic, Page);
        tables.Map(Page, Moved);
        rig.StoreSte(Nic, new Ste { V = true, Config = SteConfig.Abort });

        rig.Send(new TlbiNhAsid { ASID = 1 });
        rig.Send(new CfgiSte { StreamID = Nic, Leaf = true });
        var consumed = rig.Access(Nic, Page).Result;
        rig.Send(new Sync());

        consumed.Should().Be(TranslationResult.Passed);
        rig.Access(Nic, Page).Result.Should().Be(TranslationResult.Aborted);
        rig.Smmu.Caches.Stale().Should().BeEmpty();
    }

    [Fact]
    public void Seeded_some_happen_at_once_and_all_by_CMD_SYNC()
    {
        var rig = With(InvalidationEffect.Seeded);
        var (tables, _) = rig.Attach(Nic);
        var late = 0;
        for (var round = 0; round < 32; round++)
        {
            var to = Memory + (ulong)(uint)round * 0x1_0000;
            tables.Map(Page, to);

            rig.Send(new TlbiNhAsid { ASID = 1 });
            late += rig.Access(Nic, Page).Address.Value == to ? 0 : 1;
            rig.Send(new Sync());

            rig.Access(Nic, Page).Address.Value.Should().Be(to);
        }
        late.Should().BeInRange(4, 28);
    }

    private static TranslationRig With(InvalidationEffect effect)
    {
        var rig = new TranslationRig(
            Profiles.Maximal,
            options => options with { Invalidations = effect }
        );
        rig.Smmu.Caches.AdversarialPrefetch = false;
        return rig;
    }
}
