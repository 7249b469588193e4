using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>How wide stage 1 addresses may be on either side, and what 52 bits change in the tables (§3.4, §5.4; Arm ARM D8.2, D8.3).</summary>
public sealed class Stage1RangeCases
{
    private static readonly StreamId Nic = 0xd;

    /// <summary>A width, the granule, DS and VAX, and whether that is legal.</summary>
    internal sealed record Width(
        string Name,
        Granule Granule,
        int Bits,
        bool Ds,
        VirtualAddressSize Vax,
        bool Legal
    )
    {
        public override string ToString() => Name;
    }

    internal static IEnumerable<Width> Widths =>
        [
            new("4k-48", Granule.Size4K, 48, false, VirtualAddressSize.Bits52, true),
            new("4k-49", Granule.Size4K, 49, false, VirtualAddressSize.Bits52, false),
            new("4k-52-ds", Granule.Size4K, 52, true, VirtualAddressSize.Bits52, true),
            new("4k-53-ds", Granule.Size4K, 53, true, VirtualAddressSize.Bits52, false),
            new("16k-49", Granule.Size16K, 49, false, VirtualAddressSize.Bits52, false),
            new("16k-52-ds", Granule.Size16K, 52, true, VirtualAddressSize.Bits52, true),
            new("64k-52", Granule.Size64K, 52, false, VirtualAddressSize.Bits52, true),
            new("64k-52-vax48", Granule.Size64K, 52, false, VirtualAddressSize.Bits48, false),
            new("64k-48-vax48", Granule.Size64K, 48, false, VirtualAddressSize.Bits48, true),
        ];

    [Case("hw.stage1.widths", Level.Architecture, "stage1.003")]
    [AppliesIf(nameof(Refusal))]
    [Rows(nameof(Widths))]
    public void Input_addresses_are_as_wide_as_granule_DS_and_VAX_let_them(
        Profile profile,
        object row
    )
    {
        var width = (Width)row;
        var rig = new TranslationRig(Wide(profile, width.Vax));
        var tables = new TestTables(rig, width.Granule, width.Bits) { Wide = width.Ds };
        var cd = rig.Allocate(64, 64);
        rig.Store(cd, rig.ContextOf(tables) with { DS = width.Ds });
        rig.StoreSte(Nic, TranslationRig.Stage1(cd));
        Iova last = (1ul << Math.Min(width.Bits, 52)) - 0x1_0000;
        if (width.Legal)
            tables.Map(last, 0xf_0000);

        var answer = rig.Access(Nic, last);

        if (width.Legal)
            Assert.Equal(0xf_0000ul, answer.Address.Value);
        else
            Assert.True(rig.TakeEvent().Is<CBadCd>(), $"{width} must be C_BAD_CD");
    }

    /// <summary>Where a block may stand: granule, level, 52-bit addresses.</summary>
    internal sealed record Block(Granule Granule, int Level, bool Wide, bool Legal)
    {
        public override string ToString() => $"{Granule}-level{Level}{(Wide ? "-wide" : "")}";
    }

    internal static IEnumerable<Block> Blocks =>
        [
            new(Granule.Size4K, 0, false, false),
            new(Granule.Size4K, 0, true, true),
            new(Granule.Size4K, 1, false, true),
            new(Granule.Size16K, 1, false, false),
            new(Granule.Size16K, 1, true, true),
            new(Granule.Size64K, 1, true, true),
        ];

    /// <summary>Arm ARM: elsewhere such a descriptor is invalid.</summary>
    [Case("hw.stage1.block-levels", Level.Architecture, "stage1.026")]
    [AppliesIf(nameof(Refusal))]
    [Rows(nameof(Blocks))]
    public void A_block_stands_only_where_its_size_exists(Profile profile, object row)
    {
        var block = (Block)row;
        var rig = new TranslationRig(Wide(profile, VirtualAddressSize.Bits52));
        var ds = block.Wide && block.Granule != Granule.Size64K;
        var tables = new TestTables(rig, block.Granule, 48) { Wide = ds };
        var cd = rig.Allocate(64, 64);
        rig.Store(cd, rig.ContextOf(tables) with { DS = ds });
        rig.StoreSte(Nic, TranslationRig.Stage1(cd));
        // A valid block whose output is zero: AF, nG, AP open to all.
        tables.Put(0x1000, block.Level, 0xc41);

        var answer = rig.Access(Nic, 0x1234);

        if (block.Legal)
            Assert.Equal(0x1234ul, answer.Address.Value);
        else
            Assert.True(rig.TakeEvent().Is<FTranslation>());
    }

    /// <summary>§3.4: IPS counts as no more than OAS, for a page and for a table on the way.</summary>
    [Case("hw.stage1.beyond-oas", Level.Architecture, "stage1.010", "stage2.028", "stage1.005")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR5.OAS", AtMost = 4)]
    [Rows(nameof(Tables))]
    public void An_output_beyond_OAS_is_F_ADDR_SIZE_though_IPS_allows_it(Profile profile, bool row)
    {
        var rig = new TranslationRig(profile);
        var (tables, _) = rig.Attach(Nic, adjust: cd => cd with { IPS = PhysicalSize.Bits48 });
        PhysicalAddress beyond = 1ul << profile.OutputAddressBits;
        if (row)
            tables.Put(0x10_0000, 2, Stage1Table.To(beyond, tables.Granule).Word(0));
        else
            tables.Map(0x10_0000, beyond);
        tables.Map(0x4000_0000, new PhysicalAddress(beyond.Value - 0x1_0000));

        rig.Access(Nic, 0x10_0000);
        var record = rig.TakeEvent();
        Assert.True(record.Is<FAddrSize>(), $"expected F_ADDR_SIZE, was {record}");
        Assert.False(record.As<FAddrSize>().S2);
        // The highest address there is passes unchanged.
        Assert.Equal(
            new PhysicalAddress(beyond.Value - 0x1_0000),
            rig.Access(Nic, 0x4000_0000).Address
        );
    }

    /// <summary>§5.4.1.1: walks are disabled, what is cached is not.</summary>
    [Case("hw.stage1.epd-hit", Level.Architecture, "stage1.027", AboutCaches = true)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_disabled_half_still_hits_the_TLB(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var (tables, cd) = rig.Attach(Nic);
        tables.Map(0x10_0000, 0x1_c000_0000);
        Assert.True(rig.Access(Nic, 0x10_0000).Passed);

        rig.Store(cd, rig.ContextOf(tables) with { EPD0 = true });
        rig.Send(new CfgiCd { StreamID = Nic, Leaf = true });
        rig.Send(new Sync());

        Assert.True(rig.Access(Nic, 0x10_0000).Passed, "the TLB still holds the page");
        rig.Access(Nic, 0x20_0000);
        Assert.True(rig.TakeEvent().Is<FTranslation>());
    }

    public static IEnumerable<bool> Tables => [false, true];

    private static Profile Wide(Profile profile, VirtualAddressSize vax) =>
        profile with
        {
            IDR5 = profile.IDR5 with
            {
                OAS = PhysicalSize.Bits52,
                VAX = vax,
                DS = true,
                GRAN4K = true,
                GRAN16K = true,
                GRAN64K = true,
            },
        };

    private static string? Refusal(Profile profile) =>
        !profile.IDR0.S1P ? "SMMU_IDR0.S1P is 0"
        : profile.AIDR.ArchMinorRev < 3 ? "DS came with SMMUv3.3"
        : null;
}
