using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Bench;

/// <summary>A change of CR0 or IRQ_CTRL takes effect when its acknowledge says so; a driver waits for that.</summary>
public sealed class AcknowledgePolled : MonitorRule
{
    private readonly Dictionary<(int Smmu, uint Acknowledge), ulong> _awaited = [];

    /// <inheritdoc/>
    public override string Id => "monitor.acknowledge-polled";

    /// <inheritdoc/>
    public override string Clause => "§6.3.9, §6.3.18";

    /// <inheritdoc/>
    public override string Sentence =>
        "After a change of SMMU_CR0 or SMMU_IRQ_CTRL the driver reads the acknowledge until it equals what was written, before it returns or relies on the change.";

    /// <inheritdoc/>
    public override void RegisterWriting(int smmu, uint offset, ulong value)
    {
        if (offset is Cr0.Offset or IrqCtrl.Offset)
        {
            var acknowledge = offset == Cr0.Offset ? Cr0Ack.Offset : IrqCtrlAck.Offset;
            Complain(smmu, acknowledge, "is written again");
            // Reserved bits never show in the acknowledge; only what the register declares is waited for.
            _awaited[(smmu, acknowledge)] = value & Declared(acknowledge);
        }
        else if (offset == CmdqProd.Offset && value != 0)
            Complain(smmu, Cr0Ack.Offset, "is relied on by a write of SMMU_CMDQ_PROD");
    }

    /// <inheritdoc/>
    public override void RegisterRead(int smmu, uint offset, ulong value)
    {
        if (_awaited.TryGetValue((smmu, offset), out var awaited) && value == awaited)
            _awaited.Remove((smmu, offset));
    }

    /// <inheritdoc/>
    public override void OperationEnded()
    {
        // A driver that gave up waiting says so; that it waited is seen from the reads.
        if (Monitor.Trace.Entries[^1] is OperationEnded { Outcome.Error: ErrorClass.TimedOut })
        {
            _awaited.Clear();
            return;
        }
        foreach (var (smmu, acknowledge) in _awaited.Keys.ToList())
            Complain(smmu, acknowledge, "is left behind by a finished operation");
    }

    private void Complain(int smmu, uint acknowledge, string how)
    {
        if (!_awaited.Remove((smmu, acknowledge), out var awaited))
            return;
        var register = acknowledge == Cr0Ack.Offset ? Cr0.Offset : IrqCtrl.Offset;
        Violate(
            $"{TraceText.RegisterName(register)} = 0x{awaited:x} {how}, but {TraceText.RegisterName(acknowledge)} was never read as 0x{awaited:x}"
        );
    }

    private static ulong Declared(uint offset)
    {
        var layout = LayoutCatalogue.Registers.First(r => r.Offset == offset).Layout;
        return ~layout.Reserved(0) & uint.MaxValue;
    }
}
