using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>How a walk ended.</summary>
internal enum WalkEnd : byte
{
    /// <summary>At a valid page or block.</summary>
    Leaf,

    /// <summary>At a table, where the caller asked to stop.</summary>
    Table,

    /// <summary>A descriptor could not be read or updated.</summary>
    ExternalAbort,

    /// <summary>At an invalid descriptor, or one of a type that its level does not have.</summary>
    NoDescriptor,

    /// <summary>A descriptor puts out an address beyond the effective size.</summary>
    TooLarge,

    /// <summary>Stage 2 refused the address of a stage 1 descriptor; the fault says how.</summary>
    Stage2,

    /// <summary>A speculative walk came to a flag that it may not set.</summary>
    Speculation,
}

/// <summary>Where a walk ended and what it gathered.</summary>
internal struct WalkResult
{
    /// <summary>Never reached by a real level: walk to the leaf.</summary>
    public const int ToTheLeaf = 4;

    /// <summary>Level of the last descriptor.</summary>
    public int Level;

    /// <summary>Physical address of the last descriptor.</summary>
    public PhysicalAddress At;

    /// <summary>The last descriptor, in the byte order of the machine.</summary>
    public ulong Word;

    /// <summary>What the last descriptor puts out: a page, a block or a table.</summary>
    public PhysicalAddress Output;

    /// <summary>With which attributes the last descriptor was read: the tables' own, after stage 2 where nested.</summary>
    public MemoryAttributes Access;

    /// <summary>Address of the last descriptor as the tables name it: an IPA where nested, else <see cref="At"/>.</summary>
    public Ipa Slot;

    /// <summary>What the tables on the way took away.</summary>
    public TableLimits Limits;
}
