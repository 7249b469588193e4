using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Context descriptors come into use, change hands and go.</summary>
public sealed class CdLife
{
    private static readonly StreamId Nic = 0x10;

    public static IEnumerable<MasterKind> Masters => MasterKind.All;

    [Case("cd.table.align", Level.Architecture, "cd.008", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Masters))]
    public void The_table_is_aligned_to_its_size(Profile profile, MasterKind kind)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(kind.Description);

        scene.Set(nic, StreamSetting.DomainA);

        var ste = scene.Bench.SteOf(nic.Stream);
        var bytes = Math.Max(64, CdTableReader.BytesOf(ste, profile));
        (ste.S1ContextPtr.Value % bytes).Should().Be(0, $"it has 0x{bytes:x} bytes:\n{ste}");
    }

    [Case("cd.table.unused", Level.Architecture, "cd.046", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Masters))]
    public void Every_descriptor_that_nobody_uses_is_invalid(Profile profile, MasterKind kind)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(kind.Description);

        scene.Set(nic, StreamSetting.DomainA);

        CdTableReader
            .FirstOf(scene.Bench, nic.Stream)
            .Skip(1)
            .Should()
            .NotContain(cd => cd.V, "only substream 0 has a domain");
    }

    [Case(
        "cd.before-entry",
        Level.Architecture,
        "config-cache.024",
        "ordering.001",
        Needs = StreamScene.Needs,
        Observes = Observation.EveryStore
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void The_descriptor_is_complete_and_visible_before_an_entry_leads_to_it(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);
        scene.Set(nic, StreamSetting.Bypass);

        scene.Set(nic, StreamSetting.DomainA);

        var bench = scene.Bench;
        var table = bench.SteOf(Nic).S1ContextPtr.Value;
        var acts = bench.Trace.Since(bench.LastOperation).ToList();
        var linked = acts.FindIndex(act => act is StoreEntry s && LeadsTo(s, table));
        var filled = acts.FindLastIndex(act =>
            act is StoreEntry s && IsIn(s, table) && s.New != s.Old
        );
        linked.Should().BeGreaterThan(filled, "the SMMU may follow the pointer at once");
        acts.FindIndex(Math.Max(filled, 0), act => act is BarrierEntry)
            .Should()
            .BeInRange(0, linked, "only a barrier makes the stores visible in that order");
    }

    [Case("cd.clear", Level.Linux, "linux.attach.cd-cleared", Needs = StreamScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void The_descriptor_is_invalid_once_no_entry_leads_to_it(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);
        scene.Set(nic, StreamSetting.DomainA);
        var table = scene.Bench.SteOf(Nic).S1ContextPtr;

        scene.Set(nic, StreamSetting.Bypass);

        if (scene.Bench.Memory.Owns(table))
            Assert.Equal(default, scene.Bench.ReadStructure<Cd>(table));
    }

    [Case("cd.table.freed", Level.Contract, "contract.memory-reachable", Needs = StreamScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_removed_device_leaves_no_memory_behind(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var bench = scene.Bench;
        var domain = scene.DomainOf(StreamSetting.DomainA);
        bench.Must(bench.RemoveDevice(bench.AddDevice(Nic)));
        var before = bench.Memory.Bytes;
        var nic = bench.AddDevice(Nic);
        bench.Must(bench.Attach(nic, domain));

        bench.Must(bench.RemoveDevice(nic));

        bench.Memory.Bytes.Should().Be(before, "its table of descriptors is of no more use");
    }

    [Case(
        "cd.no-memory",
        Level.Contract,
        "contract.refusal-changes-nothing",
        Needs = StreamScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Without_memory_for_descriptors_the_device_keeps_what_it_had(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var bench = scene.Bench;
        var domain = scene.DomainOf(StreamSetting.DomainA);
        var nic = bench.AddDevice(Nic);
        scene.Set(nic, StreamSetting.Bypass);
        var before = bench.Capture();
        bench.Memory.FailAfter = 0;

        var outcome = bench.Attach(nic, domain);

        if (outcome.IsDone)
            throw VerdictException.NotApplicable("this driver needs no memory to attach");
        outcome.Error.Should().Be(ErrorClass.OutOfMemory);
        before.MustBeUnchanged();
    }

    private static bool IsIn(StoreEntry store, ulong descriptor) =>
        store.Address.Value >= descriptor && store.Address.Value < descriptor + 64;

    private static bool LeadsTo(StoreEntry store, ulong table) =>
        store.Place is { Kind: PlaceKind.Ste, Word: 0 }
        && new Ste([store.New, 0, 0, 0, 0, 0, 0, 0]) is { Stage1: true } ste
        && ste.S1ContextPtr.Value == table;
}
