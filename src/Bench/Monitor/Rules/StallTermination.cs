using SmmuConformance.Architecture;

namespace SmmuConformance.Bench;

/// <summary>What waits of a stream is ended only when nothing new can come to wait.</summary>
public sealed class StallTermination : MonitorRule
{
    /// <inheritdoc/>
    public override string Id => "monitor.stall-termination";

    /// <inheritdoc/>
    public override string Clause => "§4.7.2";

    /// <inheritdoc/>
    public override string Sentence =>
        "CMD_STALL_TERM is given only while the stream's entry aborts, and that entry is the one the SMMU uses.";

    /// <inheritdoc/>
    public override void CommandConsumed(
        int smmu,
        in Command command,
        PhysicalAddress slot,
        CommandError error
    )
    {
        if (error != CommandError.None || !command.Is<StallTerm>())
            return;
        var stream = command.As<StallTerm>().StreamID;
        if (Monitor.Structures.Of(smmu).SteOf(stream) is not { } ste)
            return;
        if (!Meaning.Refuses(in ste))
            Violate(
                $"{command} while the entry of the stream lets accesses pass: what it ends is UNPREDICTABLE; Config = 0b000, CMD_CFGI_STE and CMD_SYNC come first\n{LayoutText.Of(in ste)}"
            );
    }
}
