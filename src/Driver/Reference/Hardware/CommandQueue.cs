using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>
/// The command queue. Commands are stored, a barrier makes them visible, and one write of CMDQ_PROD hands them over;
/// a CMD_SYNC behind them tells when all have had their effect. §3.21.2, §4.7.3
/// </summary>
internal sealed class CommandQueue
{
    /// <summary>Commands of the largest batch; with its CMD_SYNC it fits the smallest queue there is.</summary>
    public const int MostPerBatch = 64;

    private readonly IPlatform _platform;
    private readonly SharedMemory _memory;
    private readonly PhysicalAddress _base;
    private readonly Ring _ring;
    private readonly Gate _gate;
    private readonly bool _syncByMessage;
    private readonly bool _waitForEveryBatch;
    private readonly bool _invalidateTwice;

    // Commands handed over, and commands known to be consumed, since the queue was installed. They never wrap, so a place
    // in the queue and the command that stood there once are not mixed up. Changed behind the gate only.
    private ulong _produced;
    private ulong _consumed;
    private bool _isRunning;
    private int _replaced;
    private int _unanswered;

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
        _gate = new Gate(platform.System);
        _syncByMessage = features.SyncByMessage;
        _waitForEveryBatch = features.WaitForEveryBatch;
        _invalidateTwice = features.InvalidateTwice;
    }

    /// <summary>
    /// Done once a round while the queue is waited for. A command error stops the queue until it is acknowledged, and
    /// the interrupt may not be served before the wait is over. §7.1
    /// </summary>
    public Action WhileWaiting { get; set; } = () => { };

    /// <summary>Commands that are handed over at once.</summary>
    public int BatchSize => _waitForEveryBatch ? MostPerBatch - 1 : MostPerBatch;

    /// <summary>How many commands have been replaced so far because the SMMU did not understand them.</summary>
    public int Replaced => Volatile.Read(ref _replaced);

    /// <summary>How many times so far a device has not answered an invalidation. §3.9.1.4</summary>
    public int Unanswered => Volatile.Read(ref _unanswered);

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
        _gate.Enter();
        // Nothing is left of an earlier life.
        _consumed = _produced;
        var start = PointerAt(_produced);
        _platform.Write(
            new CmdqBase
            {
                RA = true,
                ADDR = _base,
                LOG2SIZE = (byte)_ring.Log2Size,
            }
        );
        _platform.Write(new CmdqProd { WR = start });
        _platform.Write(new CmdqCons { RD = start });
        _isRunning = true;
        _gate.Leave();
    }

    /// <summary>
    /// The SMMU is about to stop. Commands from now on are done as soon as they are given: when it works again it has
    /// forgotten everything.
    /// </summary>
    /// <returns><see cref="ErrorClass.TimedOut"/> if those given before were not consumed in time.</returns>
    public Outcome Stop()
    {
        Halt();
        var patience = new Patience(_platform.System);
        while (!IsDrained())
        {
            WhileWaiting();
            if (!patience.Lasts())
                return TimedOut("the command queue does not run empty");
        }

        return Outcome.Done;
    }

    /// <summary>The SMMU has stopped.</summary>
    public void Halt()
    {
        _gate.Enter();
        _isRunning = false;
        _gate.Leave();
    }

    /// <summary>Hands over a few commands that nobody waits for.</summary>
    /// <returns><see cref="ErrorClass.TimedOut"/> if there was no room for them in time; then none was handed over.</returns>
    public Outcome Post(ReadOnlySpan<Command> commands) => Publish(commands, sync: false);

    /// <summary>
    /// Has a batch of commands carried out, and waits until all have had their effect. They are invalidations: if
    /// one got lost on the way, all are given again.
    /// </summary>
    /// <param name="commands">At most <see cref="BatchSize"/>.</param>
    /// <returns>
    /// <see cref="ErrorClass.TimedOut"/> if the end could not be seen in time, or a device did not answer an
    /// invalidation: it may use what it has cached for ever. <see cref="ErrorClass.Malformed"/> if the SMMU does not
    /// understand a command.
    /// </returns>
    public Outcome Execute(ReadOnlySpan<Command> commands)
    {
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var (replaced, unanswered) = (Replaced, Unanswered);
            var outcome = Publish(commands, sync: true);
            if (_invalidateTwice && outcome.IsDone)
                outcome = Publish(commands, sync: true);
            if (outcome.IsDone && unanswered != Unanswered)
                return TimedOut("a device does not answer an invalidation");
            if (!outcome.IsDone || replaced == Replaced)
                return outcome;
        }

        return ErrorClass.Malformed;
    }

    /// <summary>Has a full batch carried out of which the end is still to come: without waiting, unless the part needs it.</summary>
    public Outcome HandOver(ReadOnlySpan<Command> commands) =>
        _waitForEveryBatch || _invalidateTwice ? Execute(commands) : Publish(commands, sync: false);

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
        Put(pointer, Command.From(SyncWith(CompletionSignal.Sev)));
        _memory.Barrier();
        Interlocked.Increment(ref _replaced);
    }

    /// <summary>A device has not answered. The SMMU goes on without it, so whoever waits must be told. §3.9.1.4</summary>
    public void NoteUnanswered() => Interlocked.Increment(ref _unanswered);

    private Outcome Publish(ReadOnlySpan<Command> commands, bool sync)
    {
        ulong end;
        _gate.Enter();
        try
        {
            // 0. Where nothing is cached there is nothing to do.
            if (!_isRunning)
                return Outcome.Done;

            // 1. Wait for room. An entry between CONS and PROD belongs to the SMMU. §3.21.2
            var count = (ulong)commands.Length + (sync ? 1u : 0u);
            if (!WaitForRoom(count))
                return TimedOut("the command queue stays full");

            // 2. Store the commands, and the CMD_SYNC behind them.
            end = _produced;
            foreach (var command in commands)
                Put(end++, command);
            if (sync)
            {
                Put(end, Command.From(SyncFor(end)));
                end++;
            }

            // 3. They, and every table changed before, are visible before the SMMU is told.
            _memory.Barrier();

            // 4. Hand them over.
            _produced = end;
            _platform.Write(new CmdqProd { WR = PointerAt(end) });
        }
        finally
        {
            _gate.Leave();
        }

        return sync ? WaitFor(end - 1) : Outcome.Done;
    }

    private bool WaitForRoom(ulong count)
    {
        var patience = new Patience(_platform.System);
        while (!HasRoom(count))
        {
            ReadConsumer();
            if (HasRoom(count))
                return true;
            WhileWaiting();
            if (!patience.Lasts())
                return false;
        }

        return true;
    }

    private Outcome WaitFor(ulong sync)
    {
        var patience = new Patience(_platform.System);
        while (!HasCompleted(sync))
        {
            WhileWaiting();
            if (!patience.Lasts())
                return TimedOut("a CMD_SYNC does not complete");
        }

        return Outcome.Done;
    }

    private bool IsDrained()
    {
        _gate.Enter();
        ReadConsumer();
        var drained = _consumed == _produced;
        _gate.Leave();
        return drained;
    }

    private bool HasRoom(ulong count) => _produced - _consumed + count <= _ring.Entries;

    private bool HasCompleted(ulong sync)
    {
        // The message is a zero, written over the low half of the command itself. Somebody may have put another command
        // there since, but not before knowing that this one was consumed.
        if (
            _syncByMessage
            && Volatile.Read(ref _consumed) <= sync
            && unchecked((uint)_memory.Load(SlotAt(sync))) != 0
        )
            return false;
        _gate.Enter();
        // What is known to be consumed needs no look: the SMMU may be off by now.
        if (_syncByMessage)
            _consumed = ulong.Max(_consumed, sync + 1);
        else if (_consumed <= sync)
            ReadConsumer();
        var done = _consumed > sync;
        _gate.Leave();
        return done;
    }

    // What was not handed over has not been consumed, whatever the register says.
    private void ReadConsumer() =>
        _consumed = ulong.Min(
            _produced,
            _consumed + _ring.Used(_platform.Read<CmdqCons>().RD, PointerAt(_consumed))
        );

    private Sync SyncFor(ulong position) =>
        _syncByMessage
            ? SyncWith(CompletionSignal.Irq) with
            {
                MSIAddress = SlotAt(position),
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

    private void Put(ulong position, Command command) => Put(PointerAt(position), command);

    private void Put(uint pointer, Command command)
    {
        var slot = SlotOf(pointer);
        _memory.Store(slot, command.Word0);
        _memory.Store(slot + 8, command.Word1);
        _memory.Clean(slot, Command.Size);
    }

    private PhysicalAddress SlotOf(uint pointer) =>
        _base + (Command.Size * (ulong)_ring.Slot(pointer));

    private PhysicalAddress SlotAt(ulong position) => SlotOf(PointerAt(position));

    private uint PointerAt(ulong position) => _ring.Advance(unchecked((uint)position), 0);

    private ErrorClass TimedOut(string what)
    {
        _platform.System.Log(LogLevel.Error, what);
        return ErrorClass.TimedOut;
    }
}
