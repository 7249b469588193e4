using System.Buffers.Binary;

namespace SmmuConformance.Driver.Adapters.Wire;

/// <summary>Receives frames at the end that serves.</summary>
/// <param name="from">Where they come from.</param>
/// <param name="who">Who writes them; for messages.</param>
public sealed class FrameReader(Stream from, string who)
{
    private byte[] _payload = new byte[4096];

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
