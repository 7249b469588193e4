namespace SmmuConformance.Architecture;

/// <summary>How completion of a CMD_SYNC is announced (§4.7.3). 0b11 is ILLEGAL.</summary>
public enum CompletionSignal : byte
{
    /// <summary>Not at all: software watches the consumer index.</summary>
    None = 0b00,

    /// <summary>By an interrupt, or by the write of an MSI.</summary>
    Irq = 0b01,

    /// <summary>By an event on the PE side.</summary>
    Sev = 0b10,
}

/// <summary>Waits until every earlier command has had its effect.</summary>
[Command("CMD_SYNC", 0x46, clause: "4.7.3")]
public readonly partial struct Sync
{
    /// <summary>How completion is announced.</summary>
    [Bits(13, 12)]
    public partial CompletionSignal CS { get; init; }

    /// <summary>Shareability of the MSI write.</summary>
    [Bits(23, 22, When = nameof(WritesMsi))]
    public partial Shareability MSH { get; init; }

    /// <summary>Memory type of the MSI write, encoded as STE.MemAttr.</summary>
    [Bits(27, 24, When = nameof(WritesMsi))]
    public partial MemAttr MSIAttr { get; init; }

    /// <summary>Data of the MSI write.</summary>
    [Bits(63, 32, When = nameof(WritesMsi))]
    public partial uint MSIData { get; init; }

    /// <summary>Target of the MSI write; zero: no MSI.</summary>
    [Address(119, 66, When = nameof(WritesMsi))]
    public partial PhysicalAddress MSIAddress { get; init; }

    private bool WritesMsi => CS == CompletionSignal.Irq;
}
