using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>
/// The command queue. Commands are stored, a barrier makes them visible, and one write of CMDQ_PROD hands them over;
/// a CMD_SYNC behind them tells when all have had their effect. §3.21.2, §4.7.3
/// </summary>
internal sealed class CommandQueue
{
    // A batch with its CMD_SYNC fits the smallest queue there is.
    private const int MostPerBatch = 64;

    private readonly IPlatform _platform;
    private readonly SharedMemory _memory;
    private readonly PhysicalAddress _base;
    private readonly Ring _ring;
    private readonly bool _syncByMessage;
    private readonly bool _waitForEveryBatch;
    private readonly bool _invalidateTwice;
    private uint _producer;
    private uint _consumer;
    private int _replaced;

    private CommandQueue(
        IPlatform platform,
        SharedMemory memory,
        Features features,
        PhysicalAddress queue
    )
    {
        _platform = platform;
        _memory = memory;
        _base = queue;
        _ring = new Ring(features.CommandQueueBits);
        _syncByMessage = features.SyncByMessage;
        _waitForEveryBatch = features.WaitForEveryBatch;
        _invalidateTwice = features.InvalidateTwice;
    }

    /// <summary>
    /// Done once a round while the queue is waited for. A command error stops the queue until it is acknowledged, and
    /// the interrupt may not be served before the wait is over. §7.1
    /// </summary>
    public Action WhileWaiting { get; set; } = () => { };

    /// <summary>Allocates the queue; null if there is no memory.</summary>
    public static CommandQueue? Create(
        IPlatform platform,
        SharedMemory memory,
        Features features
    ) =>
        memory.Allocate((ulong)Command.Size << features.CommandQueueBits) is { } queue
            ? new CommandQueue(platform, memory, features, queue)
            : null;

    /// <summary>Gives back the queue's memory; the SMMU must be off.</summary>
    public void Free() => _memory.Free(_base);

    /// <summary>Tells the SMMU where the queue is: base first, since its size decides which index bits exist. §6.3.26</summary>
    public void Install()
    {
        (_producer, _consumer) = (0, 0);
        _platform.Write(
            new CmdqBase
            {
                RA = true,
                ADDR = _base,
                LOG2SIZE = (byte)_ring.Log2Size,
            }
        );
        _platform.Write(new CmdqProd());
        _platform.Write(new CmdqCons());
    }

    /// <summary>Hands over a few commands that nobody waits for.</summary>
    /// <returns><see cref="ErrorClass.TimedOut"/> if there was no room for them in time; then none was handed over.</returns>
    public Outcome Post(ReadOnlySpan<Command> commands) => Publish(commands, sync: false);

    /// <summary>
    /// Has any number of commands carried out, and waits until all have had their effect. They are invalidations: if
    /// one got lost on the way, all are given again.
    /// </summary>
    /// <returns>
    /// <see cref="ErrorClass.TimedOut"/> if the end could not be seen in time, <see cref="ErrorClass.Malformed"/> if
    /// the SMMU does not understand a command.
    /// </returns>
    public Outcome Execute(ReadOnlySpan<Command> commands)
    {
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var lost = _replaced;
            var outcome = InBatches(commands);
            if (_invalidateTwice && outcome.IsDone)
                outcome = InBatches(commands);
            if (!outcome.IsDone || lost == _replaced)
                return outcome;
        }

        return ErrorClass.Malformed;
    }

    /// <summary>
    /// Puts a CMD_SYNC in the place of the command the SMMU stopped at: it is fetched again once the error is
    /// acknowledged. §7.1
    /// </summary>
    /// <param name="pointer">Where the SMMU stopped: CMDQ_CONS.RD.</param>
    public void Replace(uint pointer)
    {
        var slot = SlotOf(pointer);
        var culprit = new Command(_memory.Load(slot), _memory.Load(slot + 8));
        _platform.System.Log(LogLevel.Error, $"illegal command replaced: {culprit}");
        Put(pointer, SyncWith(CompletionSignal.Sev));
        _memory.Barrier();
        _replaced++;
    }

    // A full batch is handed over without waiting; only the last one is waited for.
    private Outcome InBatches(ReadOnlySpan<Command> commands)
    {
        var most = _waitForEveryBatch ? MostPerBatch - 1 : MostPerBatch;
        while (commands.Length > most)
        {
            var full = Publish(commands[..most], sync: _waitForEveryBatch);
            if (!full.IsDone)
                return full;
            commands = commands[most..];
        }

        return Publish(commands, sync: true);
    }

    private Outcome Publish(ReadOnlySpan<Command> commands, bool sync)
    {
        // 1. Wait for room. An entry between CONS and PROD belongs to the SMMU. §3.21.2
        var count = (uint)commands.Length + (sync ? 1u : 0u);
        if (!WaitForRoom(count))
            return TimedOut("the command queue stays full");

        // 2. Store the commands, and the CMD_SYNC behind them.
        var pointer = _producer;
        foreach (var command in commands)
        {
            Put(pointer, command);
            pointer = _ring.Advance(pointer, 1);
        }

        var last = pointer;
        if (sync)
        {
            Put(last, SyncFor(last));
            pointer = _ring.Advance(last, 1);
        }

        // 3. They, and every table changed before, are visible before the SMMU is told.
        _memory.Barrier();

        // 4. Hand them over.
        _producer = pointer;
        _platform.Write(new CmdqProd { WR = pointer });
        return sync ? WaitFor(last) : Outcome.Done;
    }

    private bool WaitForRoom(uint count)
    {
        if (HasRoom(count))
            return true;
        return Patience.Until(
            _platform.System,
            () =>
            {
                ReadConsumer();
                if (HasRoom(count))
                    return true;
                WhileWaiting();
                return false;
            }
        );
    }

    private Outcome WaitFor(uint sync)
    {
        var done = Patience.Until(
            _platform.System,
            () =>
            {
                if (HasCompleted(sync))
                    return true;
                WhileWaiting();
                return false;
            }
        );
        return done ? Outcome.Done : TimedOut("a CMD_SYNC does not complete");
    }

    private bool HasRoom(uint count) => _ring.Used(_producer, _consumer) + count <= _ring.Entries;

    private bool HasCompleted(uint sync)
    {
        if (!_syncByMessage)
        {
            // More may stand behind the CMD_SYNC by now, if an interrupt was served in between.
            ReadConsumer();
            return _ring.Used(_producer, _consumer) < _ring.Used(_producer, sync);
        }

        // The message is a zero, written over the low half of the command itself.
        if (unchecked((uint)_memory.Load(SlotOf(sync))) != 0)
            return false;
        _consumer = _ring.Advance(sync, 1);
        return true;
    }

    private void ReadConsumer() => _consumer = _ring.Advance(_platform.Read<CmdqCons>().RD, 0);

    private Sync SyncFor(uint pointer) =>
        _syncByMessage
            ? SyncWith(CompletionSignal.Irq) with
            {
                MSIAddress = SlotOf(pointer),
            }
            : SyncWith(CompletionSignal.Sev);

    // Without IDR0.SEV the signal is not sent, which does no harm: CMDQ_CONS is read anyway. §4.7.3
    private static Sync SyncWith(CompletionSignal signal) =>
        new()
        {
            CS = signal,
            MSH = Shareability.Inner,
            MSIAttr = MemAttr.OuterWbInnerWb,
        };

    private void Put(uint pointer, Sync command) => Put(pointer, Command.From(command));

    private void Put(uint pointer, Command command)
    {
        var slot = SlotOf(pointer);
        _memory.Store(slot, command.Word0);
        _memory.Store(slot + 8, command.Word1);
        _memory.Clean(slot, Command.Size);
    }

    private PhysicalAddress SlotOf(uint pointer) =>
        _base + (Command.Size * (ulong)_ring.Slot(pointer));

    private ErrorClass TimedOut(string what)
    {
        _platform.System.Log(LogLevel.Error, what);
        return ErrorClass.TimedOut;
    }
}
