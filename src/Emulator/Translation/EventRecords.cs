using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// Every event record that a transaction can cause, each field as §7.3 asks. The transaction given is the one after
/// the overrides of the STE where the manual says so; fields of stage 2 stay zero until stage 2 exists.
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

    /// <summary>F_WALK_EABT of stage 1: CLASS is TTD here, and here only. §7.3.12</summary>
    /// <param name="t">The transaction.</param>
    /// <param name="fetch">Address of the descriptor.</param>
    public static EventRecord WalkAbort(in Transaction t, PhysicalAddress fetch) =>
        EventRecord.From(
            new FWalkEabt
            {
                StreamID = t.Stream,
                SSV = t.SubstreamValid,
                SubstreamID = Substream(in t),
                RnW = !t.Write,
                InD = t.Instruction,
                PnU = t.Privileged,
                CLASS = EventClass.TTD,
                InputAddr = t.Address,
                FetchAddr = fetch,
            }
        );

    /// <summary>F_TRANSLATION of stage 1. §7.3.13</summary>
    public static EventRecord Translation(in Transaction t, ushort? stag) =>
        EventRecord.From(
            new FTranslation
            {
                StreamID = t.Stream,
                SSV = t.SubstreamValid,
                SubstreamID = Substream(in t),
                Stall = stag.HasValue,
                STAG = stag ?? 0,
                RnW = !t.Write,
                InD = t.Instruction,
                PnU = t.Privileged,
                CLASS = EventClass.IN,
                InputAddr = t.Address,
            }
        );

    /// <summary>F_ADDR_SIZE of stage 1, or of an address that skips it. §7.3.14</summary>
    public static EventRecord AddressSize(in Transaction t, ushort? stag) =>
        EventRecord.From(
            new FAddrSize
            {
                StreamID = t.Stream,
                SSV = t.SubstreamValid,
                SubstreamID = Substream(in t),
                Stall = stag.HasValue,
                STAG = stag ?? 0,
                RnW = !t.Write,
                InD = t.Instruction,
                PnU = t.Privileged,
                CLASS = EventClass.IN,
                InputAddr = t.Address,
            }
        );

    /// <summary>F_ACCESS of stage 1. §7.3.15</summary>
    public static EventRecord Access(in Transaction t, ushort? stag) =>
        EventRecord.From(
            new FAccess
            {
                StreamID = t.Stream,
                SSV = t.SubstreamValid,
                SubstreamID = Substream(in t),
                Stall = stag.HasValue,
                STAG = stag ?? 0,
                RnW = !t.Write,
                InD = t.Instruction,
                PnU = t.Privileged,
                CLASS = EventClass.IN,
                InputAddr = t.Address,
            }
        );

    /// <summary>F_PERMISSION of stage 1. §7.3.16</summary>
    public static EventRecord Permission(in Transaction t, ushort? stag) =>
        EventRecord.From(
            new FPermission
            {
                StreamID = t.Stream,
                SSV = t.SubstreamValid,
                SubstreamID = Substream(in t),
                Stall = stag.HasValue,
                STAG = stag ?? 0,
                RnW = !t.Write,
                InD = t.Instruction,
                PnU = t.Privileged,
                CLASS = EventClass.IN,
                InputAddr = t.Address,
            }
        );

    // Without SSV the field is UNKNOWN; zero is the calmest unknown value. §7.3
    private static SubstreamId Substream(in Transaction t) =>
        t.SubstreamValid ? t.Substream : default;
}
