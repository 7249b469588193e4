namespace SmmuConformance.Architecture;

/// <summary>Thirty-two raw bytes of the event queue; typed by <see cref="As{T}"/> once the number is known.</summary>
/// <param name="Word0">Bits [63:0]; the event number is [7:0].</param>
/// <param name="Word1">Bits [127:64].</param>
/// <param name="Word2">Bits [191:128].</param>
/// <param name="Word3">Bits [255:192].</param>
public readonly record struct EventRecord(ulong Word0, ulong Word1, ulong Word2, ulong Word3)
{
    /// <summary>Size of an event record in bytes.</summary>
    public const int Size = 32;

    /// <summary>Which event this is: bits [7:0].</summary>
    public byte Id => unchecked((byte)Word0);

    /// <summary>The stream, which every record of the manual names in bits [63:32].</summary>
    public StreamId StreamID => new(unchecked((uint)(Word0 >> 32)));

    /// <summary>The same record about another stream.</summary>
    public EventRecord WithStream(StreamId stream) =>
        this with
        {
            Word0 = unchecked((uint)Word0) | ((ulong)stream.Value << 32),
        };

    /// <summary>The same bits as a typed record; the number is not checked.</summary>
    public T As<T>()
        where T : struct, IEvent<T> => T.FromWords([Word0, Word1, Word2, Word3]);

    /// <summary>True if the number is that of <typeparamref name="T"/>.</summary>
    public bool Is<T>()
        where T : struct, IEvent<T> => Id == T.IdOf;

    /// <summary>The raw bytes of a typed record.</summary>
    public static EventRecord From<T>(T record)
        where T : struct, IEvent<T> =>
        new(record.Word(0), record.Word(1), record.Word(2), record.Word(3));

    /// <summary>One line: the manual's name, then each field that is not zero.</summary>
    public override string ToString() =>
        LayoutCatalogue.Event(Id) is { } layout
            ? LayoutText.Line(layout, [Word0, Word1, Word2, Word3])
            : $"unknown event 0x{Id:x2}  {Word0:x16} {Word1:x16} {Word2:x16} {Word3:x16}";
}
