using System.Collections.Immutable;
using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware.Layouts;

/// <summary>
/// Bits of an STE or a CD that are reserved, or whose feature this SMMU does not have. It may ignore them or take the
/// structure for invalid (§5); what it may not do is translate otherwise because of them.
/// </summary>
public sealed class ReservedBits
{
    private static readonly StreamId Nic = new(0xb);
    private static readonly Iova Page = new(0x1234_5000);

    /// <summary>Bits to set, over the whole structure.</summary>
    public sealed record Row(string Name, int High, int Low, params string[] Proves) : IRuleRow
    {
        /// <summary>What the stream is set to: the bits must lie in a part of the entry that is in use.</summary>
        public SteConfig Config { get; init; } = SteConfig.Stage1;

        /// <summary>The manual has the SMMU ignore them: the structure may not be found invalid.</summary>
        public bool MustIgnore { get; init; }

        /// <inheritdoc/>
        public ImmutableArray<string> Rules => [.. Proves];

        /// <inheritdoc/>
        public override string ToString() => Name;
    }

    /// <summary>Bits of an STE.</summary>
    // csharpier-ignore
    public static IEnumerable<Row> OfSte =>
    [
        new("58-56", 58, 56, "substream.015"),
        new("s2hwu", 75, 72, "ste.017") { Config = SteConfig.Stage2, MustIgnore = true },
        new("dre", 76, 76, "ste.018") { MustIgnore = true },
        new("dcp", 81, 81, "ste.018") { MustIgnore = true },
        new("mev", 83, 83, "events.017") { MustIgnore = true },
        new("s1pie", 88, 88, "ste.020"),
        new("s1mpam", 90, 90, "ste.021"),
        new("107-105", 107, 105, "attributes.011"),
        new("impdef-1", 127, 116, "ste.025"),
        new("impdef-2", 159, 144, "ste.025"),
        new("impdef-3", 271, 256, "ste.025"),
        new("dpt-vmatch", 191, 190, "ste.027"),
        new("s2nsw-s2nsa", 193, 192, "ste.028") { Config = SteConfig.Stage2 },
        new("s-s2t0sz", 293, 288, "ste.028") { Config = SteConfig.Stage2 },
        new("s-s2sl0", 295, 294, "ste.028") { Config = SteConfig.Stage2 },
        new("s-s2tg", 303, 302, "ste.028") { Config = SteConfig.Stage2 },
        new("s2sw-s2sa", 386, 384, "ste.028") { Config = SteConfig.Stage2 },
        new("s-s2ttb", 439, 388, "ste.028") { Config = SteConfig.Stage2 },
        new("s-s2skl", 446, 445, "ste.028") { Config = SteConfig.Stage2 },
        new("252-248", 252, 248, "stage2.021") { Config = SteConfig.Stage2 },
        new("s2skl", 254, 253, "stage2.021") { Config = SteConfig.Stage2 },
        new("255", 255, 255, "stage2.021") { Config = SteConfig.Stage2 },
        new("partid", 287, 272, "ste.030"),
        new("mecid", 319, 304, "ste.030"),
        new("pmg-mpam-ns", 328, 320, "ste.030"),
        new("the", 331, 329, "ste.031") { Config = SteConfig.Stage2 },
        new("vmsptr", 383, 332, "ste.032") { Config = SteConfig.Nested },
        new("s2poi", 511, 448, "ste.033") { Config = SteConfig.Stage2 },
    ];

    /// <summary>Bits of a CD.</summary>
    // csharpier-ignore
    public static IEnumerable<Row> OfCd =>
    [
        new("nscfg0", 64, 64, "cd.029") { MustIgnore = true },
        new("121-120", 121, 120, "cd.029"),
        new("hwu0", 127, 124, "cd.029"),
        new("pnch", 122, 122, "cd.033"),
        new("nscfg1", 128, 128, "cd.035") { MustIgnore = true },
        new("aie", 131, 131, "cd.035"),
        new("185-184", 185, 184, "cd.035"),
        new("pie", 187, 187, "cd.035"),
        new("hwu1", 191, 188, "cd.035"),
        new("amair", 319, 256, "cd.039"),
        new("impdef", 351, 320, "cd.039"),
        new("partid-pmg", 383, 352, "cd.039"),
        new("447-432", 447, 432, "cd.039"),
        new("511-496", 511, 496, "cd.039"),
    ];

    /// <summary>§5, §5.2</summary>
    [Case(
        "hw.ste.reserved",
        Level.Architecture,
        "substream.015",
        "attributes.011",
        "events.017",
        "stage2.021",
        "ste.017",
        "ste.018",
        "ste.020",
        "ste.021",
        "ste.025",
        "ste.027",
        "ste.028",
        "ste.030",
        "ste.031",
        "ste.032",
        "ste.033"
    )]
    [AppliesWhere("SMMU_IDR5.GRAN4K", 1)]
    [Rows(nameof(OfSte))]
    public void Bits_of_an_STE_that_mean_nothing_change_no_translation(Profile profile, Row row)
    {
        var scene = new ReservedBitsScene(profile, row.Config);
        var before = scene.Reach(Nic, Page);

        scene.SetInSte(Nic, row.High, row.Low);

        AssertNothingElse(before, scene.Reach(Nic, Page), EventId.CBadSte, row);
    }

    /// <summary>§5, §5.4</summary>
    [Case("hw.cd.reserved", Level.Architecture, "cd.029", "cd.033", "cd.035", "cd.039")]
    [AppliesWhere("SMMU_IDR5.GRAN4K", 1)]
    [Rows(nameof(OfCd))]
    public void Bits_of_a_CD_that_mean_nothing_change_no_translation(Profile profile, Row row)
    {
        if (profile.IDR3 is { AIE: true } or { S1PI: true } or { THE: true } or { PBHA: true })
            throw VerdictException.NotApplicable("the SMMU may have a use for these bits");
        var scene = new ReservedBitsScene(profile, row.Config);
        var before = scene.Reach(Nic, Page);

        scene.SetInCd(Nic, row.High, row.Low);

        AssertNothingElse(before, scene.Reach(Nic, Page), EventId.CBadCd, row);
    }

    private static void AssertNothingElse(
        Translation before,
        Translation after,
        EventId invalid,
        Row row
    )
    {
        Assert.True(before.Passed, $"nothing passes even without the bits: {before.Event}");
        var ignored =
            after.Passed
            && (after.Address, AttributesOf(after)) == (before.Address, AttributesOf(before));
        var refused = !row.MustIgnore && !after.Passed && after.Event.Id == (byte)invalid;
        Assert.True(
            ignored || refused,
            $"with [{row.High}:{row.Low}] set {Text(before)} becomes {Text(after)}"
        );
    }

    private static string Text(Translation translation) =>
        translation.Passed
            ? $"{translation.Address} {AttributesOf(translation)}"
            : $"{translation.Result} {translation.Event}";

    private static MemoryAttributes? AttributesOf(Translation translation) =>
        translation.ShowsAttributes ? translation.Attributes : null;
}
