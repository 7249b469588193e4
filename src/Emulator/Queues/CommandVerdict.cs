using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>What the SMMU makes of a command before it carries it out.</summary>
/// <param name="Error">Why it refuses it; None: it does not.</param>
/// <param name="Ignored">The section by which it has no effect, without the sign; null: it has.</param>
/// <param name="Why">What is wrong with it, for who reads; null: nothing.</param>
internal readonly record struct CommandVerdict(CommandError Error, string? Ignored, string? Why)
{
    /// <summary>To be carried out.</summary>
    public static CommandVerdict Legal => default;

    /// <summary>CERROR_ILL.</summary>
    public static CommandVerdict Illegal(string why) => new(CommandError.Illegal, null, why);

    /// <summary>Consumed, and nothing else.</summary>
    public static CommandVerdict WithoutEffect(string clause, string why) =>
        new(CommandError.None, clause, why);

    /// <summary>The graver of two verdicts: an error goes before being ignored (§4.1.3).</summary>
    public CommandVerdict Or(CommandVerdict other) =>
        Error != CommandError.None ? this
        : other.Error != CommandError.None ? other
        : Ignored is not null ? this
        : other;
}
