namespace SmmuConformance.Emulator;

/// <summary>Which half of the address space an input address lies in, and whether it lies in it properly (§3.4.1).</summary>
internal static class AddressRange
{
    private const int SelectBit = 55;

    /// <summary>Selects TTB0 or TTB1; false if the address is in neither range.</summary>
    /// <param name="context">The CD.</param>
    /// <param name="address">The input address; leaves with an ignored top byte replaced by the sign.</param>
    /// <param name="upper">TTB1.</param>
    public static bool Select(in Stage1Context context, ref ulong address, out bool upper)
    {
        // 1. VA[55] selects; EL2 has TTB0 only. §3.4.1
        upper = context.World != StreamWorld.NsEl2 && (address >> SelectBit & 1) != 0;
        ref readonly var half = ref upper ? ref context.Upper : ref context.Lower;

        // 2. An ignored top byte counts as copies of VA[55]. §3.4.1
        if (half.TopByteIgnored)
            address = unchecked((ulong)((long)(address << 8) >> 8));

        // 3. With walks disabled TxSZ is IGNORED, and so is the range. §5.4.1.1
        if (!half.Walks)
            return true;

        // 4. Every bit above the range must equal the sign. §3.4.1
        var above = address >> half.Shape.InputBits;
        return above == (upper ? ulong.MaxValue >> half.Shape.InputBits : 0);
    }
}
