using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>From a broadcast operation to what an SMMU that takes part must remove, and not one entry more (§3.17, §16.7.7).</summary>
internal static class BroadcastScopes
{
    private const int El1 = 1 << (int)StreamWorld.NsEl1;

    /// <summary>The scope; null if nothing must be removed.</summary>
    public static TlbScope? Of(in BroadcastInvalidation operation, SmmuState state)
    {
        var idr0 = state.Profile.IDR0;
        switch (operation.Scope)
        {
            case BroadcastScope.AllE1:
                return new TlbScope
                {
                    Stage1 = true,
                    Stage2 = true,
                    Worlds = El1,
                    Globals = true,
                };
            // Of an operation on both stages the one that exists is affected. §3.17
            case BroadcastScope.VmAllS12E1:
                return ByVmid(in operation, state) is { } both ? both with { Stage2 = true } : null;
            case BroadcastScope.VmAllE1:
                return idr0.S1P ? ByVmid(in operation, state) : null;
            case BroadcastScope.AsidE1:
                return idr0.S1P && ByVmid(in operation, state) is { } space
                    ? ByAsid(space with { Globals = false }, in operation, idr0)
                    : null;
            case BroadcastScope.VaE1:
                return idr0.S1P && ByVmid(in operation, state) is { } own
                    ? At(ByAsid(own, in operation, idr0), in operation, state)
                    : null;
            case BroadcastScope.VaaE1:
                return idr0.S1P ? At(ByVmid(in operation, state), in operation, state) : null;
            case BroadcastScope.IpaS2E1:
                return idr0.S2P && ByVmid(in operation, state) is { } machine
                    ? At(machine with { Stage1 = false, Stage2 = true }, in operation, state)
                    : null;
            default:
                return idr0.Hyp ? OfEl2(in operation, state) : null;
        }
    }

    // An operation in host mode need not affect entries made without, nor the other way round. §3.17.5
    private static TlbScope? OfEl2(in BroadcastInvalidation operation, SmmuState state)
    {
        var world = operation.HostMode ? StreamWorld.NsEl2E2h : StreamWorld.NsEl2;
        var scope = new TlbScope
        {
            Stage1 = true,
            Worlds = 1 << (int)world,
            Globals = true,
        };
        return operation.Scope switch
        {
            BroadcastScope.AllE2 => scope,
            BroadcastScope.VaE2 when !operation.HostMode => At(
                scope with
                {
                    SharedOnly = true,
                },
                in operation,
                state
            ),
            BroadcastScope.VaE2 => At(
                ByAsid(scope, in operation, state.Profile.IDR0),
                in operation,
                state
            ),
            BroadcastScope.VaaE2 when operation.HostMode => At(scope, in operation, state),
            BroadcastScope.AsidE2 when operation.HostMode => ByAsid(
                scope with
                {
                    Globals = false,
                },
                in operation,
                state.Profile.IDR0
            ),
            _ => null,
        };
    }

    // Without stage 2 entries count as VMID 0. A VMID wider than the SMMU's tags need not match. §3.17, §3.17.4
    private static TlbScope? ByVmid(in BroadcastInvalidation operation, SmmuState state)
    {
        var idr0 = state.Profile.IDR0;
        var vmid = operation.WithoutEl2 ? default : operation.Vmid;
        if ((!idr0.S2P && vmid != default) || (!idr0.VMID16 && vmid.Value > 0xff))
            return null;
        return TlbScopes.ByVmid(vmid, state);
    }

    // Entries of an ASID that is not shared need not go. An ASID wider than the SMMU's tags need not match. §3.17
    private static TlbScope? ByAsid(
        in TlbScope scope,
        in BroadcastInvalidation operation,
        Idr0 idr0
    ) =>
        !idr0.ASID16 && operation.Asid.Value > 0xff
            ? null
            : scope with
            {
                Asid = operation.Asid,
                SharedOnly = true,
            };

    private static TlbScope? At(
        TlbScope? scope,
        in BroadcastInvalidation operation,
        SmmuState state
    )
    {
        if (scope is not { } some)
            return null;
        some = some with { Leaf = operation.LastLevel };
        if (operation.Granule is not { } granule)
            return some with { Range = TlbRange.At(operation.Address) };
        // Ranges come with RIL, in messages as in commands. §4.4.1.1
        return
            state.Profile.IDR3.RIL
            && TlbRange.Of(
                operation.Address,
                operation.NUM,
                operation.SCALE,
                operation.TTL,
                granule,
                state.Profile.IDR5
            )
                is { } range
            ? some with
            {
                Range = range,
            }
            : null;
    }
}
