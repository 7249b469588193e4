namespace SmmuConformance.Emulator;

/// <summary>CIDR0 to CIDR3: what makes a part by Arm known as a component of its class (§6.3.170).</summary>
internal static class ComponentId
{
    private const uint First = 0xff0;
    private const uint Arm = 0x43b;

    // The byte of each register, lowest first: 0xB105F00D.
    private const uint Bytes = 0xb105_f00d;

    /// <summary>The value at an offset of page 0; zero elsewhere, and for parts of other makers.</summary>
    public static uint At(Profile profile, uint offset) =>
        profile.IIDR.Implementer == Arm && offset is >= First and <= First + 12 && offset % 4 == 0
            ? Bytes >> (int)(8 * ((offset - First) / 4)) & 0xff
            : 0;
}
