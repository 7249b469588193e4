using System.Buffers.Binary;

namespace SmmuConformance.Driver.Adapters.Wire;

/// <summary>Receives frames at the end that serves.</summary>
/// <param name="from">Where they come from.</param>
/// <param name="who">Who writes them; for messages.</param>
public sealed class FrameReader(Stream from, string who)
{
    private byte[] _payload = new byte[4096];

    /// <summary>The first frame up to its version; false: there is none.</summary>
    /// <param name="role">What is served.</param>
    /// <param name="hello">The frame; what follows is the role's own.</param>
    /// <exception cref="WireException">Who is at the other end does not speak this version of the protocol.</exception>
    public bool ReceiveHello(WireRole role, out WireReader hello)
    {
        if (!Receive(out hello))
            return false;
        if (
            hello.U8("kind of frame") != (byte)FrameKind.Hello
            || hello.U32("the magic number") != Protocol.Magic
        )
            throw new WireException(
                $"this program is started by the suite, which speaks first; start it with {role.Choice}"
            );
        if (hello.U16("the version") is var version && version != Protocol.Version)
            throw new WireException(
                $"the suite speaks version {version} of the protocol, this {role.Kind} version {Protocol.Version}"
            );
        return true;
    }

    /// <summary>The next frame, good until the one after it; false: there is none any more.</summary>
    /// <exception cref="EndOfStreamException">It ends in the middle of one.</exception>
    public bool Receive(out WireReader frame)
    {
        frame = default;
        Span<byte> header = stackalloc byte[sizeof(uint)];
        if (from.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length)
            return false;
        var length = (int)BinaryPrimitives.ReadUInt32LittleEndian(header);
        if (_payload.Length < length)
            _payload = new byte[length];
        from.ReadExactly(_payload, 0, length);
        frame = new WireReader(_payload.AsSpan(0, length), 0, who);
        return true;
    }
}
