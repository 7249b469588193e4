using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>Typed registers over the platform's raw ones: offset and width come from the declaration.</summary>
internal static class RegisterAccess
{
    /// <summary>Loads a register.</summary>
    public static T Read<T>(this IPlatform platform)
        where T : struct, IRegister<T>
    {
        var register = T.Register;
        var word =
            register.Bytes == 8
                ? platform.Read64(register.Offset)
                : platform.Read32(register.Offset);
        return T.FromWords([word]);
    }

    /// <summary>Stores a register.</summary>
    public static void Write<T>(this IPlatform platform, T value)
        where T : struct, IRegister<T>
    {
        var register = T.Register;
        if (register.Bytes == 8)
            platform.Write64(register.Offset, value.Word(0));
        else
            platform.Write32(register.Offset, unchecked((uint)value.Word(0)));
    }

    /// <summary>
    /// Stores a control register and waits until its acknowledge register shows exactly that value: a write to CR0 or
    /// IRQ_CTRL only starts an update. §6.3.9, §6.3.16
    /// </summary>
    /// <returns>False if the acknowledge did not come in time.</returns>
    public static bool Apply<TControl, TAcknowledge>(this IPlatform platform, TControl value)
        where TControl : struct, IRegister<TControl>
        where TAcknowledge : struct, IRegister<TAcknowledge>
    {
        platform.Write(value);
        return Patience.Until(
            platform.System,
            () => platform.Read<TAcknowledge>().Word(0) == value.Word(0)
        );
    }
}
