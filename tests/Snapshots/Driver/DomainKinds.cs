using System.Text;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Emulator;

namespace SmmuConformance.Snapshots;

/// <summary>
/// What every kind of domain looks like in memory on every profile: one file a kind, profiles that look alike together, so
/// that a change shows on which hardware it is one.
/// </summary>
public sealed class DomainKinds : ISnapshots
{
    private static readonly DomainShape[] s_shapes = Enum.GetValues<DomainShape>();

    public static TheoryData<DomainShape> Shapes => [.. s_shapes];

    public static IEnumerable<string> Names => s_shapes.Select(NameOf);

    [Theory, MemberData(nameof(Shapes))]
    public async Task On_every_profile(DomainShape shape)
    {
        var texts = new Dictionary<string, List<string>>();
        var driver = "";
        foreach (var profile in Profiles.All)
        {
            using var bench = TestBench.Start(profile);
            driver = bench.Description.Name;
            var scene = new KindScene(bench, ats: profile.IDR0.ATS);
            var text = scene.TryGive(shape) ? Text(bench, scene, shape) : "not there\n";
            if (!texts.TryGetValue(text, out var alike))
                texts[text] = alike = [];
            alike.Add(profile.Name);
        }

        await Snapshot.Verify(
            driver,
            NameOf(shape),
            string.Join(
                '\n',
                texts.Select(pair => $"# {string.Join(", ", pair.Value)}\n{pair.Key}")
            )
        );
    }

    private static string NameOf(DomainShape shape) =>
        $"{nameof(DomainKinds)}.{nameof(On_every_profile)}_{shape}";

    private static string Text(TestBench bench, KindScene scene, DomainShape shape)
    {
        var text = new StringBuilder();
        if (scene.GuestEntry is { } guest)
            text.Append("what the guest writes:\n").Append(guest).Append("what the SMMU reads:\n");
        text.Append(bench.Smmu.State.StrtabBaseCfg);
        if (bench.Smmu.State.StrtabBaseCfg.FMT == StreamTableFormat.TwoLevel)
        {
            var split = (int)bench.Smmu.State.StrtabBaseCfg.SPLIT;
            text.Append(
                bench.ReadStructure<L1Std>(
                    bench.Smmu.State.StrtabBase.ADDR + 8ul * (KindScene.Stream.Value >> split)
                )
            );
        }
        var ste = bench.SteOf(KindScene.Stream);
        text.Append(ste);
        if (ste is not { V: true, Config: SteConfig.Stage1 })
            return text.ToString();
        if (ste is { S1CDMax: > 0, S1Fmt: not S1Fmt.Linear })
            text.Append(bench.ReadStructure<L1Cd>(ste.S1ContextPtr));
        foreach (var pasid in Substreams(ste, shape))
        {
            if (pasid.Value != 0)
                text.Append($"under PASID {pasid}:\n");
            text.Append(bench.CdOf(KindScene.Stream, pasid));
        }
        return text.ToString();
    }

    private static IEnumerable<SubstreamId> Substreams(Ste ste, DomainShape shape)
    {
        if (ste.S1CDMax == 0 || ste.S1DSS == S1Dss.Substream0)
            yield return 0u;
        if (shape == DomainShape.Process)
            yield return 1u;
        else if (shape >= DomainShape.NoneWithPasid)
            yield return KindScene.Pasid;
    }
}
