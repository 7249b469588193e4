using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// Invalidations of caches on their way from the Command queue: that one is consumed says nothing, a CMD_SYNC behind it
/// says that it is complete (§4.8, §4.7.3).
/// </summary>
/// <param name="caches">What is invalidated.</param>
/// <param name="quirks">Faults of the part.</param>
/// <param name="options">When an invalidation takes effect.</param>
internal sealed class Invalidations(SmmuCaches caches, Quirks quirks, MachineOptions options)
{
    private readonly Queue<Command> _consumed = [];
    private readonly SplitMix _chance = new(options.Seed);
    private CommandOpcode? _before;

    /// <summary>A CMD_CFGI_* or CMD_TLBI_* is consumed.</summary>
    public void Consume(in Command command)
    {
        if (IsLost((CommandOpcode)command.Opcode))
            return;
        if (TakesItsTime)
            _consumed.Enqueue(command);
        else
            caches.Invalidate(in command);
    }

    /// <summary>A CMD_SYNC completes: what was consumed before it has taken effect.</summary>
    public void Synchronize()
    {
        while (_consumed.TryDequeue(out var command))
            caches.Invalidate(in command);
        _before = null;
        caches.Synchronized();
    }

    private bool TakesItsTime =>
        options.Invalidations == InvalidationEffect.AtSync
        || (options.Invalidations == InvalidationEffect.Seeded && _chance.Next() % 2 == 0);

    private bool IsLost(CommandOpcode opcode)
    {
        var follows = _before is { } before && before != opcode;
        _before = opcode;
        return follows && quirks.HasFlag(Quirks.LosesUnsyncedCommands);
    }
}
