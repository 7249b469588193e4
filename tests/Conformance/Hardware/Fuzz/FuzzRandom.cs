namespace SmmuConformance.Conformance.Hardware;

/// <summary>Arbitrary numbers that repeat from a seed, with a taste for what hurts: zero, all ones, one bit, edges.</summary>
internal sealed class FuzzRandom(ulong seed)
{
    private ulong _state = seed;

    /// <summary>Any 64 bits, each as likely.</summary>
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

    /// <summary>A number below a bound.</summary>
    public int Below(int bound) => (int)(Next() % (ulong)bound);

    /// <summary>True once in so many times.</summary>
    public bool OneIn(int times) => Below(times) == 0;

    /// <summary>One of some values.</summary>
    public T Of<T>(params ReadOnlySpan<T> values) => values[Below(values.Length)];

    /// <summary>64 bits that are often near an edge.</summary>
    public ulong Word() =>
        Below(8) switch
        {
            0 => 0,
            1 => ulong.MaxValue,
            2 => 1ul << Below(64),
            3 => ~(1ul << Below(64)),
            4 => (1ul << Below(64)) - 1,
            _ => Next(),
        };

    /// <summary>A word with a few of its bits turned.</summary>
    public ulong Mutated(ulong word)
    {
        for (var flips = Below(4); flips > 0; flips--)
            word ^= 1ul << Below(64);
        return word;
    }
}
