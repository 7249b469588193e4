namespace SmmuConformance.Emulator;

/// <summary>One sentence of the manual that makes a structure ILLEGAL.</summary>
/// <typeparam name="T">The structure with all that its legality depends on.</typeparam>
/// <param name="Field">The field it is about.</param>
/// <param name="Says">What is wrong when it is broken.</param>
/// <param name="IsBroken">True if the structure breaks it.</param>
internal sealed record ValidityRule<T>(string Field, string Says, Violation<T> IsBroken)
    where T : struct
{
    /// <inheritdoc/>
    public override string ToString() => $"{Field}: {Says}";
}

/// <summary>Tells whether a structure breaks one rule.</summary>
internal delegate bool Violation<T>(in T subject)
    where T : struct;
