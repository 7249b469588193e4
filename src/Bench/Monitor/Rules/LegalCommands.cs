using SmmuConformance.Architecture;

namespace SmmuConformance.Bench;

/// <summary>The SMMU never refuses a command of a correct driver as illegal.</summary>
public sealed class LegalCommands : MonitorRule
{
    /// <inheritdoc/>
    public override string Id => "monitor.legal-commands";

    /// <inheritdoc/>
    public override string Clause => "§4.1.1, §7.1";

    /// <inheritdoc/>
    public override string Sentence =>
        "Every command is one that this SMMU knows, with fields it accepts.";

    /// <inheritdoc/>
    public override void CommandConsumed(
        int smmu,
        in Command command,
        PhysicalAddress slot,
        CommandError error
    )
    {
        if (error == CommandError.Illegal)
            Violate(
                $"CERROR_ILL at {slot}: {command}\nraw {command.Word0:x16} {command.Word1:x16}"
            );
    }
}
