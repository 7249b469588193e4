using System.Runtime.InteropServices;
using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>
/// Commands that one CMD_SYNC ends. A full batch is handed over without waiting; only the last one is waited for.
/// </summary>
internal sealed class CommandBatch(CommandQueue queue)
{
    // A batch with its CMD_SYNC fits the smallest queue there is.
    private const int Most = 64;

    private readonly List<Command> _commands = new(Most);
    private readonly int _most = queue.WaitForEveryBatch ? Most - 1 : Most;
    private Outcome _outcome;

    /// <summary>Nothing has been added.</summary>
    public bool IsEmpty => _commands.Count == 0;

    /// <summary>Adds a command behind the others.</summary>
    public void Add<T>(T command)
        where T : struct, ICommand<T>
    {
        // Handed over when there is one more, so that the CMD_SYNC never stands alone.
        if (_commands.Count == _most)
            HandOver(queue.WaitForEveryBatch);

        _commands.Add(Command.From(command));
    }

    /// <summary>Waits until every command has had its effect. A batch without commands costs nothing.</summary>
    public Outcome Complete()
    {
        if (!IsEmpty)
            HandOver(wait: true);
        return _outcome;
    }

    private void HandOver(bool wait)
    {
        var outcome = wait ? queue.PublishAndWait(Commands) : queue.Publish(Commands);
        if (_outcome.IsDone)
            _outcome = outcome;
        _commands.Clear();
    }

    private ReadOnlySpan<Command> Commands => CollectionsMarshal.AsSpan(_commands);
}
