namespace SmmuConformance.Emulator;

/// <summary>Counts what could change an answer that was given before: <see cref="RecentAnswers"/> of another count are void.</summary>
internal sealed class Epoch
{
    /// <summary>How often that has happened.</summary>
    public ulong Value { get; private set; }

    /// <summary>It happens.</summary>
    public void Advance() => Value = unchecked(Value + 1);
}
