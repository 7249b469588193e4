namespace SmmuConformance.Architecture;

/// <summary>An in-memory structure of the manual; the generator writes its other half.</summary>
/// <param name="specName">Name as the manual prints it, e.g. <c>STE</c>.</param>
/// <param name="bits">Size of the whole structure in bits.</param>
/// <param name="clause">Section that defines it, without the sign.</param>
[AttributeUsage(AttributeTargets.Struct)]
public sealed class StructureAttribute(string specName, int bits, string clause) : Attribute
{
    /// <summary>Name as the manual prints it.</summary>
    public string SpecName => specName;

    /// <summary>Size of the whole structure in bits.</summary>
    public int Bits => bits;

    /// <summary>Section that defines it.</summary>
    public string Clause => clause;
}

/// <summary>A 128-bit command; the generator adds the Opcode field and a constructor that sets it.</summary>
/// <param name="specName">Name as the manual prints it, e.g. <c>CMD_CFGI_STE</c>.</param>
/// <param name="opcode">Value of bits [7:0].</param>
/// <param name="clause">Section that defines it.</param>
[AttributeUsage(AttributeTargets.Struct)]
public sealed class CommandAttribute(string specName, byte opcode, string clause) : Attribute
{
    /// <summary>Name as the manual prints it.</summary>
    public string SpecName => specName;

    /// <summary>Value of bits [7:0].</summary>
    public byte Opcode => opcode;

    /// <summary>Section that defines it.</summary>
    public string Clause => clause;
}

/// <summary>A 256-bit event record; the generator adds the EventId field and a constructor that sets it.</summary>
/// <param name="specName">Name as the manual prints it, e.g. <c>F_TRANSLATION</c>.</param>
/// <param name="id">Value of bits [7:0].</param>
/// <param name="clause">Section that defines it.</param>
[AttributeUsage(AttributeTargets.Struct)]
public sealed class EventAttribute(string specName, byte id, string clause) : Attribute
{
    /// <summary>Name as the manual prints it.</summary>
    public string SpecName => specName;

    /// <summary>Value of bits [7:0].</summary>
    public byte Id => id;

    /// <summary>Section that defines it.</summary>
    public string Clause => clause;
}

/// <summary>A 32- or 64-bit register of the SMMU's Non-secure programming interface.</summary>
/// <param name="specName">Name as the manual prints it, e.g. <c>SMMU_CR0</c>.</param>
/// <param name="offset">Byte offset from the base of page 0.</param>
/// <param name="bits">32 or 64.</param>
/// <param name="clause">Section that defines it.</param>
/// <param name="access">Whether software may write it.</param>
[AttributeUsage(AttributeTargets.Struct)]
public sealed class RegisterAttribute(
    string specName,
    uint offset,
    int bits,
    string clause,
    Access access
) : Attribute
{
    /// <summary>Name as the manual prints it.</summary>
    public string SpecName => specName;

    /// <summary>Byte offset from the base of page 0.</summary>
    public uint Offset => offset;

    /// <summary>32 or 64.</summary>
    public int Bits => bits;

    /// <summary>Section that defines it.</summary>
    public string Clause => clause;

    /// <summary>Whether software may write it.</summary>
    public Access Access => access;

    /// <summary>Enables that must be clear, and acknowledged clear, before a write is permitted.</summary>
    public Guard Guard { get; init; }

    /// <summary>Value after reset, where the manual gives one.</summary>
    public ulong Reset { get; init; }

    /// <summary>True if the manual leaves the value after reset unknown.</summary>
    public bool ResetUnknown { get; init; }
}

/// <summary>The bits of one field, <c>[high:low]</c> over the whole structure, as the manual prints them.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class BitsAttribute : Attribute
{
    /// <summary>A field of one bit.</summary>
    public BitsAttribute(int bit)
        : this(bit, bit) { }

    /// <summary>A field of bits <c>[high:low]</c>.</summary>
    public BitsAttribute(int high, int low) => (High, Low) = (high, low);

    /// <summary>Most significant bit.</summary>
    public int High { get; }

    /// <summary>Least significant bit.</summary>
    public int Low { get; }

    /// <summary>Name of the bool property that says when the SMMU reads this field; absent: always.</summary>
    public string? When { get; init; }

    /// <summary>For register fields: the enables that guard this field, where they differ from the register's.</summary>
    public Guard Guard { get; init; }
}

/// <summary>
/// An address that stands at its own bit positions: field bits <c>[high:low]</c> of the structure are the address's
/// bits of the same number, modulo the 64-bit word.
/// </summary>
/// <param name="high">Most significant bit, over the whole structure.</param>
/// <param name="low">Least significant bit, over the whole structure.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AddressAttribute(int high, int low) : Attribute
{
    /// <summary>Most significant bit.</summary>
    public int High => high;

    /// <summary>Least significant bit.</summary>
    public int Low => low;

    /// <summary>Name of the bool property that says when the SMMU reads this field; absent: always.</summary>
    public string? When { get; init; }

    /// <summary>For register fields: the enables that guard this field, where they differ from the register's.</summary>
    public Guard Guard { get; init; }
}
