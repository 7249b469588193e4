using System.Text;
using FluentAssertions;

namespace SmmuConformance.Conformance.Captures;

/// <summary>A capture that cannot be read says where.</summary>
[Trait("Area", "captures")]
public sealed class ReaderTests
{
    private const string Event =
        """{"ev":"STE_W","sid":"0x10","qword":1,"value":"00000000000000d6"}""";

    [Theory]
    [InlineData("\"0x10\"", "\"ten\"", "x.json: $.boot.events[0].sid is not hexadecimal: \"ten\"")]
    [InlineData(
        "\"qword\":1",
        "\"qword\":8",
        "x.json: $.boot.events[0].qword is no word of a 64-byte entry: 8"
    )]
    [InlineData("\"qword\":1,", "", "x.json: $.boot.events[0] has no \"qword\"")]
    [InlineData("STE_W", "STE_X", "x.json: $.boot.events[0] is an unknown event \"STE_X\"")]
    [InlineData("\"sid\":\"0x10\"", "\"sid\":16", "x.json: $.boot.events[0].sid is not a string")]
    [InlineData("0x10", "0x100000000", "x.json: $.boot.events[0].sid 0x100000000 exceeds 32 bits")]
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
            .WithMessage("x.json: $.boot.events[0].reg names no register: \"CR9\"");
    }

    [Fact]
    public void Broken_JSON_is_named_by_file_and_line()
    {
        var read = () => CaptureReader.Read("x.json", Encoding.UTF8.GetBytes("{\n\"name\":\n}"));

        read.Should().Throw<CaptureFormatException>().WithMessage("x.json: line 3: *");
    }

    [Fact]
    public void A_well_formed_event_is_read()
    {
        var capture = CaptureReader.Read("x.json", With(Event));

        capture.Boot.Events.Should().Equal(new SteStore("x.json: $.boot.events[0]", 0x10, 1, 0xd6));
    }

    private static ReadOnlyMemory<byte> With(string e) =>
        Encoding.UTF8.GetBytes(
            $$"""
            {"name":"6.1-x","kernel":"6.1","notes":null,
             "boot":{"registers":{},"devices":[],"entries":[],"events":[{{e}}]},"actions":[]}
            """
        );
}
