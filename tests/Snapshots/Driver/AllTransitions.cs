using System.Text;
using SmmuConformance.Bench;
using SmmuConformance.Emulator;

namespace SmmuConformance.Snapshots;

/// <summary>
/// From every kind of domain to every other, every store and command in order, on hardware that has them all: one file for
/// each kind that is left.
/// </summary>
public sealed class AllTransitions : ISnapshots
{
    private static readonly DomainShape[] s_shapes =
    [
        .. Enum.GetValues<DomainShape>().Where(shape => shape != DomainShape.Process),
    ];

    public static TheoryData<DomainShape> Shapes => [.. s_shapes];

    public static IEnumerable<string> Names => s_shapes.Select(NameOf);

    [Theory, MemberData(nameof(Shapes))]
    public async Task From(DomainShape shape)
    {
        var text = new StringBuilder();
        var driver = "";
        foreach (var to in s_shapes.Where(to => to != shape))
        {
            // Each on a machine of its own: addresses and tags do not depend on what came before.
            var recording = Subject.Start(Profiles.Maximal, default);
            using var bench = recording.Bench;
            driver = bench.Description.Name;
            var scene = new KindScene(bench, ats: true);
            if (scene.TryGive(shape))
                text.Append(recording.Of($"{shape} to {to}", () => scene.TryGive(to))).Append('\n');
        }

        await Snapshot.Verify(driver, NameOf(shape), text.ToString());
    }

    private static string NameOf(DomainShape shape) =>
        $"{nameof(AllTransitions)}.{nameof(From)}_{shape}";
}
