using FluentAssertions;
using SmmuConformance.Bench;
using SmmuConformance.Bench.Models;
using SmmuConformance.Conformance.Plugging;
using SmmuConformance.Driver.Adapters.Wire;
using static SmmuConformance.Conformance.Plugging.ScriptedProcess;

namespace SmmuConformance.Conformance.Platforms;

/// <summary>What SMMU_PLATFORM may say, and what is said of what it may not; programs that are no models; known differences.</summary>
public sealed class ModelChoiceTests : IDisposable
{
    private static readonly CaseDeclaration s_case = Catalogue.Cases.First(declared =>
        declared is { IsAboutHardware: true, HasRows: false }
    );

    // How many ModelProfile reads.
    private const int Registers = 11;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null)]
    [InlineData(" ")]
    [InlineData("emulator")]
    public void Nothing_chooses_the_emulator(string? text)
    {
        var platform = CasePlatform.Parse(text, null);

        platform.IsEmulator.Should().BeTrue();
        platform.Profiles.Should().Equal(CaseProfiles.All);
    }

    [Theory]
    [InlineData("nonsense", "names no platform", "`process:command line`")]
    [InlineData("process:", "names no platform", "docs/testing-a-model.md")]
    [InlineData("process:model 'a b", "the quote ' in `model 'a b` is not closed")]
    [InlineData("process:/nowhere/model", "`/nowhere/model` cannot be started", "SMMU_PLATFORM")]
    [InlineData("assembly:/nowhere/model.dll", "there is no such file", "/nowhere/model.dll")]
    public void What_names_no_model_is_answered_with_what_does(string text, params string[] told) =>
        MustBeRefused(text, told);

    [Fact]
    public void An_assembly_without_a_model_says_what_one_is() =>
        MustBeRefused(
            $"assembly:{typeof(PluggedDriver).Assembly.Location}",
            "no public class with a constructor without parameters is an IHardwareModel"
        );

    [SkippableTheory]
    [InlineData("text", "print to standard error", "The bytes read \"ready\\n\"")]
    [InlineData("name", "the model's name is `a b`", "letters, digits, dots and dashes")]
    [InlineData("driver", "byte ", "what the model wrote", "docs/model-protocol.md")]
    [InlineData("ended", "ended while starting", "it exited with code 3", "no licence")]
    [InlineData("answer", "what became of it is 0x07, and must be 0 (done) or 1 (not here)")]
    public void A_program_that_is_no_model_is_refused_with_what_is_wrong(
        string name,
        params string[] told
    ) =>
        MustBeRefused(
            name switch
            {
                "text" => Command(_folder, [.. "ready\n"u8]),
                "name" => Command(_folder, Greeting("a b")),
                "driver" => Command(_folder, Welcome()),
                "ended" => Command(_folder, [], "echo no licence >&2; exit 3"),
                _ => Command(
                    _folder,
                    [.. Greeting("mine"), .. Frame(FrameKind.Replies, to => to.U8(7))]
                ),
            },
            told
        );

    [SkippableFact]
    public void What_a_model_says_later_is_held_against_the_protocol_as_well()
    {
        // What it is like, register by register; then a piece of memory longer than its frame.
        byte[] registers =
        [
            .. Enumerable.Repeat(Done(to => to.U64(0)), Registers).SelectMany(frame => frame),
        ];
        var written = Done(to =>
        {
            to.U32(uint.MaxValue);
            to.U64(0x4000_0000);
            to.U32(uint.MaxValue);
        });
        var command = Command(
            _folder,
            [.. Greeting("mine"), .. Done(_ => { }), .. registers, .. Done(_ => { }), .. written]
        );
        using var model = ChosenModels.Parse(command).Single()();

        var telling = () => model.Reset(1).TellWritten((_, _) => { });

        telling
            .Should()
            .Throw<ModelFaultException>()
            .Which.Message.Should()
            .Contain("while it said what it has written")
            .And.Contain("4294967295 bytes of a piece of memory must follow");
        model.HasEnded.Should().BeTrue();
    }

    [SkippableFact]
    public void A_model_that_hangs_is_ended() =>
        MustBeRefused(
            Command(_folder, []),
            0.3,
            "it did not come to an end within 0.3 s",
            ChosenModels.PatienceVariable
        );

    [Theory]
    [InlineData(Verdict.Failed, Verdict.Waived, "D7 (§1.2): It differs.")]
    [InlineData(Verdict.Passed, Verdict.Failed, "Take it out of the list")]
    [InlineData(Verdict.NotApplicable, Verdict.NotApplicable, "a reason")]
    public void A_difference_that_is_listed_is_waived_and_must_show(
        Verdict ended,
        Verdict judged,
        string reason
    )
    {
        var list = _folder.Write(
            "known.jsonl",
            $$"""
            {"id": "D7", "kind": "Deviation", "clause": "1.2", "sentence": "It differs.", "shows": ["{{s_case.Id}}"]}
            """
        );
        var platform = CasePlatform.Parse(ModelTests.InThisProcess, list);

        var ending = platform.Judge(
            new Execution(s_case, 0, platform.Profiles.Single()),
            new Ending(ended, "a reason")
        );

        ending.Verdict.Should().Be(judged);
        ending.Reason.Should().Contain(reason);
    }

    [Theory]
    [InlineData(null, "known.jsonl")]
    [InlineData("{", "line 1")]
    [InlineData(
        """{"id": "D1", "kind": "Death", "clause": "1", "sentence": "It.", "shows": ["hw.none"]}""",
        "D1 shows in `hw.none`, which is no execution"
    )]
    public void A_list_that_cannot_be_read_is_named(string? text, string told)
    {
        var path = text is null ? "/nowhere/known.jsonl" : _folder.Write("known.jsonl", text);

        var parsing = () => CasePlatform.Parse(ModelTests.InThisProcess, path);

        parsing.Should().Throw<FormatException>().Which.Message.Should().Contain(told);
    }

    private static byte[] Done(Action<WireWriter> answer) =>
        Frame(
            FrameKind.Replies,
            to =>
            {
                to.U8((byte)ModelAnswer.Done);
                answer(to);
            }
        );

    private static byte[] Greeting(string name) =>
        Frame(
            FrameKind.Welcome,
            to =>
            {
                to.U32(Protocol.Magic);
                to.U16(Protocol.Version);
                to.Text(name);
                to.U32(0x2_0000);
                to.U32(0);
            }
        );

    private static void MustBeRefused(string text, params string[] told) =>
        MustBeRefused(text, 60, told);

    private static void MustBeRefused(string text, double seconds, params string[] told)
    {
        var starting = () =>
            ChosenModels
                .Parse(text, new() { Patience = TimeSpan.FromSeconds(seconds) })
                .Single()()
                .Dispose();

        var message = starting.Should().Throw<ModelFaultException>().Which.Message;
        foreach (var part in told)
            message.Should().Contain(part);
    }
}
