using SmmuConformance.Architecture;

namespace SmmuConformance.Bench;

/// <summary>The SMMU never refuses a command of a correct driver as illegal.</summary>
public sealed class LegalCommands : MonitorRule
{
    // What the driver last stored in each slot word, by address.
    private readonly Dictionary<ulong, ulong> _stored = [];

    /// <inheritdoc/>
    public override string Id => "monitor.legal-commands";

    /// <inheritdoc/>
    public override string Clause => "§4.1.1, §7.1";

    /// <inheritdoc/>
    public override string Sentence =>
        "Every command is one that this SMMU knows, with fields it accepts.";

    /// <inheritdoc/>
    public override void Stored(StoreEntry store)
    {
        if (store.Place.Kind == PlaceKind.CommandQueue)
            _stored[store.Address.Value] = store.New;
    }

    /// <inheritdoc/>
    public override void CommandConsumed(
        int smmu,
        in Command command,
        PhysicalAddress slot,
        CommandError error
    )
    {
        if (error == CommandError.Illegal && IsTheDrivers(in command, slot))
            Violate(
                $"CERROR_ILL at {slot}: {command}\nraw {command.Word0:x16} {command.Word1:x16}"
            );
    }

    // Memory that a case has corrupted is no fault of the driver.
    private bool IsTheDrivers(in Command command, PhysicalAddress slot) =>
        _stored.TryGetValue(slot.Value, out var word0)
        && _stored.TryGetValue(slot.Value + 8, out var word1)
        && (word0, word1) == (command.Word0, command.Word1);
}
