using System.Numerics;
using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Decode;

/// <summary>Tries a value on an emulated SMMU that nobody has touched, and hears what it says against it.</summary>
internal static class RegisterTrial
{
    // Bits of a field that is a size; others are addresses.
    private const int LongestSize = 8;

    /// <summary>What is wrong with the value, whoever wrote it and when.</summary>
    public static IEnumerable<string> Of(RegisterInfo register, ulong value, Profile profile)
    {
        if (!profile.Has(register))
            return
            [
                $"this SMMU has no {register.Name}: its place is RES0  (§{register.Layout.Clause})",
            ];
        if (register.Access == Access.ReadOnly)
            return [];
        // Bits that no SMMU has are said already.
        value &= ~register.Layout.Reserved(0);
        return
        [
            .. Write(register, value, profile)
                .DistinctBy(misuse => misuse.Kind)
                .Select(misuse =>
                    Text(Culprits(register, value, profile, misuse.Kind), register, profile, misuse)
                ),
        ];
    }

    private static string Text(
        List<Field> culprits,
        RegisterInfo register,
        Profile profile,
        RegisterMisuse misuse
    )
    {
        var names =
            culprits.Count == 0 ? "the value" : string.Join(", ", culprits.Select(f => f.Name));
        var what = misuse.Kind switch
        {
            Misuse.ReservedBit => "is RES0 on this SMMU, but set",
            Misuse.ReservedEncoding => "holds a reserved value",
            _ => "is beyond what this SMMU has"
                + string.Concat(culprits.Select(field => $", {Most(register, field, profile)}")),
        };
        return $"{names} {what}  (§{misuse.Clause})";
    }

    // The fields that are to blame when nothing else is set.
    private static List<Field> Culprits(
        RegisterInfo register,
        ulong value,
        Profile profile,
        Misuse kind
    ) =>
        [
            .. register.Layout.Fields.Where(field =>
                (value & field.Mask) != 0
                && Write(register, value & field.Mask, profile).Exists(m => m.Kind == kind)
            ),
        ];

    // The highest bit that is taken tells where an address ends; a size is tried.
    private static string Most(RegisterInfo register, Field field, Profile profile)
    {
        var shift = BitOperations.TrailingZeroCount(field.Mask);
        var bits = BitOperations.PopCount(field.Mask);
        bool Fits(ulong value) =>
            !Write(register, value << shift, profile)
                .Exists(misuse => misuse.Kind == Misuse.OutOfRange);

        if (bits > LongestSize)
        {
            var bit = bits - 1;
            while (bit > 0 && !Fits(1ul << bit))
                bit--;
            return $"which ends below 0x{1ul << (bit + 1 + shift):x}";
        }
        var most = (1ul << bits) - 1;
        while (most > 0 && !Fits(most))
            most--;
        return $"which is at most {most}";
    }

    private static List<RegisterMisuse> Write(RegisterInfo register, ulong value, Profile profile)
    {
        var smmu = new Machine(new() { Smmus = [profile] }).Smmus[0];
        var heard = new Listener();
        smmu.Observer = heard;
        var offset = profile.Located(register.Offset);
        if (register.Bytes == 8)
            smmu.Write64(offset, value);
        else
            smmu.Write32(offset, (uint)value);
        return heard.Said;
    }

    private sealed class Listener : ISmmuObserver
    {
        public List<RegisterMisuse> Said { get; } = [];

        public void RegisterMisused(in RegisterMisuse misuse)
        {
            // What else is wrong with a write depends on what was written before it.
            if (misuse.Kind is Misuse.ReservedBit or Misuse.ReservedEncoding or Misuse.OutOfRange)
                Said.Add(misuse);
        }
    }
}
