namespace SmmuConformance.Conformance.Architecture.Witnesses;

/// <summary>The rows of every group.</summary>
public static class AllWitnesses
{
    /// <summary>Every position.</summary>
    public static IReadOnlyList<Witness> Positions { get; } =
    [
        .. StreamTableWitnesses.Rows,
        .. ContextDescriptorWitnesses.Rows,
        .. DescriptorWitnesses.Rows,
        .. CommandWitnesses.Rows,
        .. TlbInvalidationWitnesses.Rows,
        .. EventWitnesses.Rows,
        .. IdentificationRegisterWitnesses.Rows,
        .. ControlRegisterWitnesses.Rows,
        .. QueueRegisterWitnesses.Rows,
        .. ErrorRegisterWitnesses.Rows,
        .. AddressTranslationRegisterWitnesses.Rows,
    ];

    /// <summary>Every encoding, those that the manual prints once for several fields included.</summary>
    public static IReadOnlyList<EncodingWitness> Encodings { get; } =
    [
        .. EncodingWitnesses.Rows,
        .. from shared in SharedEncodings.Rows
        from row in EncodingWitnesses.Rows
        where (row.Structure, row.Field) == (shared.FromStructure, shared.FromField)
        select row with
        {
            Structure = shared.Structure,
            Field = shared.Field,
            SeenIn = shared.SeenIn,
        },
    ];
}
