using SmmuConformance.Architecture;

namespace SmmuConformance.Conformance.Hardware.Layouts;

/// <summary>A register stands at this offset from page 0, has this width, and can or cannot be written.</summary>
/// <param name="Name">Printed name: <c>SMMU_CR0</c>.</param>
/// <param name="Offset">Bytes from the base of page 0; page 1 begins at 0x10000.</param>
/// <param name="Bits">32 or 64.</param>
/// <param name="Access">RO or RW.</param>
public sealed record Location(string Name, uint Offset, int Bits, Access Access) : LayoutCheck
{
    /// <inheritdoc/>
    public override IEnumerable<string> Findings()
    {
        if (RegisterMap.All.FirstOrDefault(register => register.Name == Name) is not { } declared)
            return [$"no register is declared as {Name}; in the manual it is at 0x{Offset:x}"];
        var findings = new List<string>();
        Compare("at 0x", declared.Offset, Offset, "x");
        Compare("of bits ", (ulong)declared.Layout.Bits, (ulong)Bits, "d");
        if (declared.Access != Access)
            findings.Add($"{Name} is declared {declared.Access}; in the manual it is {Access}");
        for (var at = Offset; at < Offset + (Bits / 8); at += 4)
            if (RegisterMap.At(at) != declared)
                findings.Add(
                    $"0x{at:x} is found to be {RegisterMap.At(at)?.Name ?? "reserved"}; in the manual it is {Name}"
                );
        return findings;

        void Compare(string what, ulong found, ulong expected, string format)
        {
            if (found != expected)
                findings.Add(
                    $"{Name} is declared {what}{found.ToString(format)}; in the manual it is {what}{expected.ToString(format)}"
                );
        }
    }
}

/// <summary>What reset makes of a register.</summary>
/// <param name="Name">Printed name.</param>
/// <param name="Unknown">The bits that the manual leaves UNKNOWN or to the implementation; every other bit is zero.</param>
public sealed record Reset(string Name, ulong Unknown) : LayoutCheck
{
    /// <inheritdoc/>
    public override IEnumerable<string> Findings()
    {
        if (RegisterMap.All.FirstOrDefault(register => register.Name == Name) is not { } declared)
        {
            yield return $"no register is declared as {Name}";
            yield break;
        }
        var unknown = RegisterMap.UnknownAtReset(declared);
        if (unknown != Unknown)
            yield return $"after reset 0x{unknown:x} of {Name} are declared unknown; in the manual 0x{Unknown:x}";
        if (declared.Reset != 0)
            yield return $"{Name} is declared to reset to 0x{declared.Reset:x}; in the manual to zero";
    }
}

/// <summary>The places in page 0 that mirror page 1 or hold nothing, so that software must not use them.</summary>
/// <param name="Offsets">All of them, ascending.</param>
public sealed record Shadows(params uint[] Offsets) : LayoutCheck
{
    /// <inheritdoc/>
    public override IEnumerable<string> Findings()
    {
        for (uint at = 0; at < RegisterMap.Bytes; at += 4)
            if (RegisterMap.IsShadowOfPage1(at) != Offsets.Contains(at))
                yield return Offsets.Contains(at)
                    ? $"0x{at:x} is not taken for a place of page 1"
                    : $"0x{at:x} is taken for a place of page 1";
    }
}
