using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Which structures are read, in which order, and which never are (§3.3, §3.21.3).</summary>
public sealed class FetchCases
{
    private static readonly StreamId Nic = 0xd;
    private static readonly Iova Here = 0x10_0000;

    /// <summary>§3.3: the address has no part in it.</summary>
    [Case("hw.caches.order", Level.Architecture, "ste.002", "config-cache.001", AboutCaches = true)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void The_entry_comes_first_then_the_CD_then_the_tables(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var (tables, cd) = rig.Attach(Nic);
        tables.Map(Here, 0x1_c000_0000);
        tables.Map(Here + 0x4000_0000, 0x1_c000_0000);
        rig.Smmu.Caches.InvalidateAll();
        var log = new AccessLog();
        rig.Smmu.Observer = log;

        rig.Access(Nic, Here);
        var kinds = log.Kinds.Distinct().ToList();
        rig.Access(Nic, Here + 0x4000_0000);

        Assert.Equal([FetchKind.Ste, FetchKind.Cd, FetchKind.Stage1Descriptor], kinds);
        Assert.Equal([rig.SteAt(Nic)], log.Places(FetchKind.Ste));
        Assert.Equal([cd], log.Places(FetchKind.Cd));
    }

    /// <summary>§3.21.3: what is not valid points nowhere.</summary>
    [Case("hw.caches.invalid-pointers", Level.Architecture, "config-cache.010", "config-cache.012")]
    [NotOn(Quirks.RefusesPrefetch)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Invalids))]
    public void Pointers_of_what_is_not_valid_are_never_followed(Profile profile, string row)
    {
        var rig = new TranslationRig(profile);
        var (tables, cd) = rig.Attach(Nic);
        tables.Map(Here, 0x1_c000_0000);
        if (row == "ste")
            rig.StoreSte(Nic, TranslationRig.Stage1(cd) with { V = false });
        else
            rig.Store(cd, rig.ContextOf(tables) with { V = false });
        rig.Smmu.Caches.InvalidateAll();
        var log = new AccessLog();
        rig.Smmu.Observer = log;

        rig.Access(Nic, Here);
        rig.Send(new PrefetchConfig { StreamID = Nic });
        rig.Send(new PrefetchAddr { StreamID = Nic, Address = Here });

        Assert.Equal(0, log.Count(FetchKind.Stage1Descriptor));
        if (row == "ste")
            Assert.Equal(0, log.Count(FetchKind.Cd));
    }

    /// <summary>§3.21.3: no read outside the tables, whatever is asked.</summary>
    [Case("hw.caches.inside-tables", Level.Architecture, "config-cache.012")]
    [NotOn(Quirks.RefusesPrefetch)]
    public void Nothing_outside_the_Stream_table_is_read(Profile profile)
    {
        var rig = new TranslationRig(profile, true, new StrtabBaseCfg { LOG2SIZE = 3 });
        var log = new AccessLog();
        rig.Smmu.Observer = log;

        for (var stream = 0u; stream < 64; stream++)
        {
            rig.Send(new PrefetchConfig { StreamID = stream });
            rig.Access(stream, Here);
        }
        rig.Send(CfgiSteRange.All);

        var end = rig.StreamTable + (64ul << 3);
        Assert.All(
            log.Places(FetchKind.Ste),
            at => Assert.InRange(at.Value, rig.StreamTable.Value, end.Value - 64)
        );
    }

    /// <summary>§4.3, §3.21.3: after CMD_SYNC no read comes to what the old entry pointed to.</summary>
    [Case("hw.caches.after-sync", Level.Architecture, "config-cache.015", "config-cache.039")]
    [NotOn(Quirks.RefusesPrefetch)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void After_an_invalidation_and_CMD_SYNC_the_old_structures_may_be_freed(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var (tables, cd) = rig.Attach(Nic);
        tables.Map(Here, 0x1_c000_0000);
        Assert.True(rig.Access(Nic, Here).Passed);

        rig.StoreSte(Nic, new Ste { V = true, Config = SteConfig.Abort });
        rig.Send(new CfgiSte { StreamID = Nic, Leaf = true });
        rig.Send(new TlbiNhAsid { ASID = 1 });
        rig.Send(new Sync());
        var log = new AccessLog();
        rig.Smmu.Observer = log;
        rig.Memory.AbortRange(cd, 64);

        Assert.Equal(TranslationResult.Aborted, rig.Access(Nic, Here).Result);
        rig.Send(new PrefetchConfig { StreamID = Nic });
        Assert.Equal(0, log.Count(FetchKind.Cd));
        Assert.Equal(0, log.Count(FetchKind.Stage1Descriptor));
        Assert.Empty(rig.TakeEvents());
    }

    /// <summary>§6.3.9.6: prefetch commands included.</summary>
    [Case("hw.caches.disabled-fetches", Level.Architecture, "stream-table.023")]
    [NotOn(Quirks.RefusesPrefetch)]
    public void While_translation_is_off_the_Stream_table_is_not_read(Profile profile)
    {
        var rig = new TranslationRig(profile);
        rig.StoreSte(Nic, new Ste { V = true, Config = SteConfig.Bypass });
        rig.Disable();
        var log = new AccessLog();
        rig.Smmu.Observer = log;

        rig.Send(new PrefetchConfig { StreamID = Nic });
        rig.Send(new PrefetchAddr { StreamID = Nic, Address = Here });
        rig.Send(CfgiSteRange.All);
        rig.Access(Nic, Here);

        Assert.Equal(0, log.Count(FetchKind.Ste) + log.Count(FetchKind.L1Std));
    }

    /// <summary>§3.4.3: truncated or F_STE_FETCH.</summary>
    [Case("hw.streams.leaf-beyond", Level.Architecture, "stream-table.010")]
    [AppliesWhere("SMMU_IDR0.ST_LEVEL", 1)]
    [AppliesWhere("SMMU_IDR1.SIDSIZE", AtLeast = 12)]
    [AppliesWhere("SMMU_IDR5.OAS", AtMost = 5)]
    public void A_leaf_beyond_the_output_size_is_truncated_or_F_STE_FETCH(Profile profile)
    {
        var rig = new TranslationRig(
            profile,
            true,
            new StrtabBaseCfg
            {
                FMT = StreamTableFormat.TwoLevel,
                LOG2SIZE = 12,
                SPLIT = 6,
            }
        );
        var leaf = rig.Allocate(4096, 4096);
        rig.Store(leaf + (64ul * Nic.Value), new Ste { V = true, Config = SteConfig.Bypass });
        rig.Memory.Write64(rig.StreamTable, 7 | leaf.Value | 1ul << 50);

        var answer = rig.Access(Nic, Here);

        Assert.True(
            answer.Passed || rig.TakeEvent().Is<FSteFetch>(),
            $"{answer.Result} {answer.Event}"
        );
    }

    /// <summary>§3.4.3: the size of stage 1's output does not bind the CD itself.</summary>
    [Case("hw.cd.beyond-ips", Level.Architecture, "cd.005")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR5.OAS", AtLeast = 2)]
    public void A_CD_may_lie_beyond_IPS(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var tables = new TestTables(rig, rig.SmallestGranule);
        tables.Map(Here, 0x2000_0000);
        PhysicalAddress cd = 0x38_0000_0000;
        rig.Store(cd, rig.ContextOf(tables) with { IPS = PhysicalSize.Bits32 });
        rig.StoreSte(Nic, TranslationRig.Stage1(cd));

        Assert.True(rig.Access(Nic, Here).Passed);
    }

    /// <summary>§3.4.3: an address that no memory has makes the entry ILLEGAL.</summary>
    [Case("hw.cd.beyond-oas", Level.Architecture, "cd.004")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR5.OAS", AtMost = 5)]
    [AppliesWhere("SMMU_AIDR.ArchMinorRev", AtLeast = 1)]
    public void A_CD_beyond_the_output_size_is_C_BAD_STE(Profile profile)
    {
        var rig = new TranslationRig(profile);
        rig.StoreSte(Nic, TranslationRig.Stage1(1ul << 50));

        rig.Access(Nic, Here);

        Assert.True(rig.TakeEvent().Is<CBadSte>());
    }

    /// <summary>§5: what is Reserved is ignored, or makes the structure invalid; nothing else.</summary>
    [Case("hw.caches.reserved-bits", Level.Architecture, "config-cache.058", "ste.019", "ste.024")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Reserved_and_software_bits_are_ignored_or_refused(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var (tables, cd) = rig.Attach(Nic);
        tables.Map(Here, 0x1_c000_0000);
        // SW_RESERVED [87:84] and NSCFG [111:110] of a Non-secure entry never count.
        var word = rig.Memory.Read64(rig.SteAt(Nic) + 8);
        rig.Memory.Write64(rig.SteAt(Nic) + 8, word | 0xful << 20 | 3ul << 46);
        rig.Send(new CfgiSte { StreamID = Nic });
        Assert.Equal(0x1_c000_0000ul, rig.Access(Nic, Here).Address.Value);

        // Bits that no field has, in the last words of either structure.
        rig.Memory.Write64(rig.SteAt(Nic) + 48, ulong.MaxValue);
        rig.Memory.Write64(cd + 56, 0);
        rig.Send(new CfgiSte { StreamID = Nic });
        var answer = rig.Access(Nic, Here);

        Assert.True(
            answer.Passed
                || rig.TakeEvent() is var record && (record.Is<CBadSte>() || record.Is<CBadCd>()),
            $"{answer.Result} {answer.Event}"
        );
    }

    /// <summary>§6.3.12: E2H acts once the entry is invalidated and translation starts again.</summary>
    [Case("hw.caches.e2h", Level.Architecture, "config-cache.059", "ste.005", "ste.022", "ste.023")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.Hyp", 1)]
    public void E2H_chooses_the_regime_of_an_entry_of_EL2(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var (tables, _) = rig.Attach(Nic, adjustEntry: entry => entry with { STRW = Strw.El2 });
        var leaf = tables.Leaf(0x1_c000_0000) with { AP = Stage1Ap.PrivilegedReadWrite };
        tables.Put(Here, 3, leaf.Word(0));
        // EL2 knows no privilege.
        Assert.True(rig.Access(Nic, Here).Passed);

        rig.Disable();
        rig.Write32(Cr2.Offset, TranslationRig.Word(new Cr2 { RECINVSID = true, E2H = true }));
        rig.Send(CfgiSteRange.All);
        rig.Send(new TlbiEl2All());
        rig.Send(new Sync());
        rig.Reshape(rig.Configuration);

        Assert.False(rig.Access(Nic, Here).Passed);
    }

    public static IEnumerable<string> Invalids => ["ste", "cd"];
}
