using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>The value of each register; knows nothing of what a value does.</summary>
internal sealed class RegisterBank
{
    private readonly Dictionary<uint, ulong> _values = [];

    /// <summary>The value of the register at an offset; zero if it was never set.</summary>
    public ulong this[uint offset]
    {
        get => _values.GetValueOrDefault(offset);
        set => _values[offset] = value;
    }

    /// <summary>The value of a register.</summary>
    public T Get<T>()
        where T : struct, IRegister<T> => T.FromWords([this[T.Register.Offset]]);

    /// <summary>Sets a register, whatever guards it.</summary>
    public void Set<T>(T value)
        where T : struct, IRegister<T> => this[T.Register.Offset] = value.Word(0);

    /// <summary>Every register as reset leaves it: zero, the ID registers, and arbitrary bits where the manual says UNKNOWN.</summary>
    public void Reset(Profile profile, SplitMix unknown)
    {
        foreach (var register in RegisterMap.All)
        {
            // Drawn for every register, so that one profile's feature does not change the others' garbage.
            var garbage = unknown.Next() & RegisterMap.UnknownAtReset(register);
            var value = (register.Reset | garbage) & RegisterFields.Implemented(profile, register);
            this[register.Offset] = profile.Has(register) ? value : 0;
        }
        Set(profile.IDR0);
        Set(profile.IDR1);
        Set(profile.IDR2);
        Set(profile.IDR3);
        Set(profile.IDR4);
        Set(profile.IDR5);
        Set(profile.IDR6);
        Set(profile.IIDR);
        Set(profile.AIDR);
        // The implementation chooses it, all but Update (§6.3.14).
        Set(profile.GBPA with { Update = false });
    }
}
