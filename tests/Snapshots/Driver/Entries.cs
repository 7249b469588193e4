using System.Text;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Snapshots;

/// <summary>What stands in memory for a device: its stream table entry and what that leads to, field by field.</summary>
public sealed class Entries : ISnapshots
{
    /// <summary>A device on one kind of hardware, with one kind of domain.</summary>
    public sealed record Row(string Domain, Profile Profile)
    {
        public MasterDescription Device { get; init; } = Subject.Nic;

        public string Remark { get; init; } = "";

        public override string ToString() =>
            $"{Domain}-{Profile.Name}{(Remark.Length == 0 ? "" : $"-{Remark}")}";
    }

    private static readonly MasterDescription Stalling = Subject.Nic with { CanStall = true };

    private static readonly Row[] All =
    [
        new Row("None", Profiles.Minimal),
        new Row("None", Profiles.Qemu10),
        new Row("Abort", Profiles.Minimal),
        new Row("Abort", Profiles.Qemu10),
        new Row("Abort", Profiles.AttributeOverrides),
        new Row("Identity", Profiles.Minimal),
        new Row("Identity", Profiles.Qemu10),
        new Row("Identity", Profiles.AttributeOverrides),
        new Row("Identity", Profiles.Maximal),
        new Row("Stage1", Profiles.Minimal),
        new Row("Stage1", Profiles.Maximal),
        new Row("Stage1", Profiles.Maximal) { Device = Stalling, Remark = "stalling" },
        new Row("Stage1", Profiles.Mmu600),
        new Row("Stage1", Profiles.Mmu700),
        new Row("Stage1", Profiles.Qemu10),
        new Row("Stage1", Profiles.NonCoherent),
        new Row("Stage1", Profiles.ForcedStall),
        new Row("Stage1", Profiles.LinearTable),
        new Row("Stage1", Profiles.AttributeOverrides),
        new Row("Stage1", Profiles.Oas48),
        new Row("Stage1", Subject.Only16K),
        new Row("Stage1", Subject.Only64K),
    ];

    public static TheoryData<Row> Rows => new(All);

    public static IEnumerable<string> Names => All.Select(NameOf);

    [SkippableTheory, MemberData(nameof(Rows))]
    public async Task Of(Row row)
    {
        using var bench = Subject.Start(row.Profile, Needs(row.Domain)).Bench;
        var device = bench.AddDevice(row.Device);

        if (Domain(bench, row.Domain) is { } domain)
            bench.Must(bench.Attach(device, domain));

        await Snapshot.Verify(
            bench.Description.Name,
            NameOf(row),
            $"# {row.Profile}, {row.Domain}\n{Tables(bench, device.Stream)}"
        );
    }

    private static string NameOf(Row row) => $"{nameof(Entries)}.{nameof(Of)}_{row}";

    // From the base of the stream table down to the context descriptor.
    private static string Tables(TestBench bench, StreamId stream)
    {
        var text = new StringBuilder();
        text.Append(bench.Smmu.State.StrtabBase).Append(bench.Smmu.State.StrtabBaseCfg);
        if (bench.Smmu.State.StrtabBaseCfg.FMT == StreamTableFormat.TwoLevel)
        {
            var split = (int)bench.Smmu.State.StrtabBaseCfg.SPLIT;
            var slot = bench.Smmu.State.StrtabBase.ADDR + 8ul * (stream.Value >> split);
            text.Append(bench.ReadStructure<L1Std>(slot));
        }
        var ste = bench.SteOf(stream);
        text.Append(ste);
        if (ste is { V: true, Config: SteConfig.Stage1 })
            text.Append(bench.CdOf(stream));
        return text.ToString();
    }

    private static Capabilities Needs(string domain) =>
        domain switch
        {
            "Abort" => Capabilities.Blocked,
            "Identity" => Capabilities.Identity,
            "Stage1" => Capabilities.Stage1,
            _ => Capabilities.None,
        };

    private static DomainHandle? Domain(TestBench bench, string domain) =>
        domain switch
        {
            "Abort" => bench.BlockedDomain(),
            "Identity" => bench.IdentityDomain(),
            "Stage1" => bench.Stage1Domain(),
            _ => null,
        };
}
