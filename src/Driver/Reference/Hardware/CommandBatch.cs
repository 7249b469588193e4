using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>
/// Commands that are carried out together, in any number: what does not fit its room is handed over on the way, and
/// only the end is waited for. Nothing is allocated.
/// </summary>
internal ref struct CommandBatch
{
    private readonly CommandQueue _queue;
    private readonly Span<Command> _room;
    private readonly int _replaced;
    private int _count;
    private bool _cut;
    private Outcome _outcome;

    /// <summary>An empty batch.</summary>
    /// <param name="queue">Where the commands go.</param>
    /// <param name="room">Room for <see cref="CommandQueue.MostPerBatch"/> commands.</param>
    public CommandBatch(CommandQueue queue, Span<Command> room)
    {
        _queue = queue;
        _room = room[..queue.BatchSize];
        _replaced = queue.Replaced;
    }

    /// <summary>Nothing has been added since the last <see cref="Complete"/>.</summary>
    public readonly bool IsEmpty => _count == 0 && !_cut;

    /// <summary>Adds a command behind the others.</summary>
    public void Add<T>(T command)
        where T : struct, ICommand<T>
    {
        if (_count == _room.Length)
            HandOver();
        _room[_count++] = Command.From(command);
    }

    /// <summary>Has what was added carried out, and waits for its effect. Without commands it costs nothing.</summary>
    /// <returns>
    /// <see cref="ErrorClass.TimedOut"/> if the end could not be seen in time, <see cref="ErrorClass.Malformed"/> if
    /// a command was lost on the way: then all must be given again.
    /// </returns>
    public Outcome Complete()
    {
        if (IsEmpty)
            return Outcome.Done;
        var outcome = _outcome.IsDone ? _queue.Execute(_room[.._count]) : _outcome;
        // What was handed over before is not here any more, and cannot be given again from here.
        if (outcome.IsDone && _cut && _queue.Replaced != _replaced)
            outcome = ErrorClass.Malformed;
        (_count, _cut, _outcome) = (0, false, default);
        return outcome;
    }

    private void HandOver()
    {
        if (_outcome.IsDone)
            _outcome = _queue.HandOver(_room);
        (_count, _cut) = (0, true);
    }
}
