using SmmuConformance.Bench;
using SmmuConformance.Conformance.Monitor;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Conformance.Mutants;

/// <summary>Something between a driver and a machine that changes what passes. It knows no driver: only what the manual says of structures.</summary>
internal abstract class Wire : Sabotage
{
    /// <summary>Told each time something was changed.</summary>
    public Action Changed { get; set; } = () => { };

    /// <summary>The structures of an SMMU.</summary>
    protected StreamStructures Of(IPlatform platform) =>
        Structures!.Of(((EmulatedPlatform)platform).Index);
}

/// <summary>Which of many alike is meant: one of them, or each.</summary>
internal sealed class Turn
{
    private readonly int _number;
    private int _seen;

    private Turn(int number) => _number = number;

    /// <summary>Each one.</summary>
    public static Turn Each() => new(0);

    /// <summary>The one of that number, from 1.</summary>
    public static Turn Of(int number) => new(number);

    /// <summary>One has come: it is meant.</summary>
    public bool Comes() => Interlocked.Increment(ref _seen) == _number || _number == 0;
}
