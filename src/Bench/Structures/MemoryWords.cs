using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Bench;

/// <summary>Runs of 64-bit words as memory has them now, for whoever watches: an external abort reads as zero.</summary>
internal static class MemoryWords
{
    /// <summary>Reads as many words as the span holds.</summary>
    /// <param name="memory">The memory.</param>
    /// <param name="at">Address of the first; a multiple of 8.</param>
    /// <param name="words">Where they go.</param>
    public static void Fill(this PhysicalMemory memory, PhysicalAddress at, Span<ulong> words)
    {
        for (var i = 0; i < words.Length; i++)
            if (!memory.TryRead64(at + 8ul * (ulong)i, out words[i]))
                words[i] = 0;
    }

    /// <summary>A number of words.</summary>
    public static ulong[] Words(this PhysicalMemory memory, PhysicalAddress at, int count)
    {
        var words = new ulong[count];
        memory.Fill(at, words);
        return words;
    }

    /// <summary>A structure.</summary>
    public static T Structure<T>(this PhysicalMemory memory, PhysicalAddress at)
        where T : struct, ILayout<T>
    {
        Span<ulong> words = stackalloc ulong[T.Layout.WordCount];
        memory.Fill(at, words);
        return T.FromWords(words);
    }
}
