using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Snapshots;

/// <summary>From the first register read of an SMMU to the last.</summary>
public sealed class LifeCycle : ISnapshots
{
    /// <summary>Hardware to be probed.</summary>
    public sealed record Row(Profile Profile)
    {
        public override string ToString() => Profile.Name;
    }

    private static readonly Row[] All =
    [
        new Row(Profiles.Minimal),
        new Row(Profiles.Maximal),
        new Row(Profiles.Mmu600),
        new Row(Profiles.Qemu10),
        new Row(Profiles.NonCoherent),
        new Row(Profiles.MsiSync),
        new Row(Profiles.LinearTable),
    ];

    public static TheoryData<Row> Rows => new(All);

    public static IEnumerable<string> Names =>
        [
            .. All.Select(row => $"{NameOf(nameof(Probe))}_{row}"),
            NameOf(nameof(Add_a_device)),
            NameOf(nameof(Remove_a_device)),
            NameOf(nameof(Probe_a_live_SMMU)),
            NameOf(nameof(Remove)),
        ];

    [SkippableTheory, MemberData(nameof(Rows))]
    public async Task Probe(Row row)
    {
        using var bench = TestBench.Create(row.Profile);
        var recording = new Recording(bench);

        var text = recording.Of($"{row.Profile}, probe", () => bench.Must(bench.Probe()));

        await Verify(bench, $"{nameof(Probe)}_{row}", text);
    }

    [SkippableFact]
    public async Task Add_a_device()
    {
        var recording = Subject.Start(Profiles.Qemu10, Capabilities.None);
        using var bench = recording.Bench;
        bench.AddDevice(Subject.Nic);

        // The first needs a new leaf of the stream table, the second has a place in it.
        var text = recording.Of(
            "Qemu10, a device in another leaf of the stream table, and one more in that leaf",
            () =>
            {
                bench.AddDevice(new MasterDescription { Name = "gpu", Streams = [0x100u] });
                bench.AddDevice(new MasterDescription { Name = "usb", Streams = [0x108u] });
            }
        );

        await Verify(bench, nameof(Add_a_device), text);
    }

    [SkippableFact]
    public async Task Remove_a_device()
    {
        var recording = Subject.Start(Profiles.Qemu10, Capabilities.Stage1);
        using var bench = recording.Bench;
        var device = bench.AddDevice(Subject.Nic);
        bench.Must(bench.Attach(device, bench.Stage1Domain()));

        var text = recording.Of(
            "Qemu10, remove a device that is attached",
            () => bench.Must(bench.RemoveDevice(device))
        );

        await Verify(bench, nameof(Remove_a_device), text);
    }

    [SkippableFact]
    public async Task Probe_a_live_SMMU()
    {
        using var bench = TestBench.Create(Profiles.Qemu10);
        bench.Smmu.Write32(Cr0.Offset, new Cr0 { SMMUEN = true }.Value);
        var recording = new Recording(bench);

        var text = recording.Of(
            "Qemu10, probe an SMMU that somebody has left on",
            () => bench.Must(bench.Probe())
        );

        await Verify(bench, nameof(Probe_a_live_SMMU), text);
    }

    [SkippableFact]
    public async Task Remove()
    {
        var recording = Subject.Start(Profiles.Qemu10, Capabilities.None);
        using var bench = recording.Bench;

        var text = recording.Of("Qemu10, remove", () => bench.Must(bench.Remove()));

        await Verify(bench, nameof(Remove), text);
    }

    private static Task Verify(TestBench bench, string name, string text) =>
        Snapshot.Verify(bench.Description.Name, NameOf(name), text);

    private static string NameOf(string method) => $"{nameof(LifeCycle)}.{method}";
}
