using System.Collections.Frozen;
using System.Reflection;

namespace SmmuConformance.Architecture;

/// <summary>Which bits the SMMU reads of a structure that is known by its layout alone: a command by its opcode, say.</summary>
public static class LayoutUse
{
    private delegate ulong[] Reader(ReadOnlySpan<ulong> words);

    // First: the table below is made with it.
    private static readonly MethodInfo MakeReader = typeof(LayoutUse).GetMethod(
        nameof(ReaderOf),
        BindingFlags.Static | BindingFlags.NonPublic
    )!;

    private static readonly FrozenDictionary<string, Reader> Readers = typeof(Layout)
        .Assembly.GetTypes()
        .Where(type => type.IsValueType && IsLayout(type))
        .Select(type => MakeReader.MakeGenericMethod(type).Invoke(null, null))
        .Cast<(string Name, Reader Read)>()
        .DistinctBy(made => made.Name)
        .ToFrozenDictionary(made => made.Name, made => made.Read);

    /// <summary>The bits read, word by word.</summary>
    /// <exception cref="KeyNotFoundException">No type declares the layout.</exception>
    public static ulong[] Of(Layout layout, ReadOnlySpan<ulong> words) =>
        Readers[layout.Name](words);

    private static (string, Reader) ReaderOf<T>()
        where T : struct, ILayout<T> =>
        (
            T.Layout.Name,
            words =>
            {
                var used = T.FromWords(words).UsedBits();
                return [.. Enumerable.Range(0, T.Layout.WordCount).Select(used.Word)];
            }
        );

    private static bool IsLayout(Type type) =>
        type.GetInterfaces()
            .Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(ILayout<>));
}
