using SmmuConformance.Architecture;
using SmmuConformance.Bench;

namespace SmmuConformance.Conformance.Driver;

/// <summary>
/// Something that befalls a waiting command, the oldest unless a case says otherwise, after the driver has handed it over and before the SMMU fetches it.
/// The machine must be lazy (<see cref="Everyday.Lazy"/>); it strikes the first time the driver gives hardware a turn.
/// </summary>
internal sealed class Sabotage
{
    // No command has it. §4.1.1
    private const ulong ReservedOpcode = 0xff;

    private readonly TestBench _bench;
    private readonly Action<PhysicalAddress> _harm;
    private readonly int _turns;
    private readonly bool _last;
    private int _left;

    private Sabotage(TestBench bench, Action<PhysicalAddress> harm, int turns, bool last = false)
    {
        (_bench, _harm, _turns, _last) = (bench, harm, turns, last);
        bench.System.Relaxing = Relaxing;
    }

    /// <summary>It has struck.</summary>
    public bool Struck { get; private set; }

    /// <summary>Where the command stands.</summary>
    public PhysicalAddress Slot { get; private set; }

    /// <summary>The command before it was harmed.</summary>
    public Command Original { get; private set; }

    /// <summary>The commands that were waiting behind it, oldest first.</summary>
    public IReadOnlyList<Command> Behind { get; private set; } = [];

    /// <summary>The command's opcode turns into one that is reserved.</summary>
    public static Sabotage Illegal(TestBench bench) =>
        new(bench, slot => bench.Machine.Memory.Write64(slot, ReservedOpcode), turns: 1);

    /// <summary>The same happens to the youngest command: a CMD_SYNC, if somebody waits.</summary>
    public static Sabotage IllegalEnd(TestBench bench) =>
        new(
            bench,
            slot => bench.Machine.Memory.Write64(slot, ReservedOpcode),
            turns: 1,
            last: true
        );

    /// <summary>Every fetch of it aborts, for so many turns of the hardware. The driver itself still reaches the slot.</summary>
    public static Sabotage Aborting(TestBench bench, int turns)
    {
        _ = new Interloper(bench) { Raised = _ => bench.Machine.Memory.ClearAborts() };
        return new(bench, slot => bench.Machine.Memory.AbortRange(slot, Command.Size), turns);
    }

    /// <summary>The hardware enters service failure mode.</summary>
    public static Sabotage ServiceFailure(TestBench bench) =>
        new(bench, _ => bench.Smmu.Fail(new GError { SFM_ERR = true }), turns: 1);

    private void Relaxing()
    {
        if (Struck)
        {
            if (--_left > 0)
                _harm(Slot);
            return;
        }

        var slots = new CommandTraffic(_bench).WaitingSlots().ToList();
        if (slots.Count == 0)
            return;
        var index = _last ? slots.Count - 1 : 0;
        (Struck, Slot, _left) = (true, slots[index], _turns);
        Original = CommandAt(Slot);
        Behind = [.. slots.Skip(index + 1).Select(CommandAt)];
        _harm(Slot);
    }

    private Command CommandAt(PhysicalAddress slot) =>
        new(_bench.Machine.Memory.Read64(slot), _bench.Machine.Memory.Read64(slot + 8));
}
