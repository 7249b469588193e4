using SmmuConformance.Architecture;

namespace SmmuConformance.Bench;

/// <summary>One act that a case expects to find in the trace.</summary>
public sealed class Step
{
    private readonly Func<TraceEntry, bool> _matches;

    private Step(string text, Func<TraceEntry, bool> matches) => (Text, _matches) = (text, matches);

    /// <summary>What is expected, for messages.</summary>
    public string Text { get; }

    /// <summary>A command with exactly these bits, consumed without error.</summary>
    public static Step Command(Command command) =>
        new(
            command.ToString(),
            entry => entry is CommandEntry { Error: CommandError.None } c && c.Command == command
        );

    /// <summary>A command of that type that satisfies a condition, consumed without error.</summary>
    public static Step Command<T>(Func<T, bool>? where = null)
        where T : struct, ICommand<T> =>
        new(
            where is null ? T.Layout.Name : $"{T.Layout.Name} (with a condition)",
            entry =>
                entry is CommandEntry { Error: CommandError.None } c
                && c.Command.Is<T>()
                && (where is null || where(c.Command.As<T>()))
        );

    /// <summary>A store to a stream table entry.</summary>
    public static Step StoreToSte(StreamId stream) =>
        new(
            $"store STE {stream}",
            entry => entry is StoreEntry { Place.Kind: PlaceKind.Ste } s && s.Place.Stream == stream
        );

    /// <summary>A store to a context descriptor.</summary>
    public static Step StoreToCd(StreamId stream, SubstreamId substream = default) =>
        new(
            $"store CD {stream}.{substream}",
            entry =>
                entry is StoreEntry { Place.Kind: PlaceKind.Cd } s
                && s.Place.Stream == stream
                && s.Place.Substream == substream
        );

    /// <summary>A write of a register.</summary>
    public static Step Write<T>(Func<T, bool>? where = null)
        where T : struct, IRegister<T> =>
        new(
            $"write {T.Layout.Name}",
            entry =>
                entry is RegisterWriteEntry w
                && w.Offset == T.Register.Offset
                && (where is null || where(T.FromWords([w.Value])))
        );

    /// <summary>A read of a register.</summary>
    public static Step Read<T>(Func<T, bool>? where = null)
        where T : struct, IRegister<T> =>
        new(
            $"read {T.Layout.Name}",
            entry =>
                entry is RegisterReadEntry r
                && r.Offset == T.Register.Offset
                && (where is null || where(T.FromWords([r.Value])))
        );

    internal bool Matches(TraceEntry entry) => _matches(entry);
}
