namespace SmmuConformance.Emulator;

/// <summary>A small generator of arbitrary bits: what the manual leaves UNKNOWN must differ, and must repeat from its seed.</summary>
/// <param name="seed">Any number.</param>
internal sealed class SplitMix(ulong seed)
{
    private ulong _state = seed;

    /// <summary>The next 64 bits.</summary>
    public ulong Next()
    {
        unchecked
        {
            var z = _state += 0x9e3779b97f4a7c15;
            z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
            z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
            return z ^ (z >> 31);
        }
    }
}
