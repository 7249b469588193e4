using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// The address and the permissions of a Translation Request whose configuration is found: what the stages permit together,
/// and the flags that a grant sets in their descriptors (§13.6.3 - §13.7).
/// </summary>
/// <param name="state">The registers in force.</param>
/// <param name="stage1">From VA to the output of stage 1.</param>
/// <param name="stage2">From IPA to PA.</param>
internal sealed class AtsTranslation(SmmuState state, Stage1 stage1, Stage2 stage2)
{
    // STU: the smallest granule that there is. §3.9.1
    private readonly byte _unitShift = (byte)state.Profile.SmallestGranule.PageShift;

    /// <summary>An answer that permits nothing: it is for one unit. §3.9.1.2</summary>
    public AtsCompletion Nothing => new() { Size = _unitShift };

    /// <summary>Stage 1 is skipped: an identity, or what stage 2 makes of the address. §13.6.4, §13.6.5</summary>
    public bool TrySkipping(
        in SteEntry ste,
        Eats eats,
        in AtsRequest request,
        in Transaction access,
        out AtsCompletion answer,
        out TranslationFault fault
    )
    {
        answer = default;
        var bits = ste.Ste.Stage2
            ? state.Profile.IntermediateWidth()
            : state.Profile.OutputAddressBits;
        if (!request.Address.Value.Fits(bits))
        {
            fault = TranslationFault.AtStage1(TranslationFaultKind.AddressSize);
            return false;
        }
        var first = new AtsStage(
            request.Address.Value,
            Permissions.All,
            // No identity is larger than all there is. §13.6.4
            state.Profile.OutputAddressBits
        );
        fault = default;
        if (!ste.Ste.Stage2)
        {
            answer = Sized(new AtsCompletion { Read = true, Write = true }, in first);
            return true;
        }
        var grants = GrantsOf(in ste, in request, access.Privileged);
        if (!Second(in ste, eats, in first, in access, out var second, out fault))
            return false;
        answer = Sized(grants.Of(first.Permissions, second.Permissions), in second);
        if (
            answer.Write
            && !request.NoWrite
            && !MarkSecond(in ste, eats, in first, in second, in access)
        )
            answer = WithoutWrite(answer);
        return true;
    }

    /// <summary>Through stage 1 and, if there is one, stage 2. §3.9.1.2, §13.6.3</summary>
    public bool TryThrough(
        in SteEntry ste,
        in Stage1Context context,
        Eats eats,
        in AtsRequest request,
        in Transaction access,
        out AtsCompletion answer,
        out TranslationFault fault
    )
    {
        // 1. Stage 1 first, and nothing more if it grants nothing that was asked for. §3.9.1.2
        answer = default;
        var privileged = access.Privileged || context.World == StreamWorld.NsEl2;
        if (!First(in ste, in context, Permissions.None, in access, out var first, out fault))
            return false;
        var grants = GrantsOf(in ste, in request, privileged);
        var second = first with { Permissions = Permissions.All };
        answer = Sized(grants.Of(first.Permissions, Permissions.All), in first);
        if (!answer.Grants)
            return true;

        // 2. Stage 2 of the output, if there is one.
        if (ste.Ste.Stage2 && !Second(in ste, eats, in first, in access, out second, out fault))
            return false;
        answer = Sized(grants.Of(first.Permissions, second.Permissions), in second);
        if (!answer.Write || request.NoWrite)
            return true;

        // 3. A page that may be written is made dirty first, in the order of the stages: it is in memory before the device
        // knows. §3.13.7.1
        var marked =
            (first.Permissions & Permissions.Clean) == 0
            || First(
                in ste,
                in context,
                PermissionRules.Needed(access with { Write = true }, privileged),
                access with
                {
                    Write = true,
                },
                out _,
                out _
            );
        if (!marked || !MarkSecond(in ste, eats, in first, in second, in access))
            answer = WithoutWrite(answer);
        return true;
    }

    private bool First(
        in SteEntry ste,
        in Stage1Context context,
        Permissions needed,
        in Transaction access,
        out AtsStage result,
        out TranslationFault fault
    )
    {
        fault = default;
        var address = access.Address.Value;
        ref readonly var entry = ref stage1.Translate(
            in context,
            in ste,
            in access,
            needed,
            ref address,
            ref fault,
            out var end
        );
        result =
            end == StageEnd.Refused
                ? default
                : new AtsStage(entry.At(address).Value, entry.Stage1Permissions, entry.Shift);
        return end != StageEnd.Refused;
    }

    // Stage 2 of an IPA: its page, or with split stages only what it permits.
    private bool Second(
        in SteEntry ste,
        Eats eats,
        in AtsStage first,
        in Transaction access,
        out AtsStage result,
        out TranslationFault fault
    )
    {
        fault = default;
        var asked = new Stage2Request { Address = first.Output, Class = EventClass.IN };
        ref readonly var entry = ref stage2.Translate(
            in ste.Stage2,
            in asked,
            in access,
            ref fault,
            out var translated
        );
        result = !translated
            ? default
            : new AtsStage(
                eats == Eats.SplitStage ? first.Output : entry.At(first.Output).Value,
                entry.Stage2Permissions,
                Math.Min(first.Shift, entry.Shift)
            );
        return translated;
    }

    // With split stages the page is marked when the device comes through stage 2. §13.6.3
    private bool MarkSecond(
        in SteEntry ste,
        Eats eats,
        in AtsStage first,
        in AtsStage second,
        in Transaction access
    )
    {
        if (
            !ste.Ste.Stage2
            || (second.Permissions & Permissions.Clean) == 0
            || eats == Eats.SplitStage
        )
            return true;
        var fault = default(TranslationFault);
        var asked = new Stage2Request
        {
            Address = first.Output,
            Class = EventClass.IN,
            Needed = PermissionRules.Needed(access with { Write = true }, access.Privileged),
        };
        stage2.Translate(in ste.Stage2, in asked, in access, ref fault, out var translated);
        return translated;
    }

    private AtsCompletion WithoutWrite(AtsCompletion answer) =>
        answer with
        {
            Write = false,
            Size = answer.Read ? answer.Size : _unitShift,
        };

    private AtsGrants GrantsOf(in SteEntry ste, in AtsRequest request, bool privileged) =>
        new(
            request,
            privileged,
            state.Profile.IDR1.ATTR_PERMS_OVR ? ste.Ste.INSTCFG : InstCfg.Incoming
        );

    // An answer that permits nothing is for one unit. §3.9.1.2
    private AtsCompletion Sized(AtsCompletion answer, in AtsStage stage) =>
        answer with
        {
            Address = stage.Output >> _unitShift << _unitShift,
            Size = answer.Grants ? (byte)stage.Shift : _unitShift,
        };

    // What a stage, or both, make of the request: the address, what is permitted, and log2 of the bytes for which it holds.
    private readonly record struct AtsStage(ulong Output, Permissions Permissions, int Shift);
}
