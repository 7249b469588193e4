using System.Text;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Driver.Reference;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>docs/reference/costs.md: what each operation of the reference driver costs, and how that grows.</summary>
internal static class CostPage
{
    private static readonly Profile[] s_profiles =
    [
        Profiles.Maximal,
        Profiles.MsiSync,
        Profiles.NonCoherent,
    ];

    /// <summary>The page.</summary>
    public static string Of()
    {
        var text = new StringBuilder(
            """
            # What operations cost

            Exact numbers of the reference driver on hardware that carries out commands at once; they are the same in every run, and a
            test compares them with this page. A change of the driver that makes something dearer is a diff here.
            `SMMU_ACCEPT_DOCS=1 dotnet test tests/Conformance --filter FullyQualifiedName~CostTests` rewrites it.

            "Words stored" leaves out slots of the command queue; "bytes" is what was allocated less what was given back. What is
            mapped, attached and cached before each operation is in `tests/Conformance/Driver/Err/Operations.cs`.

            """
        );
        foreach (var profile in s_profiles)
            AddOperations(text, profile);
        AddRanges(text);
        AddGrowth(
            text,
            "One page unmapped, domain behind n SMMUs",
            [1, 2, 4, 8],
            Growth.UnmapBehind
        );
        AddGrowth(text, "One page unmapped, n devices with ATS", [0, 1, 2, 8], Growth.UnmapWithAts);
        AddGrowth(
            text,
            "One page unmapped, n other domains in use",
            [0, 1, 10, 100],
            Growth.UnmapBeside
        );
        AddGrowth(text, "One page unmapped below n guests", [1, 2, 4, 8], Growth.UnmapBelow);
        AddGrowth(text, "A device of n streams attached", [1, 2, 8], Growth.AttachStreams);
        AddGrowth(
            text,
            "A device attached beside n others of the domain",
            [0, 1, 10, 100],
            Growth.AttachBeside
        );
        return text.ToString();
    }

    private static void AddOperations(StringBuilder text, Profile profile)
    {
        Head(text, $"Operations, profile {profile.Name}", "operation", Cost.Header);
        foreach (var operation in Operations.All)
        {
            if (operation.Cannot(profile) is not null)
                continue;
            using var ready = operation.Prepare(profile, Reference);
            var cost = Growth.Measure(ready.Bench, () => ready.Bench.Must(ready.Act()));
            Line(text, $"| {operation.Name} | {cost} |");
        }
    }

    private static void AddRanges(StringBuilder text)
    {
        Head(
            text,
            "A range unmapped: invalidations of it",
            "pages",
            "stage 1, by range | stage 2, by range | stage 1, page by page | stage 2, page by page"
        );
        foreach (var pages in Growth.Ranges)
        {
            var counts = new[] { Profiles.Maximal, Profiles.NoRangeInvalidation }.SelectMany(
                profile =>
                    PagingStages.Both.Select(stage =>
                        Growth.Unmap(profile, stage, pages).Commands.ToString()
                    )
            );
            Line(text, $"| {pages} | {string.Join(" | ", counts)} |");
        }
    }

    private static void AddGrowth(
        StringBuilder text,
        string title,
        int[] counts,
        Func<Profile, int, Cost> measure
    )
    {
        Head(text, title, "n", Cost.Header);
        foreach (var count in counts)
            Line(text, $"| {count} | {measure(Profiles.Maximal, count)} |");
    }

    private static void Head(StringBuilder text, string title, string first, string columns)
    {
        Line(text, $"\n## {title}\n\n| {first} | {columns} |");
        Line(text, $"|---|{string.Concat(columns.Split('|').Select(_ => "---|"))}");
    }

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');

    private static BenchOptions Reference { get; } = new() { Driver = () => new ReferenceDriver() };
}
