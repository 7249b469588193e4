using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>What an invalidation of a device covers: figures worked out by hand for pages of 4 KB.</summary>
public sealed class AtsSpans
{
    /// <summary>Pages that go, and the command that tells the device.</summary>
    public sealed record Span(ulong First, ulong Pages, ulong Address, int Size)
    {
        public override string ToString() => $"{First}-{First + Pages - 1}";
    }

    public static Span[] Spans =>
        [
            new(0, 1, 0x1_0000_0000, 0),
            new(1, 1, 0x1_0000_1000, 0),
            new(0, 2, 0x1_0000_0000, 1),
            new(1, 2, 0x1_0000_0000, 2),
            new(8, 4, 0x1_0000_8000, 2),
            new(7, 4, 0x1_0000_0000, 4),
            new(15, 2, 0x1_0000_0000, 5),
            new(0x20, 0x20, 0x1_0002_0000, 5),
            new(0x7f, 3, 0x1_0000_0000, 8),
        ];

    [Case(
        "ats.span",
        Level.Linux,
        "linux.ats.span",
        Needs = AtsDriverScene.Needs | Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR5.GRAN4K", 1)]
    [Rows(nameof(Spans))]
    public void A_device_is_told_of_the_smallest_span_that_has_it_all(Profile profile, Span span)
    {
        using var scene = new AtsDriverScene(profile);
        if (scene.Page != 0x1000)
            throw VerdictException.NotApplicable("the domain has larger pages");
        scene.Map(span.First, span.Pages);
        scene.Warm(span.First, span.Pages);

        scene.Bench.Must(
            scene.Bench.Unmap(scene.Domain, scene.At(span.First), span.Pages * scene.Page)
        );

        var told = Assert.Single(scene.Bench.CommandsOf<AtcInv>().Distinct());
        Assert.Equal((span.Address, span.Size), (told.Address.Value, told.Size));
    }

    [Case(
        "ats.span.aligned",
        Level.Architecture,
        "ats.003",
        "ats.048",
        Needs = AtsDriverScene.Needs | Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Whatever_goes_the_device_is_told_of_all_of_it(Profile profile)
    {
        using var scene = new AtsDriverScene(profile);
        for (ulong first = 0; first < 6; first++)
        for (ulong pages = 1; pages < 20; pages += 3)
        {
            scene.Map(first, pages);
            scene.Warm(first, pages);

            scene.Bench.Must(scene.Bench.Unmap(scene.Domain, scene.At(first), pages * scene.Page));

            for (var page = first; page < first + pages; page++)
                Assert.False(scene.Cache.Holds(scene.At(page)), $"page {page} of {first}+{pages}");
        }
    }
}
