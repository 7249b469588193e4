using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>The range and level fields of TLB invalidations (§4.4.1.1).</summary>
public sealed class RangeInvalidation
{
    /// <summary>A command with range fields.</summary>
    public sealed record Row(string Name, TlbiNhVa Command)
    {
        /// <inheritdoc/>
        public override string ToString() => Name;
    }

    /// <summary>Fields that need RIL.</summary>
    public static IEnumerable<Row> RangeFields =>
        [
            new("num", new TlbiNhVa { NUM = 1, TG = TlbiTg.Size4K }),
            new("scale", new TlbiNhVa { SCALE = 1, TG = TlbiTg.Size4K }),
            new("ttl", new TlbiNhVa { TTL = 3, TG = TlbiTg.Size4K }),
        ];

    /// <summary>§4.4.1.1: without RIL the fields are reserved.</summary>
    [Case("hw.commands.range-feature", Level.Architecture, "tlb.037", "commands.052")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(RangeFields))]
    public void Range_fields_are_legal_exactly_with_RIL(Profile profile, Row row)
    {
        var rig = Rig.Started(profile);

        var error = rig.Judge(row.Command);

        Assert.Equal(profile.IDR3.RIL ? CommandError.None : CommandError.Illegal, error);
    }

    /// <summary>Illegal whether the SMMU has ranges or not.</summary>
    public static IEnumerable<Row> Illegal =>
        [
            new("tg-alone", new TlbiNhVa { TG = TlbiTg.Size4K }),
            new("num-without-tg", new TlbiNhVa { NUM = 1 }),
            new("scale-without-tg", new TlbiNhVa { SCALE = 1 }),
            new("ttl-without-tg", new TlbiNhVa { TTL = 3 }),
        ];

    /// <summary>§4.4.1.1: a granule without a range or a level is a reserved combination, and so is the reverse.</summary>
    [Case("hw.commands.range-reserved", Level.Architecture, "tlb.028", "commands.013")]
    [Rows(nameof(Illegal))]
    public void Reserved_combinations_of_range_fields_are_refused(Profile profile, Row row)
    {
        var rig = Rig.Started(profile);

        Assert.Equal(CommandError.Illegal, rig.Judge(row.Command));
    }

    /// <summary>§4.4.1.1: the hint counts as none, which leaves the reserved combination.</summary>
    [Case("hw.commands.range-16k-level-1", Level.Architecture, "tlb.030")]
    [AppliesWhere("SMMU_IDR3.RIL", 1)]
    [AppliesWhere("SMMU_IDR5.DS", 0)]
    public void A_level_1_hint_for_16_KB_pages_is_refused_without_DS(Profile profile)
    {
        var rig = Rig.Started(profile);

        var error = rig.Judge(new TlbiNhVa { TG = TlbiTg.Size16K, TTL = 1 });

        Assert.Equal(CommandError.Illegal, error);
    }

    /// <summary>§4.4.1.1: SCALE has five bits.</summary>
    [Case("hw.commands.range-scale", Level.Architecture, "tlb.029")]
    [AppliesWhere("SMMU_IDR3.RIL", 1)]
    [AppliesWhere("SMMU_IDR5.DS", 0)]
    public void The_sixth_bit_of_SCALE_is_reserved_without_DS(Profile profile)
    {
        var rig = Rig.Started(profile);

        var error = rig.Judge(new TlbiNhVa { TG = TlbiTg.Size4K, SCALE = 32 });

        Assert.Equal(CommandError.Illegal, error);
    }

    /// <summary>Addresses that are not aligned to the level of the hint.</summary>
    public static IEnumerable<Row> Unaligned =>
        [
            new("4k-level-1", Hint(TlbiTg.Size4K, 1, 0x3ff0_0000)),
            new("4k-level-2", Hint(TlbiTg.Size4K, 2, 0x0010_0000)),
            new("16k-level-2", Hint(TlbiTg.Size16K, 2, 0x0100_0000)),
            new("16k-level-3", Hint(TlbiTg.Size16K, 3, 0x0000_1000)),
            new("64k-level-2", Hint(TlbiTg.Size64K, 2, 0x1000_0000)),
            new("64k-level-3", Hint(TlbiTg.Size64K, 3, 0x0000_8000)),
        ];

    /// <summary>§4.4.1.1: the range is then unpredictable; here it is empty.</summary>
    [Case("hw.commands.range-unaligned", Level.Architecture, "tlb.029", "tlb.030")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Unaligned))]
    [AppliesWhere("SMMU_IDR3.RIL", 1)]
    public void A_hinted_address_that_is_not_aligned_to_its_level_invalidates_nothing(
        Profile profile,
        Row row
    )
    {
        var rig = Rig.Started(profile);

        rig.Submit(row.Command);

        Assert.Equal(0u, rig.Unconsumed);
        Assert.Equal("4.4.1.1", Assert.Single(rig.Seen.Ignored));
    }

    private static TlbiNhVa Hint(TlbiTg granule, byte level, ulong address) =>
        new()
        {
            TG = granule,
            TTL = level,
            Address = new(address),
        };
}
