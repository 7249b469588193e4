using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>One domain in place of another, for devices with one stream and with many.</summary>
public sealed class AttachReplacing
{
    private const Capabilities Kinds =
        Capabilities.Identity | Capabilities.Blocked | Capabilities.Stage1;

    /// <summary>From which domain to which a device goes while it works; both pass the same address.</summary>
    public sealed record Change(string Name)
    {
        public override string ToString() => Name;
    }

    public static Change[] Changes =>
        [new("identity-to-paging"), new("paging-to-identity"), new("paging-to-same")];

    [Case("attach.replace", Level.Contract, "contract.attach-replaces", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Pages_of_the_old_domain_are_not_reached_any_more(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var next = scene.NewDomain();
        scene.Map(0, 8);
        scene.Warm(0, 8);
        scene.Bench.Must(scene.Bench.Map(next, scene.At(3), WarmScene.Elsewhere, 2 * scene.Page));

        scene.Bench.Must(scene.Bench.Attach(scene.Nic, next));

        scene.MustRefuse(0, 3);
        scene.MustReach(scene.At(3), WarmScene.Elsewhere);
        scene.MustReach(scene.At(4), WarmScene.Elsewhere + scene.Page);
        scene.MustRefuse(5, 3);
    }

    [Case("attach.replace.to-and-fro", Level.Contract, "contract.attach-replaces", Needs = Kinds)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_device_that_goes_round_all_domains_always_has_the_last(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var bench = scene.Bench;
        var (identity, blocked, other) = (
            bench.IdentityDomain(),
            bench.BlockedDomain(),
            scene.NewDomain()
        );
        scene.Map(0, 1);
        bench.Must(bench.Map(other, scene.At(0), WarmScene.Elsewhere, scene.Page));

        for (var n = 0; n < 3; n++)
        {
            bench.Must(bench.Attach(scene.Nic, identity));
            scene.MustReach(scene.At(0), scene.At(0).Value);
            bench.Must(bench.Attach(scene.Nic, scene.Domain));
            scene.MustReach(0, 1);
            bench.Must(bench.Attach(scene.Nic, other));
            scene.MustReach(scene.At(0), WarmScene.Elsewhere);
            bench.Must(bench.Attach(scene.Nic, blocked));
            scene.MustRefuse(0, 1);
            bench.Must(bench.Attach(scene.Nic, other));
            scene.MustReach(scene.At(0), WarmScene.Elsewhere);
            bench.Must(bench.Attach(scene.Nic, scene.Domain));
            scene.MustReach(0, 1);
        }
    }

    [Case("attach.replace.no-gap", Level.Linux, "linux.hitless.algorithm", Needs = Kinds)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Changes))]
    public void An_address_that_both_domains_pass_is_never_refused_meanwhile(
        Profile profile,
        Change change
    )
    {
        using var scene = new WarmScene(profile, Everyday.Slow);
        var bench = scene.Bench;
        var (identity, at) = (bench.IdentityDomain(), scene.At(0));
        bench.Must(bench.Map(scene.Domain, at, at.Value, scene.Page));
        if (change.Name == "identity-to-paging")
            bench.Must(bench.Attach(scene.Nic, identity));
        scene.MustReach(at, at.Value);
        var met = new List<Translation>();
        bench.System.Relaxing = () =>
            met.Add(bench.Smmu.Access(new Transaction { Stream = WarmScene.Stream, Address = at }));

        bench.Must(
            bench.Attach(scene.Nic, change.Name == "paging-to-identity" ? identity : scene.Domain)
        );

        bench.System.Relaxing = null;
        Assert.All(
            met,
            access =>
                Assert.True(
                    access.Passed && access.Address.Value == at.Value,
                    $"met {WarmScene.Text(access)}\n{TraceText.Of(bench.Trace.Since(bench.LastOperation))}"
                )
        );
        scene.MustReach(at, at.Value);
    }

    [Case("attach.same-domain", Level.Linux, "linux.attach.same-domain", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Attaching_the_domain_there_is_changes_no_table_and_issues_no_command(
        Profile profile
    )
    {
        using var scene = new WarmScene(profile);
        scene.Map(0, 8);
        scene.Warm(0, 8);
        var before = scene.Bench.Capture();

        scene.Bench.Must(scene.Bench.Attach(scene.Nic, scene.Domain));

        before.MustBeUnchanged();
        Assert.Empty(scene.Bench.Commands);
        scene.MustReach(0, 8);
    }

    [Case(
        "attach.streams",
        Level.Contract,
        "contract.master-aliases",
        "contract.attach-replaces",
        Needs = Kinds
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void All_streams_of_a_device_change_together(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var bench = scene.Bench;
        StreamId[] streams = [0x20, 0x21, 0x1f, 0x3f, 0x30];
        var many = bench.AddDevice(new MasterDescription { Name = "many", Streams = [.. streams] });
        var (first, second) = (scene.NewDomain(), scene.NewDomain());
        bench.Must(bench.Map(first, scene.At(0), WarmScene.Target, scene.Page));
        bench.Must(bench.Map(second, scene.At(0), WarmScene.Elsewhere, scene.Page));

        bench.Must(bench.Attach(many, first));
        Assert.All(streams, stream => Reaches(stream, WarmScene.Target));
        bench.Must(bench.Attach(many, bench.IdentityDomain()));
        Assert.All(streams, stream => Reaches(stream, scene.At(0).Value));
        bench.Must(bench.Attach(many, second));
        Assert.All(streams, stream => Reaches(stream, WarmScene.Elsewhere));
        bench.Must(bench.Attach(many, bench.BlockedDomain()));
        Assert.All(streams, stream => Reaches(stream, null));

        void Reaches(StreamId stream, PhysicalAddress? physical)
        {
            var access = bench.Dma(many, scene.At(0), stream: stream);
            Assert.True(
                physical is { } place ? access.Passed && access.Address == place : !access.Passed,
                $"stream {stream} must reach {physical?.ToString() ?? "nothing"}, but met {WarmScene.Text(access)}"
            );
        }
    }

    [Case("attach.duplicates", Level.Contract, "contract.master-aliases", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_stream_listed_twice_is_attached_and_detached_like_any(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var bench = scene.Bench;
        var alias = bench.AddDevice(
            new MasterDescription { Name = "alias", Streams = [0x21, 0x20, 0x21] }
        );
        scene.Map(0, 1);

        bench.Must(bench.Attach(alias, scene.Domain));

        scene.MustReach(scene.At(0), scene.PhysicalOf(0), alias);
        bench.Must(bench.Detach(alias));
        Assert.NotEqual(scene.PhysicalOf(0), bench.Dma(alias, scene.At(0)).Address);
        bench.Must(bench.RemoveDevice(alias));
        bench.Must(bench.Attach(bench.AddDevice(0x21), scene.Domain));
    }
}
