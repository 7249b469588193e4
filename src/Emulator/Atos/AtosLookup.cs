using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// Answers an address translation operation through the entries, descriptors and TLBs of a translator: no stalls, no
/// events, and no attributes but those of the tables (§9).
/// </summary>
/// <param name="state">The registers in force.</param>
/// <param name="streams">Finds entries.</param>
/// <param name="contexts">Finds CDs.</param>
/// <param name="stage1">From VA to the output of stage 1.</param>
/// <param name="stage2">From IPA to PA.</param>
internal sealed class AtosLookup(
    SmmuState state,
    StreamLookup streams,
    ContextLookup contexts,
    Stage1 stage1,
    Stage2 stage2
)
{
    /// <summary>The value of ATOS_PAR.</summary>
    /// <param name="who">Stream and substream.</param>
    /// <param name="what">Address, stages and kind of access.</param>
    /// <exception cref="NotModelledException">A valid configuration asks for a feature that is not modelled.</exception>
    public ulong Answer(GatosSid who, GatosAddr what)
    {
        // 1. Some requests are wrong whatever is configured. §9.1.3
        var (first, second) = (
            what.TYPE is AtosType.Stage1 or AtosType.Both,
            what.TYPE is AtosType.Stage2 or AtosType.Both
        );
        var idr0 = state.Profile.IDR0;
        if (
            (!first && !second)
            || (first && !idr0.S1P)
            || (second && !idr0.S2P)
            || (!first && who.SSID_VALID)
        )
            return AtosResult.Of(AtosFaultCode.InvReq);

        // 2. The entry must be readable and valid, and have the stages. §9.1.3, §9.1.5
        var access = AccessOf(who, what);
        var outcome = default(Translation);
        ref readonly var ste = ref streams.Find(in access, ref outcome, out var found);
        if (!found)
            return AtosResult.Of(outcome.Event, what.TYPE);
        if (!ste.Ste.Passes || (first && !ste.Ste.Stage1) || (second && !ste.Ste.Stage2))
            return AtosResult.Of(AtosFaultCode.InvStage);
        ste.RequireStage2(state.Profile);
        if (!first)
            return Skipping(in ste, in access, what);

        // 3. The substream, or S1DSS, selects a CD. §9.1.5
        switch (Substreams.Select(in ste, in access, out var index))
        {
            case SubstreamChoice.OutOfRange:
                return AtosResult.Of(AtosFaultCode.CBadSubstreamid);
            case SubstreamChoice.Disabled:
                return AtosResult.Of(AtosFaultCode.FStreamDisabled);
            case SubstreamChoice.Bypass:
                return Skipping(in ste, in access, what);
        }
        ref readonly var cd = ref contexts.Find(in access, in ste, index, ref outcome, out found);
        if (!found)
            return AtosResult.Of(outcome.Event, what.TYPE);
        cd.RequireModelled(in ste, state.Profile);

        // 4. Stage 1, and stage 2 of what it puts out. §9.1.4
        return Through(in ste, in cd.Context, in access, what);
    }

    // Stage 1 is skipped: an IPA must be one. §3.4, §9.1.3
    private ulong Skipping(in SteEntry ste, in Transaction access, GatosAddr what)
    {
        var address = access.Address.Value;
        if (!address.Fits(state.Profile.IntermediateWidth()))
            return AtosResult.Of(
                TranslationFault.AtStage1(TranslationFaultKind.AddressSize),
                what.TYPE
            );
        return what.TYPE == AtosType.Stage1
            ? AtosResult.Of(
                address,
                state.Profile.SmallestGranule.PageShift,
                MemoryAttributes.Default
            )
            : Second(in ste, address, 64, MemoryAttributes.Default, in access, what);
    }

    private ulong Through(
        in SteEntry ste,
        in Stage1Context context,
        in Transaction access,
        GatosAddr what
    )
    {
        var fault = default(TranslationFault);
        var address = access.Address.Value;
        var privileged = access.Privileged || context.World == StreamWorld.NsEl2;
        var needed = PermissionRules.Needed(in access, privileged);
        ref readonly var entry = ref stage1.Translate(
            in context,
            in ste,
            in access,
            Marked(needed, what),
            ref address,
            ref fault,
            out var end
        );
        if (end == StageEnd.Refused || !Stage1.Permit(in entry, in access, needed, ref fault))
            return AtosResult.Of(in fault, what.TYPE);
        var output = entry.At(address).Value;
        return what.TYPE == AtosType.Stage1
            ? AtosResult.Of(output, entry.Shift, entry.Leaf)
            : Second(in ste, output, entry.Shift, entry.Leaf, in access, what);
    }

    private ulong Second(
        in SteEntry ste,
        ulong ipa,
        int shift,
        MemoryAttributes first,
        in Transaction access,
        GatosAddr what
    )
    {
        var fault = default(TranslationFault);
        var needed = PermissionRules.Needed(in access, access.Privileged);
        var request = new Stage2Request
        {
            Address = ipa,
            Needed = Marked(needed, what),
            Class = EventClass.IN,
        };
        ref readonly var entry = ref stage2.Translate(
            in ste.Stage2,
            in request,
            in access,
            ref fault,
            out var translated
        );
        if (!translated)
            return AtosResult.Of(in fault, what.TYPE);
        if (!PermissionRules.Permits(entry.Stage2Permissions, needed))
            return AtosResult.Of(Stage2Permission(ipa), what.TYPE);
        return AtosResult.Of(
            entry.At(ipa).Value,
            Math.Min(shift, entry.Shift),
            entry.Type.Apply(first)
        );
    }

    // A page need not be made dirty to be told writable: what is asked with HTTUI makes nothing so. §9
    private static Permissions Marked(Permissions needed, GatosAddr what) =>
        what.HTTUI ? Permissions.None : needed;

    private static TranslationFault Stage2Permission(ulong ipa) =>
        new()
        {
            Kind = TranslationFaultKind.Permission,
            Stage2 = true,
            Class = EventClass.IN,
            Ipa = ipa,
        };

    // Neither INSTCFG nor PRIVCFG counts, and a write is data. §6.3.39, §13.1.4
    private static Transaction AccessOf(GatosSid who, GatosAddr what) =>
        new()
        {
            Stream = who.STREAMID,
            SubstreamValid = who.SSID_VALID,
            Substream = who.SUBSTREAMID,
            Address = what.ADDR,
            Write = !what.RnW,
            Privileged = what.PnU,
            Instruction = what.InD && what.RnW,
        };
}
