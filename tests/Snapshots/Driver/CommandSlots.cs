using SmmuConformance.Architecture;
using SmmuConformance.Bench;

namespace SmmuConformance.Snapshots;

/// <summary>
/// Counts the slots of the command queue from where an operation begins, so that its text does not depend on how many
/// commands others have issued before.
/// </summary>
/// <param name="trace">The trace of a bench with one SMMU.</param>
/// <param name="mark">Where the operation begins.</param>
internal sealed class CommandSlots(Trace trace, int mark)
{
    private readonly uint _first = Last<CmdqProd>(trace, mark).WR;

    // Index and wrap bit. §6.3.27
    private readonly uint _mask = (2u << Last<CmdqBase>(trace, mark).LOG2SIZE) - 1;

    /// <summary>The entry, counted from the first slot if it is an index of the queue.</summary>
    public TraceEntry CountFromFirst(TraceEntry entry) =>
        entry switch
        {
            RegisterWriteEntry { Offset: CmdqProd.Offset } write => write with
            {
                Value = Counted(write.Value),
            },
            // ERR is left out: it holds anything unless GERROR.CMDQ_ERR is active, which is then seen. §6.3.28
            RegisterReadEntry { Offset: CmdqCons.Offset } read => read with
            {
                Value = Counted(new CmdqCons(read.Value).RD),
            },
            _ => entry,
        };

    private ulong Counted(ulong value) =>
        (value & ~(ulong)_mask) | unchecked(((uint)value - _first) & _mask);

    private static T Last<T>(Trace trace, int mark)
        where T : struct, IRegister<T>
    {
        var last = trace
            .Entries.Take(mark)
            .OfType<RegisterWriteEntry>()
            .LastOrDefault(write => write.Offset == T.Register.Offset);
        return T.FromWords([last?.Value ?? 0]);
    }
}
