namespace SmmuConformance.Architecture;

/// <summary>Size of the region of CMD_DPTI_PA (§4.6.2).</summary>
public enum DptiSize : byte
{
    /// <summary>4 KB.</summary>
    Size4K = 0b0000,

    /// <summary>16 KB.</summary>
    Size16K = 0b0001,

    /// <summary>64 KB.</summary>
    Size64K = 0b0010,

    /// <summary>2 MB.</summary>
    Size2M = 0b0011,

    /// <summary>32 MB.</summary>
    Size32M = 0b0100,

    /// <summary>512 MB.</summary>
    Size512M = 0b0101,

    /// <summary>1 GB.</summary>
    Size1G = 0b0110,

    /// <summary>16 GB.</summary>
    Size16G = 0b0111,

    /// <summary>64 GB.</summary>
    Size64G = 0b1000,

    /// <summary>512 GB.</summary>
    Size512G = 0b1001,
}

/// <summary>Forgets all Device Permission Table information. ILLEGAL without IDR3.DPT.</summary>
[Command("CMD_DPTI_ALL", 0x70, clause: "4.6.1")]
public readonly partial struct DptiAll { }

/// <summary>Forgets Device Permission Table information of an aligned region. ILLEGAL without IDR3.DPT.</summary>
[Command("CMD_DPTI_PA", 0x73, clause: "4.6.2")]
public readonly partial struct DptiPa
{
    /// <summary>Only entries of the last level need go.</summary>
    [Bits(64)]
    public partial bool Leaf { get; init; }

    /// <summary>Size of the region.</summary>
    [Bits(75, 72)]
    public partial DptiSize SIZE { get; init; }

    /// <summary>Base of the region.</summary>
    [Address(119, 76)]
    public partial PhysicalAddress Address { get; init; }
}
