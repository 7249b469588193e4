using System.Collections.Immutable;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware.Layouts;

/// <summary>A place among the registers, by its offset and not by what is declared there.</summary>
/// <param name="Name">Short, for reports.</param>
/// <param name="Offset">Bytes from page 0.</param>
/// <param name="Bits">32 or 64.</param>
/// <param name="Proves">The rules.</param>
public record RegisterPlace(string Name, uint Offset, int Bits, params string[] Proves) : IRuleRow
{
    /// <inheritdoc/>
    public ImmutableArray<string> Rules => [.. Proves];

    /// <summary>What the SMMU says at that place.</summary>
    public ulong ReadFrom(Smmu smmu) =>
        Bits == 64 ? smmu.Read64(Offset) : smmu.Read32(smmu.Profile.Located(Offset));

    /// <summary>Stores there.</summary>
    public void WriteTo(Smmu smmu, ulong value)
    {
        if (Bits == 64)
            smmu.Write64(Offset, value);
        else
            smmu.Write32(smmu.Profile.Located(Offset), unchecked((uint)value));
    }

    /// <inheritdoc/>
    public sealed override string ToString() => Name;

    /// <summary>Ones from <paramref name="low"/> to <paramref name="high"/>.</summary>
    public static ulong Ones(int high, int low) =>
        high < low ? 0 : (ulong.MaxValue >> (63 - high + low)) << low;
}
