using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Conformance.Mutants;

/// <summary>Changes commands in the moment in which they are handed over: all of one write of SMMU_CMDQ_PROD at once.</summary>
internal abstract class CommandWire : Wire
{
    private readonly Dictionary<IPlatform, uint> _handedOver = [];

    /// <inheritdoc/>
    public override void Write32(IPlatform platform, uint offset, uint value)
    {
        if (offset == CmdqProd.Offset)
            HandOver(platform, value);
        base.Write32(platform, offset, value);
    }

    /// <summary>Changes what is handed over; the number stays.</summary>
    /// <returns>Something was changed.</returns>
    protected abstract bool Change(Span<Command> commands);

    private void HandOver(IPlatform platform, uint producer)
    {
        var queue = Of(platform).CommandQueue;
        var mask = (2u << queue.LOG2SIZE) - 1;
        // Whoever hands over is alone, but others may do so at other SMMUs.
        uint first;
        lock (_handedOver)
        {
            first = _handedOver.GetValueOrDefault(platform, producer);
            _handedOver[platform] = producer;
        }
        // The queue was given its place just now.
        if (!IsOn(platform))
            return;

        var count = (int)(unchecked(producer - first) & mask);
        var commands = new Command[count];
        for (var i = 0; i < count; i++)
        {
            var slot = SlotOf(queue, unchecked(first + (uint)i));
            commands[i] = new(platform.System.Load(slot), platform.System.Load(slot + 8));
        }
        if (!Change(commands))
            return;
        Changed();
        for (var i = 0; i < count; i++)
        {
            var slot = SlotOf(queue, unchecked(first + (uint)i));
            platform.System.Store(slot, commands[i].Word0);
            platform.System.Store(slot + 8, commands[i].Word1);
            platform.System.Clean(slot, Command.Size);
        }
        platform.System.Barrier();
    }

    private static bool IsOn(IPlatform platform) =>
        new Cr0Ack([platform.Read32(Cr0Ack.Offset)]).CMDQEN;

    private static PhysicalAddress SlotOf(CmdqBase queue, uint pointer) =>
        queue.ADDR + ((ulong)Command.Size * (pointer & ((1u << queue.LOG2SIZE) - 1)));
}

/// <summary>A command does not arrive: something harmless stands in its place.</summary>
internal sealed class CommandLost(Func<Command, bool> which, Turn turn) : CommandWire
{
    protected override bool Change(Span<Command> commands)
    {
        var changed = false;
        foreach (ref var command in commands)
            if (which(command) && turn.Comes())
            {
                command = command.Is<Sync>()
                    ? Command.From(new PrefetchConfig())
                    : Command.From(new Sync { CS = CompletionSignal.None });
                changed = true;
            }
        return changed;
    }
}

/// <summary>A command arrives before the one that it should follow.</summary>
internal sealed class CommandsSwapped(
    Func<Command, bool> former,
    Func<Command, bool> latter,
    Turn turn
) : CommandWire
{
    protected override bool Change(Span<Command> commands)
    {
        var changed = false;
        for (var i = 1; i < commands.Length; i++)
            if (former(commands[i - 1]) && latter(commands[i]) && turn.Comes())
            {
                (commands[i - 1], commands[i]) = (commands[i], commands[i - 1]);
                changed = true;
                i++;
            }
        return changed;
    }
}

/// <summary>A command arrives twice, the second time in the place of the one behind it.</summary>
internal sealed class CommandRepeated(Func<Command, bool> which, Turn turn) : CommandWire
{
    protected override bool Change(Span<Command> commands)
    {
        var changed = false;
        for (var i = 0; i + 1 < commands.Length; i++)
            if (which(commands[i]) && !commands[i + 1].Is<Sync>() && turn.Comes())
            {
                commands[++i] = commands[i - 1];
                changed = true;
            }
        return changed;
    }
}

/// <summary>A field of a command arrives changed.</summary>
internal sealed class CommandCorrupted(byte opcode, int word, ulong flip, Turn turn) : CommandWire
{
    protected override bool Change(Span<Command> commands)
    {
        var changed = false;
        foreach (ref var command in commands)
            if (command.Opcode == opcode && turn.Comes())
            {
                command =
                    word == 0
                        ? command with
                        {
                            Word0 = command.Word0 ^ flip,
                        }
                        : command with
                        {
                            Word1 = command.Word1 ^ flip,
                        };
                changed = true;
            }
        return changed;
    }
}
