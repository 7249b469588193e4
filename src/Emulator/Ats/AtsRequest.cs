using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>A PCIe Translation Request: what would this address be, and what may I do there (§3.9.1.2, §13.7).</summary>
public readonly record struct AtsRequest
{
    /// <summary>Which device.</summary>
    public StreamId Stream { get; init; }

    /// <summary>The request carries a PASID.</summary>
    public bool SubstreamValid { get; init; }

    /// <summary>The PASID; counts only with <see cref="SubstreamValid"/>.</summary>
    public SubstreamId Substream { get; init; }

    /// <summary>The address, untranslated.</summary>
    public Iova Address { get; init; }

    /// <summary>NW: the device will not write, so a page need not be made dirty.</summary>
    public bool NoWrite { get; init; }

    /// <summary>Execution is asked for; only with a PASID.</summary>
    public bool Execute { get; init; }

    /// <summary>Asked for as privileged; only with a PASID.</summary>
    public bool Privileged { get; init; }
}

/// <summary>How a Translation Request is answered.</summary>
public enum AtsStatus : byte
{
    /// <summary>An answer, maybe one that permits nothing.</summary>
    Success,

    /// <summary>ATS is off for this device.</summary>
    UnsupportedRequest,

    /// <summary>Its configuration is wrong.</summary>
    CompleterAbort,
}

/// <summary>The answer to a Translation Request. Global and N are never set (§3.9.1, §13.6.2).</summary>
public readonly record struct AtsCompletion
{
    /// <summary>How it ended.</summary>
    public AtsStatus Status { get; init; }

    /// <summary>The translated address: physical, or with split stages an IPA. Valid only if something is permitted.</summary>
    public ulong Address { get; init; }

    /// <summary>log2 of the bytes for which it is valid, at least 12: one STU where nothing is permitted.</summary>
    public byte Size { get; init; }

    /// <summary>R: reading is permitted.</summary>
    public bool Read { get; init; }

    /// <summary>W: writing is permitted.</summary>
    public bool Write { get; init; }

    /// <summary>Exe: executing is permitted.</summary>
    public bool Execute { get; init; }

    /// <summary>Priv: as in the request.</summary>
    public bool Privileged { get; init; }

    /// <summary>Something is permitted.</summary>
    public bool Grants => Read || Write;
}
