using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// Every event record that a transaction can cause, each field as §7.3 asks. The transaction given is the one after
/// the overrides of the STE where the manual says so; fields that a fault leaves UNKNOWN are zero.
/// </summary>
internal static class EventRecords
{
    /// <summary>C_BAD_STREAMID. §7.3.3</summary>
    public static EventRecord BadStreamId(in Transaction t) =>
        EventRecord.From(
            new CBadStreamid
            {
                StreamID = t.Stream,
                SSV = t.SubstreamValid,
                SubstreamID = Substream(in t),
            }
        );

    /// <summary>F_STE_FETCH. §7.3.4</summary>
    /// <param name="t">The transaction.</param>
    /// <param name="fetch">Address of the STE, or of the L1STD on the way.</param>
    public static EventRecord SteFetch(in Transaction t, PhysicalAddress fetch) =>
        EventRecord.From(
            new FSteFetch
            {
                StreamID = t.Stream,
                SSV = t.SubstreamValid,
                SubstreamID = Substream(in t),
                FetchAddr = fetch,
            }
        );

    /// <summary>F_CFG_CONFLICT: two cached entries match and differ (§7.3.18).</summary>
    public static EventRecord ConfigurationConflict(in Transaction t) =>
        new FCfgConflict
        {
            SSV = t.SubstreamValid,
            SubstreamID = t.SubstreamValid ? t.Substream : default,
            StreamID = t.Stream,
        };

    /// <summary>C_BAD_STE. §7.3.5</summary>
    public static EventRecord BadSte(in Transaction t) =>
        EventRecord.From(
            new CBadSte
            {
                StreamID = t.Stream,
                SSV = t.SubstreamValid,
                SubstreamID = Substream(in t),
            }
        );

    /// <summary>F_BAD_ATS_TREQ: what the device asked for, before any override. §7.3.6</summary>
    public static EventRecord BadAtsRequest(in AtsRequest request) =>
        EventRecord.From(
            new FBadAtsTreq
            {
                StreamID = request.Stream,
                SSV = request.SubstreamValid,
                SubstreamID = request.SubstreamValid ? request.Substream : default,
                Span = 1,
                R = true,
                W = !request.NoWrite,
                X = request.SubstreamValid && request.Execute,
                P = request.SubstreamValid && request.Privileged,
                InputAddr = request.Address.Value >> 12 << 12,
            }
        );

    /// <summary>F_STREAM_DISABLED. §7.3.7</summary>
    public static EventRecord StreamDisabled(in Transaction t) =>
        EventRecord.From(new FStreamDisabled { StreamID = t.Stream });

    /// <summary>C_BAD_SUBSTREAMID: the field is always valid, and 0 if CD 0 was sought without one. §7.3.9</summary>
    public static EventRecord BadSubstreamId(in Transaction t) =>
        EventRecord.From(
            new CBadSubstreamid { StreamID = t.Stream, SubstreamID = Substream(in t) }
        );

    /// <summary>F_CD_FETCH. §7.3.10</summary>
    /// <param name="t">The transaction.</param>
    /// <param name="fetch">Address of the CD, or of the L1CD on the way.</param>
    public static EventRecord CdFetch(in Transaction t, PhysicalAddress fetch) =>
        EventRecord.From(
            new FCdFetch
            {
                StreamID = t.Stream,
                SSV = t.SubstreamValid,
                SubstreamID = Substream(in t),
                FetchAddr = fetch,
            }
        );

    /// <summary>C_BAD_CD. §7.3.11</summary>
    public static EventRecord BadCd(in Transaction t) =>
        EventRecord.From(
            new CBadCd
            {
                StreamID = t.Stream,
                SSV = t.SubstreamValid,
                SubstreamID = Substream(in t),
            }
        );

    /// <summary>F_UUT: the attributes are those that came in, before any override. §7.3.2</summary>
    public static EventRecord Unsupported(in Transaction t) =>
        EventRecord.From(
            new FUut
            {
                StreamID = t.Stream,
                SSV = t.SubstreamValid,
                SubstreamID = Substream(in t),
                RnW = !IsWrite(in t),
                InD = t.Instruction,
                PnU = t.Privileged,
                InputAddr = t.Address,
            }
        );

    /// <summary>F_TRANSL_FORBIDDEN. §7.3.8</summary>
    public static EventRecord TranslationForbidden(in Transaction t) =>
        EventRecord.From(
            new FTranslForbidden
            {
                StreamID = t.Stream,
                RnW = !IsWrite(in t),
                InputAddr = t.Address,
            }
        );

    /// <summary>F_ADDR_SIZE of an address that skips stage 1. §7.3.14</summary>
    public static EventRecord AddressSize(in Transaction t) =>
        Of(in t, TranslationFault.AtStage1(TranslationFaultKind.AddressSize), stall: false);

    /// <summary>The record of a fault of translation. §7.3.12 - §7.3.17</summary>
    /// <param name="t">The transaction, overrides applied.</param>
    /// <param name="fault">The fault.</param>
    /// <param name="stall">The transaction stalls; the tag by which software names it is set by who holds it.</param>
    public static EventRecord Of(in Transaction t, in TranslationFault fault, bool stall) =>
        fault.Kind switch
        {
            TranslationFaultKind.WalkAbort => WalkAbort(in t, in fault),
            TranslationFaultKind.Translation => Translation(in t, in fault, stall),
            TranslationFaultKind.AddressSize => AddressSize(in t, in fault, stall),
            TranslationFaultKind.Access => Access(in t, in fault, stall),
            TranslationFaultKind.Permission => Permission(in t, in fault, stall),
            _ => TlbConflict(in t, in fault),
        };

    private static EventRecord WalkAbort(in Transaction t, in TranslationFault fault) =>
        EventRecord.From(
            new FWalkEabt
            {
                StreamID = t.Stream,
                SSV = t.SubstreamValid,
                SubstreamID = Substream(in t),
                RnW = !IsWrite(in t),
                InD = t.Instruction,
                PnU = t.Privileged,
                S2 = fault.Stage2,
                CLASS = fault.Class,
                InputAddr = t.Address,
                FetchAddr = fault.Fetch,
            }
        );

    private static EventRecord Translation(
        in Transaction t,
        in TranslationFault fault,
        bool stall
    ) =>
        EventRecord.From(
            new FTranslation
            {
                StreamID = t.Stream,
                SSV = t.SubstreamValid,
                SubstreamID = Substream(in t),
                Stall = stall,
                RnW = !IsWrite(in t),
                InD = t.Instruction,
                PnU = t.Privileged,
                S2 = fault.Stage2,
                CLASS = fault.Class,
                InputAddr = t.Address,
                IPA = Page(in fault),
            }
        );

    private static EventRecord AddressSize(
        in Transaction t,
        in TranslationFault fault,
        bool stall
    ) =>
        EventRecord.From(
            new FAddrSize
            {
                StreamID = t.Stream,
                SSV = t.SubstreamValid,
                SubstreamID = Substream(in t),
                Stall = stall,
                RnW = !IsWrite(in t),
                InD = t.Instruction,
                PnU = t.Privileged,
                S2 = fault.Stage2,
                CLASS = fault.Class,
                InputAddr = t.Address,
                IPA = Page(in fault),
            }
        );

    private static EventRecord Access(in Transaction t, in TranslationFault fault, bool stall) =>
        EventRecord.From(
            new FAccess
            {
                StreamID = t.Stream,
                SSV = t.SubstreamValid,
                SubstreamID = Substream(in t),
                Stall = stall,
                RnW = !IsWrite(in t),
                InD = t.Instruction,
                PnU = t.Privileged,
                S2 = fault.Stage2,
                CLASS = fault.Class,
                InputAddr = t.Address,
                IPA = Page(in fault),
            }
        );

    // Of an access that reads and writes, a refused read alone counts as a read. §13.1.1
    private static EventRecord Permission(
        in Transaction t,
        in TranslationFault fault,
        bool stall
    ) =>
        EventRecord.From(
            new FPermission
            {
                StreamID = t.Stream,
                SSV = t.SubstreamValid,
                SubstreamID = Substream(in t),
                Stall = stall,
                RnW = !IsWrite(in t) || fault.OnlyReadRefused,
                InD = t.Instruction,
                PnU = t.Privileged,
                TTRnW = fault.Class == EventClass.TTD && !fault.DescriptorWrite,
                S2 = fault.Stage2,
                CLASS = fault.Class,
                InputAddr = t.Address,
                IPA = Page(in fault),
            }
        );

    private static EventRecord TlbConflict(in Transaction t, in TranslationFault fault) =>
        EventRecord.From(
            new FTlbConflict
            {
                StreamID = t.Stream,
                SSV = t.SubstreamValid,
                SubstreamID = Substream(in t),
                RnW = !IsWrite(in t),
                InD = t.Instruction,
                PnU = t.Privileged,
                S2 = fault.Stage2,
                InputAddr = t.Address,
                IPA = Page(in fault),
            }
        );

    private static bool IsWrite(in Transaction t) => t.Write || t.Kind == TransactionKind.Atomic;

    // The record names the page. §7.3.13
    private static Ipa Page(in TranslationFault fault) =>
        fault.Stage2 ? fault.Ipa.Value & ~0xffful : 0;

    // Without SSV the field is UNKNOWN; zero is the calmest unknown value. §7.3
    private static SubstreamId Substream(in Transaction t) =>
        t.SubstreamValid ? t.Substream : default;
}
