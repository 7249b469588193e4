using SmmuConformance.Architecture;
using SmmuConformance.Bench;

namespace SmmuConformance.Conformance.Driver;

/// <summary>A write of SMMU_CMDQ_PROD while the queue was enabled.</summary>
/// <param name="Number">Position in the trace.</param>
/// <param name="From">The producer before it.</param>
/// <param name="To">The producer it wrote.</param>
/// <param name="Added">Commands it handed over, if the producer moved forward.</param>
/// <param name="Waiting">Commands handed over and not consumed, these included.</param>
internal sealed record Doorbell(int Number, uint From, uint To, uint Added, long Waiting)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"trace {Number}: CMDQ_PROD 0x{From:x} -> 0x{To:x}, {Added} commands, {Waiting} waiting";
}

/// <summary>What a trace says of a command queue: what was handed over, what was consumed, what was waiting when.</summary>
internal sealed class CommandTraffic
{
    private readonly List<Doorbell> _doorbells = [];
    private readonly List<CommandEntry> _consumed = [];
    private readonly long[] _waiting;
    private readonly uint[] _producer;

    /// <summary>Reads the trace of a bench so far.</summary>
    public CommandTraffic(TestBench bench, int smmu = 0)
    {
        _waiting = new long[bench.Trace.Entries.Count + 1];
        _producer = new uint[bench.Trace.Entries.Count + 1];
        var (enabled, producer, waiting) = (false, 0u, 0L);
        foreach (var entry in bench.Trace.Entries)
        {
            switch (entry)
            {
                case CommandEntry command when command.Smmu == smmu:
                    if (command.Error != CommandError.None)
                        break;
                    _consumed.Add(command);
                    waiting--;
                    break;
                case RegisterWriteEntry write when write.Smmu == smmu:
                    switch (write.Offset)
                    {
                        case CmdqBase.Offset:
                            (Log2Size, Base) = ReadBase(write.Value);
                            break;
                        case Cr0.Offset:
                            enabled = new Cr0(write.Value).CMDQEN;
                            waiting = enabled ? waiting : 0;
                            break;
                        case CmdqProd.Offset:
                            var next = new CmdqProd(write.Value).WR;
                            var added = unchecked(next - producer) & (2 * Entries - 1);
                            if (enabled)
                                _doorbells.Add(
                                    new(entry.Number, producer, next, added, waiting += added)
                                );
                            producer = next;
                            break;
                    }
                    break;
            }
            (_waiting[entry.Number], _producer[entry.Number]) = (waiting, producer);
        }
    }

    /// <summary>Where the queue is.</summary>
    public PhysicalAddress Base { get; private set; }

    /// <summary>log2 of the queue's entries.</summary>
    public int Log2Size { get; private set; }

    /// <summary>The queue's entries.</summary>
    public uint Entries => 1u << Log2Size;

    /// <summary>Every write of SMMU_CMDQ_PROD that handed commands over.</summary>
    public IReadOnlyList<Doorbell> Doorbells => _doorbells;

    /// <summary>Every command consumed without error.</summary>
    public IReadOnlyList<CommandEntry> Consumed => _consumed;

    /// <summary>Where the commands stand that are handed over and not consumed yet, oldest first.</summary>
    public IEnumerable<PhysicalAddress> WaitingSlots()
    {
        var oldest = unchecked(_producer[^1] - (uint)_waiting[^1]);
        for (var i = 0u; i < _waiting[^1]; i++)
            yield return Base + Command.Size * (ulong)(unchecked(oldest + i) & (Entries - 1));
    }

    /// <summary>Commands handed over and not consumed when an entry of the trace was made.</summary>
    public long WaitingAt(TraceEntry entry) => _waiting[entry.Number];

    /// <summary>A slot held a command that was handed over and not consumed when an entry of the trace was made.</summary>
    public bool IsTaken(uint slot, TraceEntry entry)
    {
        var oldest = unchecked(_producer[entry.Number] - (uint)_waiting[entry.Number]);
        return (unchecked(slot - oldest) & (Entries - 1)) < _waiting[entry.Number];
    }

    private static (int Log2Size, PhysicalAddress Base) ReadBase(ulong value) =>
        (new CmdqBase(value).LOG2SIZE, new CmdqBase(value).ADDR);
}
