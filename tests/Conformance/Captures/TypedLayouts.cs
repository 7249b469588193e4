using System.Collections.Frozen;
using System.Reflection;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;

namespace SmmuConformance.Conformance.Captures;

/// <summary>Raw commands and register values by the type that declares them.</summary>
internal static class TypedLayouts
{
    private delegate CapturedWords Reader(string source, ReadOnlySpan<ulong> words);

    // First: the two tables below are made with it.
    private static readonly MethodInfo MakeReader = typeof(TypedLayouts).GetMethod(
        nameof(ReaderOf),
        BindingFlags.Static | BindingFlags.NonPublic
    )!;

    private static readonly FrozenDictionary<uint, Reader> Commands = Readers(typeof(ICommand<>));
    private static readonly FrozenDictionary<uint, Reader> Registers = Readers(typeof(IRegister<>));

    /// <summary>A command by its opcode.</summary>
    /// <exception cref="CaptureFormatException">No command has that opcode.</exception>
    public static CapturedWords Command(string source, Command command) =>
        Commands.TryGetValue(command.Opcode, out var read)
            ? read(source, [command.Word0, command.Word1])
            : throw new CaptureFormatException($"{source}: {command}");

    /// <summary>A register's value.</summary>
    public static CapturedWords Register(string source, RegisterInfo register, ulong value) =>
        Registers[register.Offset](source, [value]);

    private static FrozenDictionary<uint, Reader> Readers(Type kind) =>
        typeof(Layout)
            .Assembly.GetTypes()
            .Where(type => type.IsValueType && Implements(type, kind))
            .Select(type => MakeReader.MakeGenericMethod(type).Invoke(null, null))
            .Cast<(uint Code, Reader Read)>()
            .ToFrozenDictionary(made => made.Code, made => made.Read);

    private static (uint, Reader) ReaderOf<T>()
        where T : struct, ILayout<T> =>
        (T.Layout.Code, (source, words) => CapturedWords.Of(source, T.FromWords(words)));

    private static bool Implements(Type type, Type kind) =>
        type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == kind);
}
