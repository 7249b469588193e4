using SmmuConformance.Driver.Adapters.Wire;

namespace SmmuConformance.Conformance.Plugging;

/// <summary>Frames as bytes: what is written is read, little-endian, and what is not there is missed.</summary>
public sealed class WireTextTests
{
    [Fact]
    public void A_frame_is_its_length_its_kind_and_words_of_little_endian()
    {
        var frame = ScriptedProcess.Frame(
            FrameKind.Acts,
            to =>
            {
                to.U8(1);
                to.Flag(true);
                to.U16(0x0203);
                to.U32(0x0405_0607);
                to.I32(-2);
                to.U64(0x0809_0a0b_0c0d_0e0f);
                to.I64(-3);
                to.Text("é");
                to.Record(new(1, 2, 3, 4));
            }
        );

        Assert.Equal(
            "410000001201010302070605"
                + "04feffffff0f0e0d0c0b0a0908fdffffffffffffff0200c3a9"
                + "0100000000000000020000000000000003000000000000000400000000000000",
            Convert.ToHexStringLower(frame)
        );
        var from = new WireReader(frame.AsSpan(4), 0);
        Assert.Equal((byte)FrameKind.Acts, from.U8("kind"));
        Assert.Equal(1, from.U8("byte"));
        Assert.True(from.Flag("flag"));
        Assert.Equal(0x0203, from.U16("half"));
        Assert.Equal(0x0405_0607u, from.U32("word"));
        Assert.Equal(-2, from.I32("number"));
        Assert.Equal(0x0809_0a0b_0c0d_0e0ful, from.U64("long"));
        Assert.Equal(-3, from.I64("long number"));
        Assert.Equal("é", from.Text("text"));
        Assert.Equal(4ul, from.Record("record").Word3);
        Assert.True(from.IsAtEnd);
        from.MustBeAtEnd();
    }

    [Fact]
    public void A_text_that_is_too_long_is_cut()
    {
        var frame = ScriptedProcess.Frame(FrameKind.Acts, to => to.Text(new('x', 70_000)));

        var from = new WireReader(frame.AsSpan(5), 0);

        Assert.Equal(ushort.MaxValue, from.Text("text").Length);
        Assert.True(from.IsAtEnd);
    }

    [Fact]
    public void What_is_missing_is_named_with_the_place()
    {
        var thrown = Assert.Throws<WireException>(() =>
        {
            var from = new WireReader([1, 2, 3], 1000);
            from.U8("kind");
            from.U32("the node");
        });

        Scene.MustSay(
            thrown.Message,
            "byte 1001 of what the driver wrote (byte 1 of the payload of 3)",
            "the frame ends, but 4 bytes of the node must follow",
            "from byte 1000 on: 010203"
        );
    }
}
