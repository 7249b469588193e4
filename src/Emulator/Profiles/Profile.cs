using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>One kind of SMMU: its ID registers, and what firmware says of it.</summary>
public sealed record Profile
{
    /// <summary>Short name, as it stands in case names.</summary>
    public required string Name { get; init; }

    /// <summary>Features.</summary>
    public Idr0 IDR0 { get; init; }

    /// <summary>Sizes.</summary>
    public Idr1 IDR1 { get; init; }

    /// <summary>VATOS page.</summary>
    public Idr2 IDR2 { get; init; }

    /// <summary>Later features.</summary>
    public Idr3 IDR3 { get; init; }

    /// <summary>The implementer's own.</summary>
    public Idr4 IDR4 { get; init; }

    /// <summary>Granules and address sizes.</summary>
    public Idr5 IDR5 { get; init; }

    /// <summary>Implementer and revision.</summary>
    public Iidr IIDR { get; init; }

    /// <summary>Architecture version.</summary>
    public Aidr AIDR { get; init; }

    /// <summary>Firmware says that the SMMU's accesses are coherent.</summary>
    public bool Coherent { get; init; }
}
