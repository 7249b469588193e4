namespace SmmuConformance.Architecture;

/// <summary>Which device, as the SMMU sees it: index of a stream table entry.</summary>
public readonly record struct StreamId(uint Value) : IComparable<StreamId>
{
    /// <summary>The identifier with that raw value.</summary>
    public static implicit operator StreamId(uint value) => new(value);

    /// <inheritdoc/>
    public int CompareTo(StreamId other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => $"0x{Value:x}";
}

/// <summary>Which address space of a device (PCIe: PASID), 20 bits: index of a context descriptor.</summary>
public readonly record struct SubstreamId(uint Value) : IComparable<SubstreamId>
{
    /// <summary>The identifier with that raw value.</summary>
    public static implicit operator SubstreamId(uint value) => new(value);

    /// <inheritdoc/>
    public int CompareTo(SubstreamId other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => $"0x{Value:x}";
}

/// <summary>Address space identifier: tags stage 1 translations.</summary>
public readonly record struct Asid(ushort Value) : IComparable<Asid>
{
    /// <summary>The identifier with that raw value.</summary>
    public static implicit operator Asid(ushort value) => new(value);

    /// <inheritdoc/>
    public int CompareTo(Asid other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => $"0x{Value:x}";
}

/// <summary>Virtual machine identifier: tags translations of one stage 2 (or of none).</summary>
public readonly record struct Vmid(ushort Value) : IComparable<Vmid>
{
    /// <summary>The identifier with that raw value.</summary>
    public static implicit operator Vmid(ushort value) => new(value);

    /// <inheritdoc/>
    public int CompareTo(Vmid other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => $"0x{Value:x}";
}
