using System.Runtime.InteropServices;
using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>Commands that are collected first and carried out together.</summary>
internal sealed class CommandBatch(CommandQueue queue)
{
    private readonly List<Command> _commands = [];

    /// <summary>Adds a command behind the others.</summary>
    public void Add<T>(T command)
        where T : struct, ICommand<T> => _commands.Add(Command.From(command));

    /// <summary>Carries them out and waits for their effect. A batch without commands costs nothing.</summary>
    public Outcome Complete() =>
        _commands.Count == 0 ? Outcome.Done : queue.Execute(CollectionsMarshal.AsSpan(_commands));
}
