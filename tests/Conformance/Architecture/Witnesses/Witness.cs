namespace SmmuConformance.Conformance.Architecture.Witnesses;

/// <summary>
/// Where a field lies according to a source that is not our code, transcribed by hand. Emulator and driver
/// share one declaration for each field, so they can be wrong together; these rows cannot.
/// </summary>
/// <param name="Structure">Printed name: <c>STE</c>, <c>CMD_CFGI_STE</c>, <c>F_TRANSLATION</c>, <c>SMMU_CR0</c>.</param>
/// <param name="Field">The manual's spelling.</param>
/// <param name="Word">64-bit word of the structure, from 0.</param>
/// <param name="Mask">Bits of the field within that word.</param>
/// <param name="SeenIn">
/// A name in the Linux driver's header or in another public model, or a clause. "(figure)" marks a position that the
/// manual prints only in a figure: the row follows like commands and records, and no public source confirms it.
/// </param>
public sealed record Witness(string Structure, string Field, int Word, ulong Mask, string SeenIn)
{
    /// <summary>Structure and field, as in prose: <c>STE.S1DSS</c>.</summary>
    public override string ToString() => $"{Structure}.{Field}";
}

/// <summary>Where a register lies, counted in bytes from the base of Page 0.</summary>
/// <param name="Register">Printed name: <c>SMMU_CR0</c>.</param>
/// <param name="Offset">Bytes from the base of Page 0; Page 1 begins at 0x10000.</param>
/// <param name="SeenIn">A name in the Linux driver's header, or a clause.</param>
public sealed record RegisterWitness(string Register, uint Offset, string SeenIn)
{
    /// <summary>The register's name.</summary>
    public override string ToString() => Register;
}

/// <summary>What one value of a field means.</summary>
/// <param name="Structure">Printed name; <c>OPCODE</c> and <c>EVENT</c> list opcodes and event numbers.</param>
/// <param name="Field">The manual's spelling.</param>
/// <param name="Meaning">Our short name for the meaning.</param>
/// <param name="Value">The manual's encoding.</param>
/// <param name="SeenIn">Where it was read.</param>
public sealed record EncodingWitness(
    string Structure,
    string Field,
    string Meaning,
    ulong Value,
    string SeenIn
)
{
    /// <summary>Field and meaning, as in prose: <c>STE.Config Stage1</c>.</summary>
    public override string ToString() => $"{Structure}.{Field} {Meaning}";
}
