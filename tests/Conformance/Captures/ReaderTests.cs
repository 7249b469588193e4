using System.Text;
using FluentAssertions;
using SmmuConformance.Bench;

namespace SmmuConformance.Conformance.Captures;

/// <summary>A capture that cannot be read says where.</summary>
[Trait("Area", "captures")]
public sealed class ReaderTests
{
    private const string Event =
        """{"ev":"STE_W","sid":"0x10","qword":1,"value":"00000000000000d6"}""";

    [Theory]
    [InlineData(
        "\"0x10\"",
        "\"ten\"",
        "x.json: line 2: $.boot.events[0].sid is not hexadecimal: \"ten\""
    )]
    [InlineData(
        "\"qword\":1",
        "\"qword\":8",
        "x.json: line 2: $.boot.events[0].qword is no word of a 64-byte entry: 8"
    )]
    [InlineData("\"qword\":1,", "", "x.json: line 2: $.boot.events[0] has no \"qword\"")]
    [InlineData("STE_W", "STE_X", "x.json: line 2: $.boot.events[0] is an unknown event \"STE_X\"")]
    [InlineData(
        "\"sid\":\"0x10\"",
        "\"sid\":16",
        "x.json: line 2: $.boot.events[0].sid is not a string"
    )]
    [InlineData(
        "0x10",
        "0x100000000",
        "x.json: line 2: $.boot.events[0].sid 0x100000000 exceeds 32 bits"
    )]
    public void A_malformed_event_is_named_by_file_and_path(string good, string bad, string message)
    {
        var read = () =>
            CaptureReader.Read("x.json", With(Event.Replace(good, bad, StringComparison.Ordinal)));

        read.Should().Throw<CaptureFormatException>().WithMessage(message);
    }

    [Fact]
    public void An_unknown_register_is_named()
    {
        var read = () =>
            CaptureReader.Read(
                "x.json",
                With("""{"ev":"MMIO_W","reg":"CR9","size":4,"value":"0x0"}""")
            );

        read.Should()
            .Throw<CaptureFormatException>()
            .WithMessage("x.json: line 2: $.boot.events[0].reg names no register: \"CR9\"");
    }

    [Theory]
    [InlineData(
        """{"ev":"STE_INIT","sid_first":"0x10","sid_last":"0xf","ste":[]}""",
        "$.boot.events[0].sid_last 0xf is below sid_first 0x10"
    )]
    [InlineData(
        """{"ev":"STE_INIT","sid_first":"0x0","sid_last":"0xffffffff","ste":[]}""",
        "$.boot.events[0].sid_last 0xffffffff makes more than 1048576 entries"
    )]
    [InlineData(
        """{"ev":"CD_W","cd_pa":"0x1008","qword":0,"value":"0"}""",
        "$.boot.events[0].cd_pa 0x1008 is not a multiple of 64 bytes"
    )]
    [InlineData(
        """{"ev":"CMD","slot":0,"raw":["0","0","0"]}""",
        "$.boot.events[0].raw has 3 words, not at most 2"
    )]
    [InlineData(
        """{"ev":"CMD","slot":0,"raw":["00000000000000046","0"]}""",
        "$.boot.events[0].raw[0] \"00000000000000046\" exceeds 64 bits"
    )]
    [InlineData(
        """{"ev":"MMIO_W","reg":"CR0","size":2,"value":"0x0"}""",
        "$.boot.events[0].size is no register access of 4 or 8 bytes: 2"
    )]
    [InlineData("""{"ev":"PROD","value":null}""", "$.boot.events[0].value is not a string")]
    [InlineData("[]", "$.boot.events[0] has no \"ev\"")]
    public void What_no_kernel_can_have_done_is_named_by_line_and_field(string e, string message)
    {
        var read = () => CaptureReader.Read("x.json", With(e));

        read.Should().Throw<CaptureFormatException>().WithMessage($"x.json: line 2: {message}");
    }

    [Fact]
    public void The_line_is_that_of_the_field()
    {
        var read = () =>
            CaptureReader.Read(
                "x.json",
                With(
                    """
                    {"ev":"PROD","value":"0x0"},
                    {"ev":"STE_W",

                     "sid":"0x10","qword":1,
                     "value":"0xg"}
                    """
                )
            );

        read.Should()
            .Throw<CaptureFormatException>()
            .WithMessage("x.json: line 6: $.boot.events[1].value is not hexadecimal: \"0xg\"");
    }

    [Fact]
    public void A_text_that_is_cut_says_where()
    {
        var text = Encoding.UTF8.GetString(With($"{Event},\n{Event}").Span);
        var cut = text[..text.LastIndexOf("00d6", StringComparison.Ordinal)];

        var read = () => CaptureReader.Read("x.json", Encoding.UTF8.GetBytes(cut));

        read.Should()
            .Throw<CaptureFormatException>()
            .WithMessage(
                "x.json: line 3: the text breaks off or is no JSON at or behind $.boot.events[1].value: *"
            );
    }

    [Fact]
    public void A_member_that_stands_twice_is_not_guessed_at()
    {
        var read = () =>
            CaptureReader.Read("x.json", With("""{"ev":"PROD","value":"0","value":"1"}"""));

        read.Should()
            .Throw<CaptureFormatException>()
            .WithMessage("x.json: line 2: $.boot.events[0].value stands twice");
    }

    [Fact]
    public void A_name_begins_with_the_release_whose_known_bugs_are_looked_for()
    {
        var read = () => CaptureReader.Read("x.json", """{"name":"mine"}"""u8.ToArray());

        read.Should()
            .Throw<CaptureFormatException>()
            .WithMessage("x.json: line 1: $.name does not begin with a kernel release*");
    }

    [Theory]
    [MemberData(nameof(CaptureLibrary.Names), MemberType = typeof(CaptureLibrary))]
    public void Every_file_that_is_cut_anywhere_is_refused_with_its_line(string name)
    {
        var whole = File.ReadAllBytes(Path.Combine(CaptureLibrary.Folder, $"{name}.json"));
        for (var at = 1; at < whole.Length - 3; at += whole.Length / 19)
        {
            var read = () => CaptureReader.Read("x.json", whole.AsMemory(0, at));

            var line = whole.AsSpan(0, at).Count((byte)'\n') + 1;
            read.Should().Throw<CaptureFormatException>().WithMessage($"x.json: line {line}: *");
        }
    }

    [Fact]
    public void Broken_JSON_is_named_by_file_and_line()
    {
        var read = () => CaptureReader.Read("x.json", Encoding.UTF8.GetBytes("{\n\"name\":\n}"));

        read.Should().Throw<CaptureFormatException>().WithMessage("x.json: line 3: *");
    }

    [Fact]
    public void A_register_that_is_needed_and_missing_is_named()
    {
        var replay = () => CaptureReplay.Of(CaptureReader.Read("x.json", With(Event)));

        replay
            .Should()
            .Throw<CaptureFormatException>()
            .WithMessage(
                "x.json: line 2: $.boot.registers has no \"IDR0\"; what the hardware is follows from it"
            );
    }

    [Fact]
    public void A_well_formed_event_is_read()
    {
        var capture = CaptureReader.Read("x.json", With(Event));

        capture
            .Boot.Events.Should()
            .Equal(new SteStore("x.json: line 2: $.boot.events[0]", 0x10, 1, 0xd6));
    }

    private static ReadOnlyMemory<byte> With(string e) =>
        Encoding.UTF8.GetBytes(
            $$"""
            {"name":"6.1-x","kernel":"6.1","notes":null,
             "boot":{"registers":{},"devices":[],"entries":[],"events":[{{e}}]},"actions":[]}
            """
        );
}
