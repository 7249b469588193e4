using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>What an address translation operation leaves in ATOS_PAR (§6.3.40, §9.1.4).</summary>
internal static class AtosResult
{
    /// <summary>An address, with the size of its page written into its low bits.</summary>
    /// <param name="address">Anywhere in the page.</param>
    /// <param name="shift">log2 of the page's bytes, at least 12.</param>
    /// <param name="attributes">Of the tables.</param>
    public static ulong Of(ulong address, int shift, MemoryAttributes attributes)
    {
        var page = address >> shift << shift;
        var large = shift > 12;
        return new GatosPar
        {
            ATTR = attributes.Encoding,
            SH = attributes.Shareability,
            Size = large,
            ADDR = large ? page | 1ul << (shift - 1) : page,
        }.Word(0);
    }

    /// <summary>An error that no stage has to do with, or stage 1.</summary>
    public static ulong Of(AtosFaultCode code, AtosReason reason = AtosReason.Stage1OrOther) =>
        new GatosParFault
        {
            FAULT = true,
            FAULTCODE = code,
            REASON = reason,
        }.Word(0);

    /// <summary>What a lookup of a structure met; of stage 2, if it met that on the way to a CD. §9.1.4</summary>
    /// <param name="record">The event that a transaction would have recorded: its number is the code (§9.1.5).</param>
    /// <param name="type">The stages asked for.</param>
    public static ulong Of(in EventRecord record, AtosType type)
    {
        var code = (AtosFaultCode)record.Id;
        if (type == AtosType.Stage2)
            return Of(code, AtosReason.InputAddress);
        if (
            code
            is < AtosFaultCode.FWalkEabt
                or AtosFaultCode.FTlbConflict
                or AtosFaultCode.FCfgConflict
        )
            return Of(code);
        // A CD's lookup meets no faults of stage 1: what is left is of stage 2.
        var ipa =
            record.Is<FTranslation>() ? record.As<FTranslation>().IPA
            : record.Is<FAddrSize>() ? record.As<FAddrSize>().IPA
            : record.Is<FAccess>() ? record.As<FAccess>().IPA
            : record.Is<FPermission>() ? record.As<FPermission>().IPA
            : default;
        return Of(code, type, AtosReason.FetchingCd, ipa);
    }

    /// <summary>What a stage met.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="type">The stages asked for.</param>
    public static ulong Of(in TranslationFault fault, AtosType type)
    {
        var code = fault.Kind switch
        {
            TranslationFaultKind.WalkAbort => AtosFaultCode.FWalkEabt,
            TranslationFaultKind.Translation => AtosFaultCode.FTranslation,
            TranslationFaultKind.AddressSize => AtosFaultCode.FAddrSize,
            TranslationFaultKind.Access => AtosFaultCode.FAccess,
            TranslationFaultKind.Permission => AtosFaultCode.FPermission,
            _ => AtosFaultCode.FTlbConflict,
        };
        if (type == AtosType.Stage2)
            return Of(
                code,
                fault.Stage2 || code == AtosFaultCode.FTlbConflict
                    ? AtosReason.InputAddress
                    : AtosReason.Stage1OrOther
            );
        if (!fault.Stage2 || code == AtosFaultCode.FTlbConflict)
            return Of(code);
        var reason = fault.Class switch
        {
            EventClass.CD => AtosReason.FetchingCd,
            EventClass.TTD => AtosReason.WalkingStage1,
            _ => AtosReason.InputAddress,
        };
        return Of(code, type, reason, fault.Ipa);
    }

    // Stage 2 alone knows IPAs: who asks of stage 1 only learns that its fetch failed, and of an abort there is no address.
    private static ulong Of(AtosFaultCode code, AtosType type, AtosReason reason, Ipa ipa)
    {
        if (type == AtosType.Stage1)
            return Of(
                reason == AtosReason.FetchingCd ? AtosFaultCode.FCdFetch : AtosFaultCode.FWalkEabt
            );
        return new GatosParFault
        {
            FAULT = true,
            FAULTCODE = code,
            REASON = reason,
            FADDR = code == AtosFaultCode.FWalkEabt ? default : ipa.Value >> 12 << 12,
        }.Word(0);
    }
}
