using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>From CMD_TLBI_* to what it must remove (§4.4.2 - §4.4.4).</summary>
internal static class TlbScopes
{
    private const int El1 = 1 << (int)StreamWorld.NsEl1;
    private const int El2 = 1 << (int)StreamWorld.NsEl2;
    private const int El2E2h = 1 << (int)StreamWorld.NsEl2E2h;

    /// <summary>The scope of a command; null if it is no invalidation of translations, or removes nothing for certain.</summary>
    public static TlbScope? Of(in Command command, SmmuState state)
    {
        switch ((CommandOpcode)command.Opcode)
        {
            // All of a virtual machine, globals too. §4.4.2.1
            case CommandOpcode.TlbiNhAll:
                return ByVmid(command.As<TlbiNhAll>().VMID, state);

            // One address space, but no globals. §4.4.2.2
            case CommandOpcode.TlbiNhAsid:
            {
                var c = command.As<TlbiNhAsid>();
                return ByVmid(c.VMID, state) with { Asid = c.ASID, Globals = false };
            }

            // An address in every address space. §4.4.2.3
            case CommandOpcode.TlbiNhVaa:
            {
                var c = command.As<TlbiNhVaa>();
                return At(
                    ByVmid(c.VMID, state) with
                    {
                        Leaf = c.Leaf,
                    },
                    new Range(c.Address, c.NUM, c.SCALE, c.TTL, c.TTL128, c.TG),
                    state
                );
            }

            // An address in one address space, and globals of that address. §4.4.2.4
            case CommandOpcode.TlbiNhVa:
            {
                var c = command.As<TlbiNhVa>();
                return At(
                    ByVmid(c.VMID, state) with
                    {
                        Leaf = c.Leaf,
                        Asid = c.ASID,
                    },
                    new Range(c.Address, c.NUM, c.SCALE, c.TTL, c.TTL128, c.TG),
                    state
                );
            }

            // Both EL2 regimes. §4.4.2.7
            case CommandOpcode.TlbiEl2All:
                return new TlbScope
                {
                    Stage1 = true,
                    Worlds = El2 | El2E2h,
                    Globals = true,
                };

            // CR2.E2H says which EL2 regime, and whether the ASID counts. §4.4.2.8
            case CommandOpcode.TlbiEl2Va:
            {
                var c = command.As<TlbiEl2Va>();
                return At(
                    ByE2h(state) with
                    {
                        Leaf = c.Leaf,
                        Asid = state.Cr2.E2H ? c.ASID : null,
                    },
                    new Range(c.Address, c.NUM, c.SCALE, c.TTL, c.TTL128, c.TG),
                    state
                );
            }

            // §4.4.2.9
            case CommandOpcode.TlbiEl2Vaa:
            {
                var c = command.As<TlbiEl2Vaa>();
                return At(
                    ByE2h(state) with
                    {
                        Leaf = c.Leaf,
                    },
                    new Range(c.Address, c.NUM, c.SCALE, c.TTL, c.TTL128, c.TG),
                    state
                );
            }

            // Non-global entries of EL2-E2H. §4.4.2.10
            case CommandOpcode.TlbiEl2Asid:
                return new TlbScope
                {
                    Stage1 = true,
                    Worlds = El2E2h,
                    Asid = command.As<TlbiEl2Asid>().ASID,
                };

            // Both stages of a virtual machine. §4.4.3.2
            case CommandOpcode.TlbiS12Vmall:
                return ByVmid(command.As<TlbiS12Vmall>().VMID, state) with { Stage2 = true };

            // Stage 2 of a virtual machine by IPA; what holds both stages in one may stay. §4.4.3.1
            case CommandOpcode.TlbiS2Ipa:
            {
                var c = command.As<TlbiS2Ipa>();
                return At(
                    ByVmid(c.VMID, state) with
                    {
                        Stage1 = false,
                        Stage2 = true,
                        Leaf = c.Leaf,
                    },
                    new Range(c.Address.Value, c.NUM, c.SCALE, c.TTL, c.TTL128, c.TG),
                    state
                );
            }

            // Everything but EL2, at every stage. §4.4.4.1
            case CommandOpcode.TlbiNsnhAll:
                return new TlbScope
                {
                    Stage1 = true,
                    Stage2 = true,
                    Worlds = El1,
                    Globals = true,
                };

            default:
                return null;
        }
    }

    /// <summary>Stage 1 of a virtual machine. Wildcards take low bits out of the comparison, when invalidating only. §3.17.6</summary>
    public static TlbScope ByVmid(Vmid vmid, SmmuState state)
    {
        var wild = state.Cr0Ack.VMW is var width && (int)width <= 4 ? (int)width : 0;
        return new TlbScope
        {
            Stage1 = true,
            Worlds = El1,
            Vmid = vmid.Value,
            VmidMask = unchecked((ushort)(ushort.MaxValue << wild)),
            Globals = true,
        };
    }

    private static TlbScope ByE2h(SmmuState state) =>
        new()
        {
            Stage1 = true,
            Worlds = state.Cr2.E2H ? El2E2h : El2,
            Globals = true,
        };

    // Without range invalidation every field but the address is RES0. §4.4.1.1
    private static TlbScope? At(in TlbScope scope, in Range range, SmmuState state)
    {
        if (!state.Profile.IDR3.RIL || range.TG.ToGranule() is not { } granule)
            return scope with { Range = TlbRange.At(range.Address.Value) };

        // A hint for 128-bit descriptors does not mean tables of 64-bit ones. §4.4.1.1
        if (range.TTL128 && range.TTL != 0)
            return null;
        return
            TlbRange.Of(
                range.Address.Value,
                range.NUM,
                range.SCALE,
                range.TTL,
                granule,
                state.Profile.IDR5
            )
                is { } addresses
            ? scope with
            {
                Range = addresses,
            }
            : null;
    }

    private readonly record struct Range(
        Iova Address,
        byte NUM,
        byte SCALE,
        byte TTL,
        bool TTL128,
        TlbiTg TG
    );
}
