namespace SmmuConformance.Architecture;

/// <summary>What one 64-bit word of a VMSAv8-64 translation table is.</summary>
public enum DescriptorKind : byte
{
    /// <summary>Not valid, or of a type that its level does not have: the walk ends in a Translation fault.</summary>
    Invalid,

    /// <summary>Points to a table of the next level.</summary>
    Table,

    /// <summary>Maps a block.</summary>
    Block,

    /// <summary>Maps a page.</summary>
    Page,
}

/// <summary>Reads the kind of a descriptor.</summary>
public static class Descriptors
{
    /// <summary>Bytes in a descriptor.</summary>
    public const int Size = 8;

    /// <summary>The kind of a raw descriptor at a level (Arm ARM D8.3).</summary>
    /// <param name="word">The descriptor, in the byte order of the machine.</param>
    /// <param name="granule">Granule of the table.</param>
    /// <param name="level">Lookup level, -1 to 3.</param>
    /// <param name="wide">52-bit addresses: DS with 4 KB and 16 KB, LPA with 64 KB.</param>
    public static DescriptorKind KindOf(
        ulong word,
        Granule granule,
        int level,
        bool wide = false
    ) =>
        (word & 0b11, level) switch
        {
            (0b11, 3) => DescriptorKind.Page,
            (0b11, _) => DescriptorKind.Table,
            (0b01, < 3) when granule.AllowsBlock(level, wide) => DescriptorKind.Block,
            _ => DescriptorKind.Invalid,
        };
}
