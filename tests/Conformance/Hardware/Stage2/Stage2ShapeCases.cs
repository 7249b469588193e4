using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Where a stage 2 walk starts, in how many tables, and which settings do not fit together (§5.2; Arm ARM D8.2).</summary>
public sealed class Stage2ShapeCases
{
    private static readonly StreamId Nic = 0xd;

    /// <summary>A legal shape, as the Arm ARM tabulates it: width, start level, S2SL0.</summary>
    internal sealed record Shape(
        Granule Granule,
        int Bits,
        int StartLevel,
        byte Code,
        bool Ds = false
    )
    {
        public override string ToString() => $"{Granule}-{Bits}bits-level{StartLevel}";
    }

    // Of each granule and level: the narrowest or a usual width, the widest of one table, and sixteen tables side by side.
    internal static IEnumerable<Shape> Shapes =>
        [
            new(Granule.Size4K, 31, 2, 0),
            new(Granule.Size4K, 34, 2, 0),
            new(Granule.Size4K, 39, 1, 1),
            new(Granule.Size4K, 40, 1, 1),
            new(Granule.Size4K, 43, 1, 1),
            new(Granule.Size4K, 44, 0, 2),
            new(Granule.Size4K, 48, 0, 2),
            new(Granule.Size16K, 29, 3, 0),
            new(Granule.Size16K, 36, 2, 1),
            new(Granule.Size16K, 40, 2, 1),
            new(Granule.Size16K, 42, 1, 2),
            new(Granule.Size16K, 47, 1, 2),
            new(Granule.Size64K, 33, 3, 0),
            new(Granule.Size64K, 42, 2, 1),
            new(Granule.Size64K, 46, 2, 1),
            new(Granule.Size64K, 48, 1, 2),
        ];

    // Level 3 at once, which only small tables make possible.
    internal static IEnumerable<Shape> SmallShapes =>
        [
            new(Granule.Size4K, 21, 3, 3),
            new(Granule.Size4K, 25, 3, 3),
            new(Granule.Size16K, 16, 3, 0),
        ];

    internal static IEnumerable<Shape> WideShapes =>
        [
            new(Granule.Size64K, 52, 1, 2),
            new(Granule.Size4K, 52, -1, 0, true),
            new(Granule.Size4K, 49, -1, 0, true),
            new(Granule.Size16K, 52, 0, 3, true),
            new(Granule.Size16K, 51, 1, 2, true),
        ];

    /// <summary>A setting that does not fit together, or that the hardware does not have.</summary>
    internal sealed record Misfit(string Name, Tg0 Granule, int Bits, byte Code)
    {
        public override string ToString() => Name;
    }

    internal static IEnumerable<Misfit> Misfits =>
        [
            new("4k-level2-35", Tg0.Size4K, 35, 0),
            new("4k-level1-44", Tg0.Size4K, 44, 1),
            new("4k-level1-30", Tg0.Size4K, 30, 1),
            new("4k-level0-39", Tg0.Size4K, 39, 2),
            new("4k-level3-without-stt", Tg0.Size4K, 25, 3),
            new("16k-level3-30", Tg0.Size16K, 30, 0),
            new("16k-level2-41", Tg0.Size16K, 41, 1),
            new("16k-level2-25", Tg0.Size16K, 25, 1),
            new("16k-level0", Tg0.Size16K, 48, 3),
            new("64k-level3-34", Tg0.Size64K, 34, 0),
            new("64k-level2-47", Tg0.Size64K, 47, 1),
            new("64k-level1-42", Tg0.Size64K, 42, 2),
            new("64k-reserved", Tg0.Size64K, 48, 3),
            new("too-narrow", Tg0.Size4K, 24, 0),
            new("too-wide", Tg0.Size4K, 49, 2),
        ];

    [Case(
        "hw.stage2.shapes",
        Level.Architecture,
        "stage2.010",
        "stage2.029",
        "stage2.003",
        "stage2.009"
    )]
    [AppliesIf(nameof(Refusal))]
    [Rows(nameof(Shapes))]
    public void The_first_tables_cover_the_range_and_nothing_lies_beyond(
        Profile profile,
        object row
    ) => CheckShape(With(profile), (Shape)row);

    [Case("hw.stage2.small-shapes", Level.Architecture, "stage2.010", "stage2.009")]
    [AppliesIf(nameof(Refusal))]
    [Rows(nameof(SmallShapes))]
    public void Small_tables_start_at_the_last_level(Profile profile, object row)
    {
        var hardware = With(profile);
        CheckShape(
            hardware with
            {
                IDR3 = hardware.IDR3 with { STT = true, XNX = true },
            },
            (Shape)row
        );
    }

    /// <summary>§3.4, §5.2: beyond 48 bits with 64 KB pages, or with S2DS; descriptors carry all 52 bits.</summary>
    [Case(
        "hw.stage2.wide-shapes",
        Level.Architecture,
        "stage2.010",
        "stage2.018",
        "stage2.031",
        "stage2.004",
        "stage2.009"
    )]
    [AppliesIf(nameof(RefusalWide))]
    [Rows(nameof(WideShapes))]
    public void Addresses_of_52_bits_are_translated(Profile profile, object row) =>
        CheckShape(
            With(profile) with
            {
                IDR5 = Everything(profile) with { OAS = PhysicalSize.Bits52, DS = true },
            },
            (Shape)row,
            output: 0xf_0000_0000_0000
        );

    [Case("hw.stage2.misfits", Level.Architecture, "stage2.010", "stage2.009", "stage2.012")]
    [AppliesIf(nameof(Refusal))]
    [Rows(nameof(Misfits))]
    public void Settings_that_do_not_fit_together_are_C_BAD_STE(Profile profile, object row)
    {
        var misfit = (Misfit)row;
        var hardware = With(profile);
        hardware = hardware with { IDR3 = hardware.IDR3 with { STT = false } };
        var rig = new TranslationRig(hardware);
        rig.AttachStage2(
            Nic,
            adjustEntry: entry =>
                entry with
                {
                    S2TG = misfit.Granule,
                    S2T0SZ = (byte)(64 - misfit.Bits),
                    S2SL0 = misfit.Code,
                }
        );

        rig.Access(Nic, 0x1000);

        var record = rig.TakeEvent();
        Assert.True(record.Is<CBadSte>(), $"{misfit} must be C_BAD_STE, was {record}");
    }

    /// <summary>§5.2, S2TTB: bits below the size of the first tables do not count.</summary>
    [Case("hw.stage2.base-aligned", Level.Architecture, "stage2.019", "stage2.029")]
    [AppliesIf(nameof(Refusal))]
    public void The_base_is_aligned_down_to_the_size_of_the_first_tables(Profile profile)
    {
        var rig = new TranslationRig(With(profile));
        var tables = new Stage2Tables(rig, Granule.Size4K, 43, 1);
        tables.Map(0x7ff_ffff_f000, 0x1_c000_0000);
        rig.StoreSte(Nic, tables.Into(new Ste { V = true }) with { S2TTB = tables.Root + 0xf000 });

        Assert.Equal(0x1_c000_0000ul, rig.Access(Nic, 0x7ff_ffff_f000).Address.Value);
    }

    /// <summary>§3.4, S2PS: the smaller of what the entry and the SMMU say.</summary>
    [Case("hw.stage2.output-size", Level.Architecture, "stage2.005", "stage2.013")]
    [AppliesIf(nameof(Refusal))]
    [Rows(nameof(Sizes))]
    public void An_output_beyond_S2PS_is_F_ADDR_SIZE(Profile profile, PhysicalSize row)
    {
        var rig = new TranslationRig(With(profile));
        var bits = Math.Min(BitsOf(row), 48);
        var second = rig.AttachStage2(Nic, adjustEntry: entry => entry with { S2PS = row });
        second.Map(0x8000_0000, (1ul << bits) - 0x1_0000);
        second.Map(0x8001_0000, bits == 48 ? 0 : 1ul << bits);

        Assert.Equal((1ul << bits) - 0x1_0000, rig.Access(Nic, 0x8000_0000).Address.Value);
        if (bits == 48)
            return;
        rig.Access(Nic, 0x8001_0000);
        var record = rig.TakeEvent();
        Assert.True(record.Is<FAddrSize>(), $"expected F_ADDR_SIZE, was {record}");
        Assert.True(record.As<FAddrSize>().S2);
        Assert.Equal(new Ipa(0x8001_0000), record.As<FAddrSize>().IPA);
    }

    public static IEnumerable<PhysicalSize> Sizes =>
        [
            PhysicalSize.Bits32,
            PhysicalSize.Bits36,
            PhysicalSize.Bits40,
            PhysicalSize.Bits42,
            PhysicalSize.Bits44,
            PhysicalSize.Bits48,
        ];

    private static void CheckShape(Profile hardware, Shape shape, ulong output = 0x1_c000_0000)
    {
        var rig = new TranslationRig(hardware);
        var tables = new Stage2Tables(rig, shape.Granule, shape.Bits, shape.StartLevel)
        {
            StartCode = shape.Code,
            Wide =
                shape.Ds
                || (shape.Granule == Granule.Size64K && hardware.IDR5.OAS >= PhysicalSize.Bits52),
        };
        var last = (1ul << shape.Bits) - shape.Granule.PageSize;
        tables.Map(last, output);
        tables.Map(0, output + 0x1_0000);
        rig.StoreSte(Nic, tables.Into(new Ste { V = true }));

        Assert.Equal(output, rig.Access(Nic, last).Address.Value);
        Assert.Equal(output + 0x1_0000, rig.Access(Nic, 0).Address.Value);
        rig.TakeEvents();
        if (shape.Bits >= hardware.IDR5.OAS.ToBits())
            return;
        rig.Access(Nic, 1ul << shape.Bits);
        var record = rig.TakeEvent();
        Assert.True(record.Is<FTranslation>(), $"expected F_TRANSLATION, was {record}");
        Assert.True(record.As<FTranslation>().S2);
    }

    private static int BitsOf(PhysicalSize size) =>
        size switch
        {
            PhysicalSize.Bits32 => 32,
            PhysicalSize.Bits36 => 36,
            PhysicalSize.Bits40 => 40,
            PhysicalSize.Bits42 => 42,
            PhysicalSize.Bits44 => 44,
            _ => 48,
        };

    // The same hardware with every granule and 48 bits, and a version that has these rules.
    private static Profile With(Profile profile) =>
        profile with
        {
            IDR5 = Everything(profile) with { OAS = PhysicalSize.Bits48, DS = false },
        };

    private static Idr5 Everything(Profile profile) =>
        profile.IDR5 with
        {
            GRAN4K = true,
            GRAN16K = true,
            GRAN64K = true,
            VAX = VirtualAddressSize.Bits52,
        };

    private static string? Refusal(Profile profile) =>
        !profile.IDR0.S2P ? "SMMU_IDR0.S2P is 0"
        : ((int)profile.IDR0.TTF & 0b10) == 0 ? "no VMSAv8-64 tables"
        : profile.AIDR.ArchMinorRev < 1 ? "SMMUv3.0 has choices here"
        : null;

    private static string? RefusalWide(Profile profile) =>
        Refusal(profile) ?? (profile.AIDR.ArchMinorRev < 3 ? "DS came with SMMUv3.3" : null);
}
