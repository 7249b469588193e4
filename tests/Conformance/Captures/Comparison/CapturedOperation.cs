using System.Collections.Immutable;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;

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

    /// <summary>Stage 2 translates.</summary>
    Stage2,
}

/// <summary>A translation table and the tag of its translations: what makes two streams share a domain.</summary>
/// <param name="Fate">Which stage translates; anything else: there is no domain.</param>
/// <param name="Tag">The ASID or VMID.</param>
/// <param name="Table">The table.</param>
public readonly record struct CapturedDomain(StreamFate Fate, ushort Tag, PhysicalAddress Table);

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
        Before == After && After is StreamFate.Stage1 or StreamFate.Stage2
            ? NewDomain == OldDomain
                ? $"{Name(After)} set up again"
                : $"{Name(After)} to another {Name(After)} domain"
            : $"{Name(Before)} to {Name(After)}";

    /// <summary>What an entry does with accesses.</summary>
    public static StreamFate FateOf(Ste ste) =>
        ste.Stage1 ? StreamFate.Stage1
        : ste.Stage2 ? StreamFate.Stage2
        : ste.Passes ? StreamFate.Identity
        : StreamFate.Abort;

    /// <summary>The domain an entry and the CD behind it belong to.</summary>
    public static CapturedDomain DomainOf(Ste ste, Cd cd) =>
        ste.Stage1 && cd.V ? new(StreamFate.Stage1, cd.ASID.Value, cd.TTB0)
        : ste.Stage2 ? new(StreamFate.Stage2, ste.S2VMID.Value, ste.S2TTB)
        : default;

    /// <summary>What a stream's entry is for, as tables name it.</summary>
    public static string Name(StreamFate fate) =>
        fate switch
        {
            StreamFate.Abort => "abort",
            StreamFate.Identity => "identity",
            StreamFate.Stage1 => "stage 1",
            _ => "stage 2",
        };
}

/// <summary>A range that a kernel made the TLBs forget.</summary>
/// <param name="Place">Capture and phase.</param>
/// <param name="Commands">The commands, without the CMD_SYNC that ends them.</param>
public sealed record CapturedUnmap(string Place, ImmutableArray<Command> Commands)
{
    /// <summary>Which stage's translations went.</summary>
    public StreamFate Stage => Commands[0].Is<TlbiS2Ipa>() ? StreamFate.Stage2 : StreamFate.Stage1;

    /// <summary>The first address; it stands at the same bits of both commands, as everything else but the tags.</summary>
    public Iova Address => Commands[0].As<TlbiNhVa>().Address;

    /// <summary>Pages of 4 KiB that went.</summary>
    public long Pages => Commands.Sum(command => PagesOf(command.As<TlbiNhVa>()));

    /// <summary>True for a command that an unmap may begin with.</summary>
    public static bool Begins(Command command) => command.Is<TlbiNhVa>() || command.Is<TlbiS2Ipa>();

    private static long PagesOf(TlbiNhVa command) =>
        command.TG == TlbiTg.Any ? 1 : (command.NUM + 1L) << command.SCALE;
}

/// <summary>A flush of a whole tag that belongs to no change of a stream.</summary>
/// <param name="Place">Capture and phase.</param>
/// <param name="Command">The flush.</param>
public sealed record CapturedFlush(string Place, Command Command)
{
    /// <summary>Which stage's translations went.</summary>
    public StreamFate Stage => Command.Is<TlbiS12Vmall>() ? StreamFate.Stage2 : StreamFate.Stage1;

    /// <summary>The tag; an ASID stands at the same bits of the commands for EL1 and EL2.</summary>
    public ushort Tag =>
        Stage == StreamFate.Stage2
            ? Command.As<TlbiS12Vmall>().VMID.Value
            : Command.As<TlbiNhAsid>().ASID.Value;

    /// <summary>True if the translations of a domain went.</summary>
    public bool IsOf(CapturedDomain domain) => domain.Fate == Stage && domain.Tag == Tag;

    /// <summary>True for a command that flushes a tag.</summary>
    public static bool Is(Command command) =>
        command.Is<TlbiNhAsid>() || command.Is<TlbiEl2Asid>() || command.Is<TlbiS12Vmall>();
}
