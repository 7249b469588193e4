namespace SmmuConformance.Emulator;

/// <summary>
/// Under what a cached copy is found: a tag (translations: regime and identifiers; configuration: the kind) and a
/// place (an address with its size, or a stream with its index). Both are packed, so that a comparison is two words.
/// </summary>
internal readonly record struct CacheKey(ulong Tag, ulong Place)
{
    /// <summary>Key of a translation: the address above the bits that its size covers, and that size.</summary>
    /// <param name="tag">Who may use it.</param>
    /// <param name="address">Any address inside, sign-extended.</param>
    /// <param name="shift">log2 of the bytes it covers, 12 to 63.</param>
    public static CacheKey OfAddress(TranslationTag tag, ulong address, int shift) =>
        new(tag.Value, address >> shift << 6 | (uint)shift);

    /// <summary>log2 of the bytes that a translation covers.</summary>
    public int Shift => (int)(Place & 63);

    /// <summary>First address that a translation covers.</summary>
    public ulong First => unchecked(Place >> 6 << Shift);

    /// <summary>Last address that a translation covers.</summary>
    public ulong Last => First | ((1ul << Shift) - 1);

    /// <summary>The key of the next address range of the same size.</summary>
    public CacheKey Next => new(Tag, Place + 64);

    /// <summary>The tag of a translation.</summary>
    public TranslationTag Translation => new(Tag);
}
