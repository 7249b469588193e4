using System.Buffers.Binary;
using System.Text;
using SmmuConformance.Architecture;

namespace SmmuConformance.Driver.Adapters.Wire;

/// <summary>Puts a frame together; little-endian whatever the host. Used again and again, so that nothing is allocated.</summary>
public sealed class WireWriter
{
    private const int Header = 4;
    private byte[] _bytes = new byte[4096];
    private int _end = Header;

    /// <summary>Bytes of payload so far.</summary>
    public int Length => _end - Header;

    /// <summary>Starts a frame.</summary>
    public WireWriter Start(FrameKind kind)
    {
        _end = Header;
        U8((byte)kind);
        return this;
    }

    /// <summary>One byte.</summary>
    public void U8(byte value) => Room(1)[0] = value;

    /// <summary>One byte, 0 or 1.</summary>
    public void Flag(bool value) => U8(value ? (byte)1 : (byte)0);

    /// <summary>16 bits.</summary>
    public void U16(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Room(2), value);

    /// <summary>32 bits.</summary>
    public void U32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Room(4), value);

    /// <summary>32 bits with a sign.</summary>
    public void I32(int value) => BinaryPrimitives.WriteInt32LittleEndian(Room(4), value);

    /// <summary>64 bits.</summary>
    public void U64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Room(8), value);

    /// <summary>64 bits with a sign.</summary>
    public void I64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Room(8), value);

    /// <summary>An act with an address or two words.</summary>
    public void Act(WireAct act) => U8((byte)act);

    /// <summary>A text: its length in bytes (16 bits), then UTF-8. What is too long is cut.</summary>
    public void Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var length = Math.Min(bytes.Length, ushort.MaxValue);
        U16((ushort)length);
        bytes.AsSpan(0, length).CopyTo(Room(length));
    }

    /// <summary>The four words of an event record.</summary>
    public void Record(in EventRecord record)
    {
        U64(record.Word0);
        U64(record.Word1);
        U64(record.Word2);
        U64(record.Word3);
    }

    /// <summary>Sends the frame in one write.</summary>
    public void Send(Stream to)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes, (uint)Length);
        to.Write(_bytes, 0, _end);
        to.Flush();
    }

    /// <summary>So many bytes as they are.</summary>
    public void Bytes(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Room(bytes.Length));

    /// <summary>Room for so many bytes, to be filled at once.</summary>
    public Span<byte> Room(int bytes)
    {
        if (_end + bytes > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, _end + bytes));
        var room = _bytes.AsSpan(_end, bytes);
        _end += bytes;
        return room;
    }
}
