using SmmuConformance.Driver.Adapters.Wire;
using SmmuConformance.Driver.Contract;
using static SmmuConformance.Conformance.Plugging.ScriptedProcess;

namespace SmmuConformance.Conformance.Plugging;

/// <summary>Processes that do not keep to the protocol: which byte is wrong, and what should stand there.</summary>
public sealed class ProtocolTests : IDisposable
{
    private static readonly Dictionary<string, (byte[] Said, string[] Told)> s_greetings = new()
    {
        ["text"] = (
            [.. "Starting up.\nReady.\n"u8],
            [
                "byte 0 of what the driver wrote: the length of a frame is ",
                "The bytes read \"Starting up.\\nReady.\\n\"",
                "standard output carries the protocol, print to standard error",
            ]
        ),
        ["four gigabytes"] = (
            [0xff, 0xff, 0xff, 0xff],
            ["the length of a frame is 4294967295, and must be 1 to 16777216"]
        ),
        ["nothing"] = ([0, 0, 0, 0], ["the length of a frame is 0, and must be 1 to"]),
        ["one byte too long"] = (
            [1, 0, 0, 1],
            ["the length of a frame is 16777217, and must be 1 to 16777216"]
        ),
        ["wrong magic"] = (
            Welcome(magic: 0x554d_4d54),
            ["byte 5 of", "the magic number is 0x554d4d54, and must be \"SMMU\"", "TMMU"]
        ),
        ["wrong version"] = (
            Welcome(version: 7),
            ["the driver speaks version 7 of the protocol, this suite version 1"]
        ),
        ["wrong kind"] = (
            Frame(FrameKind.Hello),
            ["the first frame has kind 0x01, and must be 0x11 (Welcome)"]
        ),
        ["an early end"] = (
            Frame(FrameKind.Welcome, to => to.U32(Protocol.Magic)),
            ["the frame ends, but 2 bytes of the version must follow"]
        ),
        ["too much"] = ([.. Longer(Welcome())], ["1 bytes stand behind the end of what was said"]),
        ["no name"] = (
            Welcome(description: Description with { Name = "" }),
            ["the driver's name is empty"]
        ),
        ["an observation that is none"] = (
            Welcome(description: Description with { Observation = (Observation)9 }),
            ["the observation is 9, and must be one of 0 (EveryStore), 1 (AtDoorbell)"]
        ),
        ["half a flag"] = (
            Halved(Welcome()),
            ["whether broadcasts are heard is 0x02, and must be 0 or 1"]
        ),
    };

    private static readonly Dictionary<string, (byte[] Said, string[] Told)> s_attachments = new()
    {
        ["an unknown act"] = (Acts(to => to.U8(0x63)), ["there is no act 0x63"]),
        ["an act cut short"] = (
            Acts(to =>
            {
                to.Act(WireAct.Store);
                to.U32(1);
            }),
            ["the frame ends, but 8 bytes of address must follow"]
        ),
        ["nothing asked"] = (
            Acts(to => to.Act(WireAct.Barrier)),
            ["the frame ends with an act that asks for nothing; the last must ask or return"]
        ),
        ["no acts"] = (Acts(_ => { }), ["the last must ask or return"]),
        ["something behind a question"] = (
            Acts(to =>
            {
                to.Act(WireAct.Settle);
                to.Act(WireAct.Barrier);
            }),
            ["1 bytes stand behind the end"]
        ),
        ["something behind the return"] = (Return(handle: 5), ["4 bytes stand behind the end"]),
        ["no acts but a greeting"] = (
            Welcome(),
            ["the frame has kind 0x11, and must be 0x12 (Acts)"]
        ),
        ["a node that was never given"] = (
            Acts(to =>
            {
                to.Act(WireAct.Read32);
                to.U32(9);
                to.U32(0);
            }),
            ["there is no node 9; 1 have been given to be probed"]
        ),
        ["an error that is none"] = (
            Return(error: 77),
            ["`Attach` answered 77, which is no error of the contract", "Answer 0 or one of"]
        ),
        ["an error below 0"] = (Return(error: -16), ["Errors are positive: answer 16, not -16"]),
        ["an alignment of 48"] = (
            Acts(to =>
            {
                to.Act(WireAct.Allocate);
                to.U64(64);
                to.U64(48);
            }),
            ["with alignment 48, which must be a power of two and at least 64"]
        ),
        ["a report of half a master"] = (
            Acts(to =>
            {
                to.Act(WireAct.Report);
                to.I32(1);
                to.U8(0xff);
            }),
            ["whether there is a master is 0xff, and must be 0 or 1"]
        ),
        ["a log of no level"] = (
            Acts(to =>
            {
                to.Act(WireAct.Log);
                to.U8(3);
                to.Text("hm");
            }),
            ["level is 3, and must be one of 0 (Information), 1 (Warning), 2 (Error)"]
        ),
        ["text"] = (
            [.. "attached\n"u8],
            ["The bytes read \"attached\\n\"", "print to standard error"]
        ),
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Greetings => [.. s_greetings.Keys];

    public static TheoryData<string> Attachments => [.. s_attachments.Keys];

    [SkippableTheory]
    [MemberData(nameof(Greetings))]
    public void A_greeting_that_is_none_is_refused_with_what_is_wrong(string name)
    {
        var (said, told) = s_greetings[name];
        var plugged = Plug(_folder, said);

        var text = Scene.FaultOfChoosing(() => plugged);

        Scene.MustSay(text, $"driver {plugged.Name}, while starting: ");
        MustSayInText(text, told);
    }

    [SkippableTheory]
    [MemberData(nameof(Attachments))]
    public void An_attachment_that_is_none_is_refused_with_what_is_wrong(string name)
    {
        var (said, told) = s_attachments[name];
        var plugged = Plug(_folder, [.. Ready, .. said]);
        using var bench = Scene.Start(plugged);
        var device = bench.AddDevice("nic");
        var domain = bench.BlockedDomain();

        var thrown = Assert.ThrowsAny<Exception>(() => bench.Attach(device, domain));

        var text = Scene.FaultIn(thrown);
        Scene.MustSay(text, $"driver {plugged.Name}");
        Scene.MustSay(thrown.Message, "`attach nic to domain 3` gave no outcome");
        MustSayInText(text, told);
        // Who asks more of it is told why there is no answer.
        var again = Assert.ThrowsAny<Exception>(() => bench.Detach(device));
        Scene.MustSay(
            Scene.FaultIn(again),
            $"driver {plugged.Name} cannot be asked to Detach any more, since {text.Split('\n')[0]}"
        );
    }

    [SkippableFact]
    public void A_handle_that_is_missing_is_missed() =>
        Scene.MustSay(
            Scene.FaultOfProbing(Plug(_folder, [.. Welcome(), .. Return(), .. Return()])),
            "while Probe went on",
            "the frame ends, but 4 bytes of a handle must follow"
        );

    [SkippableFact]
    public void A_machine_cannot_be_refused_before_it_is_seen() =>
        Scene.MustSay(
            Scene.FaultOfProbing(Plug(_folder, [.. Welcome(), .. Return(error: 5)])),
            "`Begin` answered refused: Malformed (5). A driver cannot refuse a machine before it has seen it"
        );

    [SkippableFact]
    public void What_is_shown_of_a_frame_says_where_it_was_on_the_stream()
    {
        var plugged = Plug(_folder, [.. Ready, .. Acts(to => to.U8(0x63))]);
        using var bench = Scene.Start(plugged);
        var device = bench.AddDevice("nic");
        var domain = bench.BlockedDomain();

        var text = Scene.FaultIn(Assert.ThrowsAny<Exception>(() => bench.Attach(device, domain)));

        // The length of a frame is four bytes, its kind one.
        Scene.MustSay(
            text,
            $"byte {Ready.Length + 4 + 1} of what the driver wrote (byte 1 of the payload of 2)",
            $"from byte {Ready.Length + 4} on: 1263"
        );
    }

    private static void MustSayInText(string text, string[] told)
    {
        // Around the magic number bytes are shown in hexadecimal.
        foreach (var part in told)
            Scene.MustSay(text, part == "TMMU" ? "544D4D55" : part);
    }

    // The last flag of the greeting is followed by the first ASID and the observation.
    private static byte[] Halved(byte[] welcome)
    {
        welcome[^4] = 2;
        return welcome;
    }

    private static byte[] Longer(byte[] frame)
    {
        frame[0]++;
        return [.. frame, 0];
    }
}
