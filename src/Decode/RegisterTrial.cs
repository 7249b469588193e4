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
            return [$"this SMMU has no {register.Name}: its place is RES0  (§{register.Layout.Clause})"];
        if (register.Access == Access.ReadOnly)
            return [];
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
        public List<string> Said { get; } = [];

        public void RegisterMisused(in RegisterMisuse misuse)
        {
            // What else is wrong with a write depends on what was written before it.
            var what = misuse.Kind switch
            {
                Misuse.ReservedBit => "a bit is set that is RES0 on this SMMU",
                Misuse.ReservedEncoding => "a field holds a reserved value",
                Misuse.OutOfRange => "a size or address is beyond what this SMMU has",
                _ => null,
            };
            if (what is not null)
                Said.Add($"{what}  (§{misuse.Clause})");
        }
    }
}
