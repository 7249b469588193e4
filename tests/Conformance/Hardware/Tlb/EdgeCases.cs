using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Edges of invalidations: the top of the address space, addresses out of range, hints that do not fit (§4.4.1.1).</summary>
public sealed class EdgeCases
{
    private static readonly StreamId Nic = 0xd;

    /// <summary>§4.4.1.1: no wrap, and none from one half into the other that would be needed.</summary>
    [Case("hw.tlb.range-top", Level.Architecture, "tlb.034", AboutCaches = true)]
    [AppliesIf(nameof(CannotRange))]
    public void A_range_beyond_the_top_does_not_wrap_to_the_bottom(Profile profile) =>
        SparesPage0(profile, 0xffff_ffff_ffff_0000, scale: 0);

    /// <summary>§4.4.1.1: a range that starts where no address is ends there too.</summary>
    [Case("hw.tlb.range-nowhere", Level.Architecture, "tlb.034", AboutCaches = true)]
    [AppliesIf(nameof(CannotRange))]
    public void A_range_with_an_odd_top_byte_reaches_nothing_else(Profile profile) =>
        SparesPage0(profile, 1ul << 59, scale: 31);

    /// <summary>§4.4.2, §4.4.3.1: an address that none can have removes nothing, or everything it may; never an error.</summary>
    [Case("hw.tlb.out-of-range", Level.Architecture, "tlb.041", "tlb.051")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    [AppliesWhere("SMMU_IDR5.OAS", AtMost = 4)]
    public void An_address_out_of_range_is_no_error(Profile profile)
    {
        var rig = new TranslationRig(profile);

        // Send fails if the command is refused.
        rig.Send(new TlbiNhVa { ASID = 1, Address = 0x00ff_0000_0000_0000 });
        rig.Send(new TlbiS2Ipa { VMID = 1, Address = 0x8000_0000_0000 });
        rig.Send(new Sync());

        Assert.Empty(rig.TakeEvents());
    }

    /// <summary>§4.4.1.1: a hint of no level in no range has no meaning.</summary>
    [Case("hw.tlb.hint-level0", Level.Architecture, "tlb.075")]
    [AppliesIf(nameof(CannotRange))]
    public void A_granule_without_range_and_level_is_CERROR_ILL(Profile profile)
    {
        var rig = Rig.Started(profile);

        Assert.Equal(
            CommandError.Illegal,
            rig.Judge(new TlbiNhVa { ASID = 1, TG = TlbiTg.Size4K })
        );
    }

    /// <summary>§4.4.1.1: what such a hint covers is UNPREDICTABLE; it is no error, and the stream goes on.</summary>
    [Case("hw.tlb.hint-unaligned", Level.Architecture, "tlb.076")]
    [AppliesIf(nameof(CannotRange))]
    public void A_hint_that_its_address_does_not_fit_is_told_and_removes_nothing(Profile profile)
    {
        var rig = Rig.Started(profile);

        rig.Submit(
            new TlbiNhVa
            {
                ASID = 1,
                Address = 0x1000,
                TG = TlbiTg.Size4K,
                TTL = 2,
            }
        );

        Assert.Equal(0u, rig.ActiveErrors.Value);
        Assert.NotEmpty(rig.Seen.Ignored);
    }

    /// <summary>§4.4.2</summary>
    [Case("hw.tlb.el3", Level.Architecture, "tlb.040")]
    [Rows(nameof(El3))]
    public void Invalidations_of_EL3_are_CERROR_ILL(Profile profile, byte row)
    {
        var rig = Rig.Started(profile);

        Assert.Equal(CommandError.Illegal, rig.Judge(new Command(row, 0)));
    }

    /// <summary>§3.21.1: after CMD_SYNC no read comes to the old tables, and no access to the old page.</summary>
    [Case("hw.tlb.complete", Level.Architecture, "tlb.017", "ordering.008")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void After_CMD_SYNC_the_old_tables_may_be_freed(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var (tables, _) = rig.Attach(Nic);
        Iova here = 0x10_0000;
        tables.Map(here, 0x1_c000_0000);
        Assert.True(rig.Access(Nic, here).Passed);
        var old = new PhysicalAddress(
            tables.SlotOf(here, 3).Value & ~(tables.Granule.PageSize - 1)
        );

        tables.Put(here, 2, 0);
        rig.Send(new TlbiNhVa { ASID = 1, Address = here });
        rig.Send(new Sync());
        rig.Memory.AbortRange(old, tables.Granule.PageSize);
        var log = new AccessLog();
        rig.Smmu.Observer = log;

        Assert.False(rig.Access(Nic, here).Passed);
        Assert.All(
            log.Places(FetchKind.Stage1Descriptor),
            at =>
                Assert.False(
                    at.Value >= old.Value && at.Value < old.Value + tables.Granule.PageSize
                )
        );
    }

    /// <summary>§6.3.9.1: the acknowledge of VMW is the point from which commands use it.</summary>
    [Case("hw.tlb.vmw-update", Level.Architecture, "tlb.077", AboutCaches = true)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    [AppliesWhere("SMMU_IDR0.VMW", 1)]
    public void Once_VMW_is_acknowledged_invalidations_use_it(Profile profile)
    {
        var warm = new WarmWorld(profile, vmid: 3);
        warm.Rig.Send(new TlbiNhAsid { VMID = 2, ASID = 1 });
        Assert.True(warm.IsHeld);

        warm.Rig.Write32(
            Cr0.Offset,
            TranslationRig.Word(
                new Cr0
                {
                    SMMUEN = true,
                    CMDQEN = true,
                    EVENTQEN = true,
                    VMW = (VmidWildcard)1,
                }
            )
        );
        Assert.Equal((VmidWildcard)1, new Cr0Ack(warm.Rig.Smmu.Read32(Cr0Ack.Offset)).VMW);
        warm.Rig.Send(new TlbiNhAsid { VMID = 2, ASID = 1 });

        Assert.False(warm.IsHeld);
    }

    // CMD_TLBI_EL3_ALL and CMD_TLBI_EL3_VA.
    public static IEnumerable<byte> El3 => [0x18, 0x1a];

    private static string? CannotRange(Profile profile) =>
        !profile.IDR0.S1P ? "SMMU_IDR0.S1P is 0"
        : !profile.IDR3.RIL ? "SMMU_IDR3.RIL is 0"
        : profile.IDR5.GRAN4K ? null
        : "the ranges of this case are of 4 KB pages";

    // A range of 32 units from an address leaves the first page of the address space in the TLB.
    private static void SparesPage0(Profile profile, ulong address, byte scale)
    {
        var rig = new TranslationRig(profile);
        var (tables, _) = rig.Attach(Nic);
        tables.Map(0, 0x1_c000_0000);
        Assert.True(rig.Access(Nic, 0).Passed);
        tables.Put(0, 3, 0);

        rig.Send(
            new TlbiNhVa
            {
                ASID = 1,
                Address = address,
                TG = TlbiTg.Size4K,
                NUM = 31,
                SCALE = scale,
            }
        );
        rig.Send(new Sync());

        Assert.True(rig.Access(Nic, 0).Passed, "page 0 is not in the range");
    }
}
