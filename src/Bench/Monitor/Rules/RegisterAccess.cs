using SmmuConformance.Emulator;

namespace SmmuConformance.Bench;

/// <summary>Registers are written only while their guards are clear, with bits and sizes they have.</summary>
public sealed class RegisterAccess : MonitorRule
{
    /// <inheritdoc/>
    public override string Id => "monitor.register-access";

    /// <inheritdoc/>
    public override string Clause => "§6.3";

    /// <inheritdoc/>
    public override string Sentence =>
        "A register is written only while its guards are clear, in a size it takes, with no reserved bit or value, and queue indexes move forward within the queue.";

    /// <inheritdoc/>
    public override void RegisterMisused(int smmu, in RegisterMisuse misuse)
    {
        var name = TraceText.RegisterName(misuse.Offset);
        Violate(
            misuse.Kind switch
            {
                Misuse.GuardedWrite =>
                    $"{name} = 0x{misuse.Value:x} written while {misuse.Guard} is set or not yet acknowledged as clear (§{misuse.Clause})",
                Misuse.UpdatePending =>
                    $"{name} = 0x{misuse.Value:x} written again before its last update was acknowledged: poll the acknowledge first (§{misuse.Clause})",
                Misuse.QueueIndex =>
                    $"{name} = 0x{misuse.Value:x} is an index the queue cannot have now: backwards, beyond its size, or past the other index (§{misuse.Clause})",
                Misuse.NoPower =>
                    $"{name} was accessed while the SMMU had no power: the PE may wait for an answer for ever (§{misuse.Clause})",
                Misuse.ReservedBit =>
                    $"{name} = 0x{misuse.Value:x} sets a reserved bit (§{misuse.Clause})",
                _ => $"{misuse.Kind}: {name} = 0x{misuse.Value:x} (§{misuse.Clause})",
            }
        );
    }
}
