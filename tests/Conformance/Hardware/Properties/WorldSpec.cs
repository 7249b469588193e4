using FsCheck;
using FsCheck.Fluent;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>One descriptor of a random world. Any numbers will do: each is taken modulo what there is.</summary>
/// <param name="Place">Which address.</param>
/// <param name="Level">Where its descriptor stands.</param>
/// <param name="Flags">Permissions, Access flag, validity.</param>
/// <param name="Output">Where it leads.</param>
public sealed record Mapping(uint Place, uint Level, uint Flags, uint Output)
{
    /// <inheritdoc/>
    public override string ToString() => $"new({Place}, {Level}, 0x{Flags:x}, {Output})";
}

/// <summary>One access of a random world.</summary>
/// <param name="Place">Which address.</param>
/// <param name="Kind">Read, write or fetch; privileged or not.</param>
public sealed record Probe(uint Place, uint Kind)
{
    /// <inheritdoc/>
    public override string ToString() => $"new({Place}, {Kind})";
}

/// <summary>A random world: numbers, from which everything follows. It prints as the C# that makes it again.</summary>
/// <param name="Shape">Profile and stages.</param>
/// <param name="Controls">Flags of the CD and of the entry.</param>
/// <param name="First">Descriptors of stage 1, later ones over earlier ones.</param>
/// <param name="Second">Descriptors of stage 2.</param>
/// <param name="Probes">Accesses.</param>
public sealed record WorldSpec(
    uint Shape,
    uint Controls,
    Mapping[] First,
    Mapping[] Second,
    Probe[] Probes
)
{
    private const int Places = 30;

    /// <inheritdoc/>
    public override string ToString() =>
        $"new WorldSpec({Shape}, 0x{Controls:x}, [{string.Join(", ", First.AsEnumerable())}], "
        + $"[{string.Join(", ", Second.AsEnumerable())}], [{string.Join(", ", Probes.AsEnumerable())}])";

    /// <summary>Worlds, and smaller ones that may fail alike.</summary>
    internal static Arbitrary<WorldSpec> Arbitrary =>
        Arb.From(
            from shape in Number(1 << 10)
            from controls in Number(1 << 8)
            from first in Mappings
            from second in Mappings
            from probes in Probed.ArrayOf()
            select new WorldSpec(shape, controls, first, second, probes),
            spec => spec.Smaller()
        );

    private static Gen<Mapping[]> Mappings =>
        (
            from place in Number(Places)
            from level in Number(6)
            from flags in Number(1 << 13)
            from output in Number(15)
            select new Mapping(place, level, flags, output)
        ).ArrayOf();

    private static Gen<Probe> Probed =>
        from place in Number(Places + 8)
        from kind in Number(1 << 12)
        select new Probe(place, kind);

    private static Gen<uint> Number(int below) =>
        Gen.Choose(0, below - 1).Select(number => (uint)number);

    private IEnumerable<WorldSpec> Smaller() =>
        Without(Probes)
            .Select(probes => this with { Probes = probes })
            .Concat(Without(First).Select(first => this with { First = first }))
            .Concat(Without(Second).Select(second => this with { Second = second }))
            .Concat(Controls == 0 ? [] : [this with { Controls = Controls & (Controls - 1) }])
            .Concat(Controls == 0 ? [] : [this with { Controls = 0 }]);

    // Halves first, then one less.
    private static IEnumerable<T[]> Without<T>(T[] items)
    {
        if (items.Length > 1)
        {
            yield return items[..(items.Length / 2)];
            yield return items[(items.Length / 2)..];
        }
        for (var i = 0; i < items.Length; i++)
            yield return [.. items[..i], .. items[(i + 1)..]];
    }
}
