namespace SmmuConformance.Architecture;

/// <summary>An address a device uses: input of the SMMU.</summary>
public readonly record struct Iova(ulong Value) : IComparable<Iova>
{
    /// <summary>The address with that raw value.</summary>
    public static implicit operator Iova(ulong value) => new(value);

    /// <summary>The address some bytes further on.</summary>
    public static Iova operator +(Iova left, ulong bytes) => new(left.Value + bytes);

    /// <inheritdoc/>
    public int CompareTo(Iova other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => $"0x{Value:x}";
}

/// <summary>An intermediate physical address: output of stage 1, input of stage 2.</summary>
public readonly record struct Ipa(ulong Value) : IComparable<Ipa>
{
    /// <summary>The address with that raw value.</summary>
    public static implicit operator Ipa(ulong value) => new(value);

    /// <summary>The address some bytes further on.</summary>
    public static Ipa operator +(Ipa left, ulong bytes) => new(left.Value + bytes);

    /// <inheritdoc/>
    public int CompareTo(Ipa other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => $"0x{Value:x}";
}

/// <summary>A physical address: what stands on the system's bus.</summary>
public readonly record struct PhysicalAddress(ulong Value) : IComparable<PhysicalAddress>
{
    /// <summary>The address with that raw value.</summary>
    public static implicit operator PhysicalAddress(ulong value) => new(value);

    /// <summary>The address some bytes further on.</summary>
    public static PhysicalAddress operator +(PhysicalAddress left, ulong bytes) =>
        new(left.Value + bytes);

    /// <inheritdoc/>
    public int CompareTo(PhysicalAddress other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => $"0x{Value:x}";
}
