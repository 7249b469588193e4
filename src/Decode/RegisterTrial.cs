using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Decode;

/// <summary>Tries a value on an emulated SMMU that nobody has touched, and hears what it says against it.</summary>
internal static class RegisterTrial
{
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
                    $"{Culprits(register, value, profile, misuse.Kind)} {What(misuse.Kind)}  (§{misuse.Clause})"
                ),
        ];
    }

    // The fields that are to blame when nothing else is set.
    private static string Culprits(RegisterInfo register, ulong value, Profile profile, Misuse kind)
    {
        var alone = register
            .Layout.Fields.Where(field =>
                (value & field.Mask) != 0
                && Write(register, value & field.Mask, profile).Exists(m => m.Kind == kind)
            )
            .Select(field => field.Name)
            .ToList();
        return alone.Count > 0 ? string.Join(", ", alone) : "the value";
    }

    private static string What(Misuse kind) =>
        kind switch
        {
            Misuse.ReservedBit => "is RES0 on this SMMU, but set",
            Misuse.ReservedEncoding => "holds a reserved value",
            _ => "is beyond what this SMMU has",
        };

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
