using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>Fields of TLB invalidations: identifiers, addresses, ranges and level hints (§4.4).</summary>
internal static class TlbiRules
{
    /// <summary>Judges the fields of a CMD_TLBI_* that the SMMU has.</summary>
    public static CommandVerdict Judge(in Command command, SmmuState state)
    {
        var opcode = (CommandOpcode)command.Opcode;
        var verdict = Identifiers(command, opcode, state.Profile.IDR0);
        return opcode switch
        {
            CommandOpcode.TlbiNhVa
            or CommandOpcode.TlbiNhVaa
            or CommandOpcode.TlbiEl2Va
            or CommandOpcode.TlbiEl2Vaa => Range(command, state.Profile)
                .Or(verdict)
                .Or(Virtual(command.As<TlbiNhVa>().Address, state.Profile.IDR5)),
            CommandOpcode.TlbiS2Ipa => Intermediate(command.As<TlbiS2Ipa>(), state.Profile)
                .Or(Range(command, state.Profile))
                .Or(verdict),
            _ => verdict,
        };
    }

    // VMID stands at [47:32] and ASID at [63:48] in every command that has them.
    private static CommandVerdict Identifiers(in Command command, CommandOpcode opcode, Idr0 idr0)
    {
        var fields = command.As<TlbiNhAsid>();
        // Without stage 2 the VMID of a stage 1 command is reserved, but never an error (§4.4.2).
        if (!idr0.S2P && fields.VMID.Value != 0)
            return CommandVerdict.WithoutEffect("4.4.2", "VMID is not 0, but SMMU_IDR0.S2P is");
        if (!idr0.VMID16 && fields.VMID.Value > 0xff)
            return CommandVerdict.WithoutEffect("4.4", "VMID has more than the 8 bits that exist");
        return !idr0.ASID16 && fields.ASID.Value > 0xff && opcode != CommandOpcode.TlbiS2Ipa
            ? CommandVerdict.WithoutEffect("4.4", "ASID has more than the 8 bits that exist")
            : CommandVerdict.Legal;
    }

    // An address that is not the sign-extension of a virtual address is out of range (§4.4.2, §3.4.1).
    private static CommandVerdict Virtual(Iova address, Idr5 idr5)
    {
        var high = unchecked((long)address.Value) >> idr5.VAX.ToBits();
        return high is 0 or -1
            ? CommandVerdict.Legal
            : CommandVerdict.WithoutEffect("4.4.2", "Address is no sign-extended virtual address");
    }

    private static CommandVerdict Intermediate(TlbiS2Ipa command, Profile profile) =>
        CommandRules.AddressFits(command.Address.Value, profile.AIDR.ArchMinorRev)
            ? CommandVerdict.Legal
            : CommandVerdict.Illegal("Address has bits that this version reserves");

    // The range and hint fields stand at the same bits in every command by address (§4.4.1.1).
    private static CommandVerdict Range(in Command command, Profile profile)
    {
        var fields = command.As<TlbiNhVa>();
        var any =
            fields.NUM | fields.SCALE | fields.TTL | (byte)fields.TG | (fields.TTL128 ? 1 : 0);
        if (any == 0)
            return CommandVerdict.Legal;
        if (!profile.IDR3.RIL || fields.TG == TlbiTg.Any)
            return CommandVerdict.Illegal(
                "a range or hint needs SMMU_IDR3.RIL and a TG that is not 0"
            );
        if (fields.SCALE > 31 && !profile.IDR5.DS)
            return CommandVerdict.Illegal("SCALE above 31 needs SMMU_IDR5.DS");
        if (fields.TTL128 && (!profile.IDR5.D128 || fields.TTL == 0))
            return CommandVerdict.Illegal("TTL128 needs SMMU_IDR5.D128 and a TTL that is not 0");
        if (fields.TTL128)
            throw new NotModelledException("a level hint for 128-bit descriptors", "4.4.1.1");
        var level = Level(fields.TG, fields.TTL, profile.IDR5);
        if (level == 0 && fields.NUM == 0 && fields.SCALE == 0)
            return CommandVerdict.Illegal(
                "a range of one page with a TG needs a TTL that is not 0"
            );
        // A start that is not aligned to the hinted level makes the range unpredictable: nothing is invalidated.
        var alignment = 1ul << AlignmentBits(fields.TG, level);
        return fields.Address.Value % alignment == 0
            ? CommandVerdict.Legal
            : CommandVerdict.WithoutEffect("4.4.1.1", "Address is not aligned to the level of TTL");
    }

    // Level 1 of the 16 KB granule holds no leaves without 52-bit addresses; the hint then counts as none.
    private static int Level(TlbiTg granule, byte hint, Idr5 idr5) =>
        granule == TlbiTg.Size16K && hint == 1 && !idr5.DS ? 0 : hint;

    private static int AlignmentBits(TlbiTg granule, int level) =>
        (granule, level) switch
        {
            (TlbiTg.Size4K, 1) => 30,
            (TlbiTg.Size4K, 2) => 21,
            (TlbiTg.Size4K, _) => 12,
            (TlbiTg.Size16K, 1) => 36,
            (TlbiTg.Size16K, 2) => 25,
            (TlbiTg.Size16K, _) => 14,
            (_, 1) => 42,
            (_, 2) => 29,
            _ => 16,
        };
}
