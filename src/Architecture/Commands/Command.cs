namespace SmmuConformance.Architecture;

/// <summary>Sixteen raw bytes of the command queue; typed by <see cref="As{T}"/> once the opcode is known.</summary>
/// <param name="Word0">Bits [63:0]; the opcode is [7:0].</param>
/// <param name="Word1">Bits [127:64].</param>
public readonly record struct Command(ulong Word0, ulong Word1)
{
    /// <summary>Size of a command in bytes.</summary>
    public const int Size = 16;

    /// <summary>Which command this is: bits [7:0].</summary>
    public byte Opcode => unchecked((byte)Word0);

    /// <summary>The same bits as a typed command; the opcode is not checked.</summary>
    public T As<T>()
        where T : struct, ICommand<T> => T.FromWords([Word0, Word1]);

    /// <summary>True if the opcode is that of <typeparamref name="T"/>.</summary>
    public bool Is<T>()
        where T : struct, ICommand<T> => Opcode == T.OpcodeOf;

    /// <summary>The raw bytes of a typed command.</summary>
    public static Command From<T>(T command)
        where T : struct, ICommand<T> => new(command.Word(0), command.Word(1));

    /// <summary>One line: the manual's name, then each field that is not zero.</summary>
    public override string ToString() =>
        LayoutCatalogue.Command(Opcode) is { } layout
            ? LayoutText.Line(layout, [Word0, Word1])
            : $"unknown command 0x{Opcode:x2}  {Word0:x16} {Word1:x16}";
}
