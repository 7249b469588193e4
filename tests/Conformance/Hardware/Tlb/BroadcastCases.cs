using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>What a PE's TLBI to the shareable domain removes from an SMMU that takes part (§3.17).</summary>
public sealed class BroadcastCases
{
    private static readonly BroadcastInvalidation ByAsid = new()
    {
        Scope = BroadcastScope.AsidE1,
        Asid = 1,
    };

    private static readonly BroadcastInvalidation ByAddress = new()
    {
        Scope = BroadcastScope.VaE1,
        Asid = 1,
        Address = WarmWorld.Here.Value,
    };

    /// <summary>A broadcast, and whether it reaches a translation of EL1, VMID 0, ASID 1.</summary>
    public sealed record Row(string Name, BroadcastInvalidation Operation, bool Removes)
    {
        public override string ToString() => Name;
    }

    public static IEnumerable<Row> Rows =>
        [
            new("alle1", new() { Scope = BroadcastScope.AllE1 }, true),
            new("vmalle1", new() { Scope = BroadcastScope.VmAllE1 }, true),
            new("vmalle1-other", new() { Scope = BroadcastScope.VmAllE1, Vmid = 3 }, false),
            new("aside1", ByAsid, true),
            new("aside1-other", ByAsid with { Asid = 2 }, false),
            new("vae1", ByAddress, true),
            new("vae1-other-page", ByAddress with { Address = 0x41_0000_0000 }, false),
            new("vaae1", ByAddress with { Scope = BroadcastScope.VaaE1, Asid = 9 }, true),
            new("alle2", new() { Scope = BroadcastScope.AllE2 }, false),
            new("alle2-host", new() { Scope = BroadcastScope.AllE2, HostMode = true }, false),
            new(
                "without-el2",
                new()
                {
                    Scope = BroadcastScope.VmAllE1,
                    Vmid = 3,
                    WithoutEl2 = true,
                },
                true
            ),
        ];

    /// <summary>§3.17: with BTM and PTM clear it must; by scope, VMID and ASID, and VMID 0 from PEs without EL2.</summary>
    [Case(
        "hw.broadcast.scopes",
        Level.Architecture,
        "tlb.007",
        "tlb.078",
        "asid.005",
        "probe.033",
        AboutCaches = true
    )]
    [AppliesIf(nameof(Refusal))]
    [Rows(nameof(Rows))]
    public void A_broadcast_removes_what_its_scope_covers(Profile profile, Row row)
    {
        var warm = new WarmWorld(profile);

        warm.Broadcast(row.Operation);

        // Without stage 2 there is one VMID, 0.
        Assert.Equal(!row.Removes, warm.IsHeld);
    }

    /// <summary>§6.3.12.1: PTM lets the SMMU ignore it, and this one does.</summary>
    [Case("hw.broadcast.ptm", Level.Architecture, "tlb.007", "tlb.066", AboutCaches = true)]
    [AppliesIf(nameof(Refusal))]
    public void With_PTM_a_broadcast_is_not_relied_on_and_a_command_is_needed(Profile profile)
    {
        var warm = new WarmWorld(profile, ptm: true);

        warm.Broadcast(new() { Scope = BroadcastScope.AllE1 });
        Assert.True(warm.IsHeld, "CR2.PTM is set, so the worst is that nothing happens");
        warm.Rig.Send(new TlbiNhAsid { ASID = 1 });

        Assert.False(warm.IsHeld);
    }

    /// <summary>§3.17: what is not there is not touched, and nothing else happens.</summary>
    [Case("hw.broadcast.absent-stage", Level.Architecture, "tlb.008", AboutCaches = true)]
    [AppliesIf(nameof(Refusal))]
    public void A_broadcast_for_stage_2_leaves_stage_1_and_one_for_both_does_not(Profile profile)
    {
        var warm = new WarmWorld(profile);

        warm.Broadcast(new() { Scope = BroadcastScope.IpaS2E1, Address = WarmWorld.Here.Value });
        Assert.True(warm.IsHeld);
        Assert.Empty(warm.Rig.TakeEvents());
        warm.Broadcast(new() { Scope = BroadcastScope.VmAllS12E1 });

        Assert.False(warm.IsHeld);
    }

    /// <summary>§3.17: address spaces that PEs do not share need not listen to ASID and VA, but to everything else.</summary>
    [Case(
        "hw.broadcast.aset",
        Level.Architecture,
        "asid.005",
        "asid.020",
        "asid.008",
        AboutCaches = true
    )]
    [AppliesIf(nameof(Refusal))]
    public void With_ASET_only_wide_broadcasts_and_commands_remove(Profile profile)
    {
        var warm = new WarmWorld(profile, adjust: cd => cd with { ASET = true });

        warm.Broadcast(ByAsid);
        warm.Broadcast(ByAddress);
        Assert.True(warm.IsHeld, "ASET is set, so the worst is that nothing happens");
        warm.Broadcast(new() { Scope = BroadcastScope.VmAllE1 });

        Assert.False(warm.IsHeld);
        var told = new WarmWorld(profile, adjust: cd => cd with { ASET = true });
        told.Rig.Send(new TlbiNhVa { ASID = 1, Address = WarmWorld.Here });
        Assert.False(told.IsHeld);
    }

    /// <summary>§3.17.4: eight bits of tag match when the upper bits of the message are zero.</summary>
    [Case("hw.broadcast.tag-size", Level.Architecture, "tlb.012", AboutCaches = true)]
    [AppliesIf(nameof(Refusal))]
    public void A_broadcast_with_zero_upper_bits_matches_a_tag_of_eight_bits(Profile profile)
    {
        var hardware = profile with { IDR0 = profile.IDR0 with { ASID16 = false } };
        var warm = new WarmWorld(hardware, asid: 0xa5);

        warm.Broadcast(ByAsid with { Asid = 0xa5 });

        Assert.False(warm.IsHeld);
    }

    /// <summary>§3.17.8: complete at the PE's DSB, and before it anything.</summary>
    [Case("hw.broadcast.dsb", Level.Architecture, "tlb.079", AboutCaches = true)]
    [AppliesIf(nameof(Refusal))]
    public void The_DSB_of_the_PE_completes_its_broadcasts(Profile profile)
    {
        var warm = new WarmWorld(profile);

        warm.Rig.Machine.Broadcast(in ByAsid);
        warm.Rig.Machine.CompleteBroadcasts();

        Assert.False(warm.IsHeld, "the DSB waits for every broadcast before it");
    }

    private static string? Refusal(Profile profile) =>
        !profile.IDR0.S1P ? "SMMU_IDR0.S1P is 0"
        : !profile.IDR0.BTM ? "SMMU_IDR0.BTM is 0"
        : profile.Quirks.HasFlag(Quirks.MissesBroadcasts) ? "the part misses broadcasts (erratum)"
        : null;
}
