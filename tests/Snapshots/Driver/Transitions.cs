using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Snapshots;

/// <summary>What it takes to give a live device another translation: every store and command, in order.</summary>
public sealed class Transitions : ISnapshots
{
    /// <summary>What a device is attached to.</summary>
    public enum State
    {
        Nothing,
        Abort,
        Identity,
        Stage1,
        OtherStage1,
    }

    /// <summary>One transition.</summary>
    public sealed record Row(State From, State To)
    {
        public Profile Profile { get; init; } = Profiles.Qemu10;

        public MasterDescription Device { get; init; } = Subject.Nic;

        public string Remark { get; init; } = "";

        public override string ToString() =>
            $"{From}-to-{To}-{Profile.Name}{(Remark.Length == 0 ? "" : $"-{Remark}")}";
    }

    private static readonly MasterDescription TwoStreams = new()
    {
        Name = "two streams",
        Streams = [0x10u, 0x18u],
    };

    private static readonly Row[] All =
    [
        new Row(State.Nothing, State.Identity),
        new Row(State.Nothing, State.Stage1),
        new Row(State.Nothing, State.Abort),
        new Row(State.Abort, State.Stage1),
        new Row(State.Abort, State.Identity),
        new Row(State.Identity, State.Stage1),
        new Row(State.Identity, State.Abort),
        new Row(State.Stage1, State.Identity),
        new Row(State.Stage1, State.OtherStage1),
        new Row(State.Stage1, State.Abort),
        new Row(State.Stage1, State.Nothing),
        // SHCFG is read by one of the two entries only, so the order of the words matters.
        new Row(State.Identity, State.Stage1) { Profile = Profiles.AttributeOverrides },
        new Row(State.Stage1, State.Identity) { Profile = Profiles.AttributeOverrides },
        // Each store has to be cleaned to memory.
        new Row(State.Nothing, State.Stage1) { Profile = Profiles.NonCoherent },
        // CMD_SYNC completes by a message.
        new Row(State.Nothing, State.Stage1) { Profile = Profiles.MsiSync },
        // Each stream has an entry, and each a copy of the context descriptor.
        new Row(State.Nothing, State.Stage1) { Device = TwoStreams, Remark = "two-streams" },
        new Row(State.Stage1, State.OtherStage1) { Device = TwoStreams, Remark = "two-streams" },
    ];

    public static TheoryData<Row> Rows => new(All);

    public static IEnumerable<string> Names => All.Select(NameOf);

    [SkippableTheory, MemberData(nameof(Rows))]
    public async Task Attach(Row row)
    {
        var recording = Subject.Start(row.Profile, Needs(row.From) | Needs(row.To));
        using var bench = recording.Bench;
        var device = bench.AddDevice(row.Device);
        if (Domain(bench, row.From) is { } from)
            bench.Must(bench.Attach(device, from));
        var to = Domain(bench, row.To);

        var text = recording.Of(
            $"{row.Profile}, {row.From} to {row.To}",
            () => bench.Must(to is { } domain ? bench.Attach(device, domain) : bench.Detach(device))
        );

        await Snapshot.Verify(bench.Description.Name, NameOf(row), text);
    }

    private static string NameOf(Row row) => $"{nameof(Transitions)}.{nameof(Attach)}_{row}";

    private static Capabilities Needs(State state) =>
        state switch
        {
            State.Abort => Capabilities.Blocked,
            State.Identity => Capabilities.Identity,
            State.Stage1 or State.OtherStage1 => Capabilities.Stage1,
            _ => Capabilities.None,
        };

    private static DomainHandle? Domain(TestBench bench, State state) =>
        state switch
        {
            State.Abort => bench.BlockedDomain(),
            State.Identity => bench.IdentityDomain(),
            State.Stage1 or State.OtherStage1 => bench.Stage1Domain(),
            _ => null,
        };
}
