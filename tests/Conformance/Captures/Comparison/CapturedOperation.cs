using System.Collections.Immutable;
using SmmuConformance.Architecture;

namespace SmmuConformance.Conformance.Captures;

/// <summary>What becomes of a stream.</summary>
public enum StreamFate : byte
{
    /// <summary>Its accesses are refused.</summary>
    Abort,

    /// <summary>Its accesses pass unchanged.</summary>
    Identity,

    /// <summary>Stage 1 translates.</summary>
    Stage1,
}

/// <summary>A translation table and the tag of its translations: what makes two streams share a domain.</summary>
/// <param name="Asid">The tag.</param>
/// <param name="Table">The table.</param>
public readonly record struct CapturedDomain(Asid Asid, PhysicalAddress Table);

/// <summary>One change of what a device's streams do, as a kernel carried it out.</summary>
public sealed record CapturedOperation
{
    /// <summary>Capture and phase.</summary>
    public required string Place { get; init; }

    /// <summary>The device's streams, each with its entry afterwards.</summary>
    public required ImmutableArray<(StreamId Stream, Ste Ste, Cd Cd)> Streams { get; init; }

    /// <summary>What the streams did before.</summary>
    public required StreamFate Before { get; init; }

    /// <summary>The domain they had before; default: none.</summary>
    public required CapturedDomain OldDomain { get; init; }

    /// <summary>Stores to entries and commands, in order.</summary>
    public required ImmutableArray<OperationStep> Steps { get; init; }

    /// <summary>The commands among the steps.</summary>
    public required ImmutableArray<Command> Commands { get; init; }

    /// <summary>What the streams do afterwards.</summary>
    public StreamFate After => FateOf(Streams[0].Ste);

    /// <summary>The domain they have afterwards; default: none.</summary>
    public CapturedDomain NewDomain => DomainOf(Streams[0].Ste, Streams[0].Cd);

    /// <summary>Short name of the change.</summary>
    public string Kind =>
        Before == StreamFate.Stage1 && After == StreamFate.Stage1
            ? NewDomain == OldDomain
                ? "stage 1 set up again"
                : "stage 1 to another stage 1 domain"
            : $"{Name(Before)} to {Name(After)}";

    /// <summary>What an entry does with accesses.</summary>
    public static StreamFate FateOf(Ste ste) =>
        ste.Stage1 ? StreamFate.Stage1
        : ste.Passes ? StreamFate.Identity
        : StreamFate.Abort;

    /// <summary>The domain an entry and the CD behind it belong to.</summary>
    public static CapturedDomain DomainOf(Ste ste, Cd cd) =>
        ste.Stage1 && cd.V ? new(cd.ASID, cd.TTB0) : default;

    private static string Name(StreamFate fate) =>
        fate switch
        {
            StreamFate.Abort => "abort",
            StreamFate.Identity => "identity",
            _ => "stage 1",
        };
}

/// <summary>A range that a kernel made the TLBs forget.</summary>
/// <param name="Place">Capture and phase.</param>
/// <param name="Commands">The commands, without the CMD_SYNC that ends them.</param>
public sealed record CapturedUnmap(string Place, ImmutableArray<TlbiNhVa> Commands);

/// <summary>A flush of a whole tag that belongs to no change of a stream.</summary>
/// <param name="Place">Capture and phase.</param>
/// <param name="Command">The flush.</param>
public sealed record CapturedFlush(string Place, Command Command)
{
    /// <summary>The tag; it stands at the same bits of the commands for EL1 and EL2.</summary>
    public Asid Asid => Command.As<TlbiNhAsid>().ASID;
}
