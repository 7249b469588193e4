namespace SmmuConformance.Emulator;

/// <summary>What becomes of a transaction (§3.3). Provisional: only what GBPA decides while translation is off (§3.11).</summary>
public sealed class Translator(PhysicalMemory memory, SmmuState state, SmmuCaches? caches)
{
    /// <summary>Translates one transaction.</summary>
    public Translation Translate(in Transaction transaction)
    {
        if (state.Enabled)
            throw new NotModelledException($"translation ({memory}, {caches})", "3.3");
        return state.Gbpa.ABORT
            ? new Translation { Result = TranslationResult.Aborted }
            : new Translation { Address = new(transaction.Address.Value) };
    }
}
