using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>What went wrong during translation (§7.3.12 to §7.3.17).</summary>
internal enum TranslationFaultKind : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>F_WALK_EABT.</summary>
    WalkAbort,

    /// <summary>F_TRANSLATION.</summary>
    Translation,

    /// <summary>F_ADDR_SIZE.</summary>
    AddressSize,

    /// <summary>F_ACCESS.</summary>
    Access,

    /// <summary>F_PERMISSION.</summary>
    Permission,

    /// <summary>F_TLB_CONFLICT.</summary>
    TlbConflict,

    /// <summary>A speculative access stopped where a real one would have updated a flag. Never recorded.</summary>
    Speculation,
}

/// <summary>A fault as a value: all that an event record says of it, but for the transaction.</summary>
internal struct TranslationFault
{
    /// <summary>What.</summary>
    public TranslationFaultKind Kind;

    /// <summary>It arose at stage 2, or on the way to a descriptor of stage 2.</summary>
    public bool Stage2;

    /// <summary>What was being translated; IN for every fault of stage 1 but a walk abort (§7.3.12).</summary>
    public EventClass Class;

    /// <summary>An update of a stage 1 descriptor, not its fetch, met it: F_PERMISSION.TTRnW is 0 (§7.3.16).</summary>
    public bool DescriptorWrite;

    /// <summary>Of an access that reads and writes only the read was refused: RnW is 1 (§13.1.1).</summary>
    public bool OnlyReadRefused;

    /// <summary>What stage 2 was given.</summary>
    public Ipa Ipa;

    /// <summary>Physical address of the descriptor, for a walk abort.</summary>
    public PhysicalAddress Fetch;

    /// <summary>A fault of stage 1: the address came from outside.</summary>
    public static TranslationFault AtStage1(TranslationFaultKind kind) =>
        new() { Kind = kind, Class = EventClass.IN };

    /// <summary>A descriptor of stage 1 that could not be read or updated.</summary>
    public static TranslationFault Stage1Walk(PhysicalAddress fetch) =>
        new()
        {
            Kind = TranslationFaultKind.WalkAbort,
            Class = EventClass.TTD,
            Fetch = fetch,
        };
}
