using System.Buffers.Binary;
using System.Text;
using SmmuConformance.Architecture;

namespace SmmuConformance.Driver.Adapters.Wire;

/// <summary>Takes the payload of one frame apart.</summary>
/// <param name="payload">The payload, from its kind on.</param>
/// <param name="position">How many bytes came before it on the stream; for messages.</param>
/// <param name="who">Who wrote it; for messages.</param>
public ref struct WireReader(ReadOnlySpan<byte> payload, long position, string who = "driver")
{
    private readonly ReadOnlySpan<byte> _payload = payload;
    private int _at;

    /// <summary>True if nothing is left.</summary>
    public readonly bool IsAtEnd => _at == _payload.Length;

    /// <summary>One byte.</summary>
    /// <exception cref="WireException">The frame ends before.</exception>
    public byte U8(string what) => Take(1, what)[0];

    /// <summary>One byte that must be 0 or 1.</summary>
    /// <exception cref="WireException">It is neither.</exception>
    public bool Flag(string what) =>
        U8(what) switch
        {
            0 => false,
            1 => true,
            var other => throw Wrong($"{what} is 0x{other:x2}, and must be 0 or 1", 1),
        };

    /// <summary>16 bits.</summary>
    public ushort U16(string what) => BinaryPrimitives.ReadUInt16LittleEndian(Take(2, what));

    /// <summary>32 bits.</summary>
    public uint U32(string what) => BinaryPrimitives.ReadUInt32LittleEndian(Take(4, what));

    /// <summary>32 bits with a sign.</summary>
    public int I32(string what) => BinaryPrimitives.ReadInt32LittleEndian(Take(4, what));

    /// <summary>64 bits.</summary>
    public ulong U64(string what) => BinaryPrimitives.ReadUInt64LittleEndian(Take(8, what));

    /// <summary>64 bits with a sign.</summary>
    public long I64(string what) => BinaryPrimitives.ReadInt64LittleEndian(Take(8, what));

    /// <summary>A text of UTF-8 after its length.</summary>
    public string Text(string what) => Encoding.UTF8.GetString(Take(U16(what), what));

    /// <summary>The four words of an event record.</summary>
    public EventRecord Record(string what) => new(U64(what), U64(what), U64(what), U64(what));

    /// <summary>Nothing may be left.</summary>
    /// <exception cref="WireException">Something is.</exception>
    public readonly void MustBeAtEnd()
    {
        if (!IsAtEnd)
            throw Wrong($"{_payload.Length - _at} bytes stand behind the end of what was said", 0);
    }

    /// <summary>An error that names a byte and shows what stands around it.</summary>
    /// <param name="what">What is wrong.</param>
    /// <param name="back">How many bytes before the place reached it begins.</param>
    public readonly WireException Wrong(string what, int back)
    {
        var at = Math.Max(0, _at - back);
        var first = Math.Max(0, at - 8);
        var around = _payload[first..Math.Min(_payload.Length, at + 8)];
        return new WireException(
            $"byte {position + at} of what the {who} wrote (byte {at} of the payload of {_payload.Length}): {what}\n"
                + $"    from byte {position + first} on: {Convert.ToHexString(around)}"
        );
    }

    /// <summary>So many bytes as they are.</summary>
    /// <exception cref="WireException">The frame ends before.</exception>
    public ReadOnlySpan<byte> Bytes(uint count, string what) =>
        count <= _payload.Length - _at
            ? Take((int)count, what)
            : throw Wrong($"the frame ends, but {count} bytes of {what} must follow", 0);

    private ReadOnlySpan<byte> Take(int bytes, string what)
    {
        if (_payload.Length - _at < bytes)
            throw Wrong($"the frame ends, but {bytes} bytes of {what} must follow", 0);
        var taken = _payload.Slice(_at, bytes);
        _at += bytes;
        return taken;
    }
}
