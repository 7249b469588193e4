using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// Both stages in a row, and translations of both in one (§16.2.1): such an entry outlives an invalidation by IPA, as
/// the manual lets it (§4.4.3.1).
/// </summary>
/// <param name="caches">What was translated before, or null to walk every time.</param>
/// <param name="stage1">From VA to IPA.</param>
/// <param name="stage2">From IPA to PA.</param>
internal sealed class Nested(SmmuCaches? caches, Stage1 stage1, Stage2 stage2)
{
    private readonly Tlb? _tlb = caches?.Combined;

    // The last translation made, where no TLB holds it.
    private TlbEntry _made;

    /// <summary>Translates an access whose overrides have been applied.</summary>
    /// <param name="context">The CD.</param>
    /// <param name="ste">The entry, both of whose stages translate.</param>
    /// <param name="access">The access.</param>
    /// <param name="needed1">Permissions that stage 1 must give.</param>
    /// <param name="needed2">Permissions that stage 2 must give.</param>
    /// <param name="address">The input address; leaves with an ignored top byte replaced by the sign.</param>
    /// <param name="fault">What is wrong, if it is refused.</param>
    /// <param name="end">Whether it is translated, and how.</param>
    public ref readonly TlbEntry Translate(
        scoped in Stage1Context context,
        scoped in SteEntry ste,
        scoped in Transaction access,
        Permissions needed1,
        Permissions needed2,
        scoped ref ulong address,
        scoped ref TranslationFault fault,
        out StageEnd end
    )
    {
        end = StageEnd.Refused;

        // 1. A translation of both stages in one will do, unless a flag is yet to be set. §16.2.1
        var inside = address;
        if (_tlb is not null && AddressRange.Select(in context, ref inside, out _))
        {
            ref readonly var both = ref _tlb.Find(
                context.Tag,
                context.GlobalTag,
                inside,
                out var hit
            );
            if (
                hit == TlbHit.One
                && !Stage1.MustBeMarked(both.Stage1Permissions, needed1)
                && !Stage1.MustBeMarked(both.Stage2Permissions, needed2)
            )
            {
                address = inside;
                if (Permit(in both, in access, needed1, needed2, address, ref fault))
                    end = StageEnd.FromTlb;
                return ref both;
            }
        }

        // 2. Stage 1. §7.3.22
        ref readonly var first = ref stage1.Translate(
            in context,
            in ste,
            in access,
            needed1,
            ref address,
            ref fault,
            out var stage1End
        );
        if (stage1End == StageEnd.Refused)
            return ref _made;

        // 3. Stage 2, of what stage 1 puts out. §7.3.22
        var request = new Stage2Request
        {
            Address = first.At(address).Value,
            Needed = needed2,
            Class = EventClass.IN,
        };
        ref readonly var second = ref stage2.Translate(
            in ste.Stage2,
            in request,
            in access,
            ref fault,
            out var translated
        );
        if (!translated)
            return ref _made;

        // 4. Both in one cover what the smaller of the two does. §16.2.1
        ref var made = ref _made;
        if (_tlb is not null)
            made = ref _tlb.Make(
                TagOf(in context, in first),
                address,
                Math.Min(first.Shift, second.Shift),
                first.LeafShift
            );
        made = first;
        JoinInto(ref made, in second, request.Address);
        end = StageEnd.FromTables;
        return ref made;
    }

    /// <summary>A translation of both stages in one, from that of stage 1 and what stage 2 makes of its output.</summary>
    public static TlbEntry Join(in TlbEntry first, in TlbEntry second, ulong ipa)
    {
        var joined = first;
        JoinInto(ref joined, in second, ipa);
        return joined;
    }

    // In place: an entry is three cache lines, and a miss has few.
    private static void JoinInto(ref TlbEntry first, in TlbEntry second, ulong ipa)
    {
        var shift = Math.Min(first.Shift, second.Shift);
        var inside = (1ul << shift) - 1;
        first.Shift = shift;
        first.Intermediate = ipa & ~inside;
        first.Output = second.At(ipa).Value & ~inside;
        first.Stage2Permissions = second.Stage2Permissions;
        first.Type = second.Type;
        first.Stage2 = true;
    }

    // A global translation of stage 1 stays global.
    private static TranslationTag TagOf(in Stage1Context context, in TlbEntry first) =>
        new Stage1Leaf(first.Word).nG ? context.Tag : context.GlobalTag;

    private static bool Permit(
        in TlbEntry both,
        in Transaction access,
        Permissions needed1,
        Permissions needed2,
        ulong address,
        ref TranslationFault fault
    )
    {
        if (!Stage1.Permit(in both, in access, needed1, ref fault))
            return false;
        if (PermissionRules.Permits(both.Stage2Permissions, needed2))
            return true;
        fault = new TranslationFault
        {
            Kind = TranslationFaultKind.Permission,
            Stage2 = true,
            Class = EventClass.IN,
            Ipa = both.IntermediateAt(address),
            OnlyReadRefused = PermissionRules.RefusesOnlyRead(both.Stage2Permissions, needed2),
        };
        return false;
    }
}
