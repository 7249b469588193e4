using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware.Layouts;

/// <summary>
/// Event records. The figures of F_UUT, F_STE_FETCH, F_STREAM_DISABLED, F_TRANSL_FORBIDDEN, F_CFG_CONFLICT,
/// E_PAGE_REQUEST, F_VMS_FETCH and of the C_BAD records can be read in the text; the others are as Linux and EDK2 have them.
/// </summary>
public sealed class EventLayout
{
    /// <summary>One row per rule.</summary>
    // csharpier-ignore
    public static IEnumerable<LayoutRule> Rules =>
    [
        new("events.047",
            new Constant("EventRecord.Size", 32, EventRecord.Size),
            All.Of(Everything, record => new Size(record, 32)),
            All.Of(Everything, record => new Position(record, "EventId", 7, 0))),
        new("events.048",
            All.Of(Everything, record => new Position(record, "StreamID", 63, 32)),
            All.Of(Everything, record => new Reserved(record, 10, 8)),
            All.Of(Everything.Except(WithoutSubstream), record => new Position(record, "SubstreamID", 31, 12)),
            All.Of(Everything.Except([.. WithoutSubstream, "C_BAD_SUBSTREAMID"]), record => new Position(record, "SSV", 11)),
            All.Of(WithoutSubstream, record => new Reserved(record, 31, 11)),
            new Reserved("C_BAD_SUBSTREAMID", 11)),
        new("events.050",
            All.Of(OfTransactions, record => new Position(record, "PnU", 97)),
            All.Of(OfTransactions, record => new Position(record, "InD", 98)),
            All.Of(OfTransactions, record => new Position(record, "RnW", 99)),
            new Position("F_TRANSL_FORBIDDEN", "RnW", 99)),
        new("events.052",
            All.Of(OfWalks, record => new Position(record, "S2", 103)),
            All.Of(OfWalks, record => new Position(record, "CLASS", 105, 104)),
            All.Of(OfWalks, record => new Encodings(record, "CLASS", (0b00, "CD"), (0b01, "TTD"), (0b10, "IN")))),
        new("events.054",
            new Position("F_STE_FETCH", "GPCF", 80),
            new Position("F_CD_FETCH", "GPCF", 80),
            new Position("F_WALK_EABT", "GPCF", 80),
            new Position("F_VMS_FETCH", "GPCF", 80)),

        new("events.059",
            new EventNumber("F_UUT", 0x01),
            new Position("F_UUT", "Reason", 79, 64),
            new Position("F_UUT", "PnU", 97),
            new Position("F_UUT", "InD", 98),
            new Position("F_UUT", "RnW", 99),
            new Position("F_UUT", "InputAddr", 191, 128),
            new NothingBut("F_UUT", [.. Header, "Reason", "PnU", "InD", "RnW", "InputAddr"])),
        new("events.061", new EventNumber("C_BAD_STREAMID", 0x02), new NothingBut("C_BAD_STREAMID", Header)),
        new("events.063", new EventNumber("F_STE_FETCH", 0x03), Fetch("F_STE_FETCH")),
        new("events.065", new EventNumber("C_BAD_STE", 0x04), new NothingBut("C_BAD_STE", Header)),
        new("events.067",
            new EventNumber("F_BAD_ATS_TREQ", 0x05),
            new Position("F_BAD_ATS_TREQ", "Span", 67, 64),
            new Position("F_BAD_ATS_TREQ", "P", 92),
            new Position("F_BAD_ATS_TREQ", "X", 93),
            new Position("F_BAD_ATS_TREQ", "W", 94),
            new Position("F_BAD_ATS_TREQ", "R", 95),
            new Position("F_BAD_ATS_TREQ", "InputAddr", 191, 140),
            new NothingBut("F_BAD_ATS_TREQ", [.. Header, "Span", "P", "X", "W", "R", "InputAddr"])),
        new("events.068",
            new EventNumber("F_STREAM_DISABLED", 0x06),
            new Position("F_STREAM_DISABLED", "StreamID", 63, 32),
            new NothingBut("F_STREAM_DISABLED", "EventId", "StreamID")),
        new("events.071",
            new EventNumber("F_TRANSL_FORBIDDEN", 0x07),
            new Position("F_TRANSL_FORBIDDEN", "StreamID", 63, 32),
            new Position("F_TRANSL_FORBIDDEN", "RnW", 99),
            new Position("F_TRANSL_FORBIDDEN", "InputAddr", 191, 128),
            new NothingBut("F_TRANSL_FORBIDDEN", "EventId", "StreamID", "RnW", "InputAddr")),
        new("events.072",
            new EventNumber("C_BAD_SUBSTREAMID", 0x08),
            new Position("C_BAD_SUBSTREAMID", "SubstreamID", 31, 12),
            new Position("C_BAD_SUBSTREAMID", "StreamID", 63, 32),
            new NothingBut("C_BAD_SUBSTREAMID", "EventId", "SubstreamID", "StreamID")),
        new("events.073", new EventNumber("F_CD_FETCH", 0x09), Fetch("F_CD_FETCH")),
        new("events.075", new EventNumber("C_BAD_CD", 0x0a), new NothingBut("C_BAD_CD", Header)),
        new("events.077",
            new EventNumber("F_WALK_EABT", 0x0b),
            new Position("F_WALK_EABT", "Reason", 79, 64),
            new Position("F_WALK_EABT", "GPCF", 80),
            new Position("F_WALK_EABT", "PnU", 97),
            new Position("F_WALK_EABT", "InD", 98),
            new Position("F_WALK_EABT", "RnW", 99),
            new Position("F_WALK_EABT", "S2", 103),
            new Position("F_WALK_EABT", "CLASS", 105, 104),
            new Position("F_WALK_EABT", "InputAddr", 191, 128),
            new Position("F_WALK_EABT", "FetchAddr", 247, 195),
            new Reserved("F_WALK_EABT", 95)),
        new("events.080", new EventNumber("F_TRANSLATION", 0x10), Translation("F_TRANSLATION"), new NothingBut("F_TRANSLATION", TranslationFields)),
        new("events.081", new EventNumber("F_ADDR_SIZE", 0x11), Translation("F_ADDR_SIZE"), new NothingBut("F_ADDR_SIZE", TranslationFields)),
        new("events.082", new EventNumber("F_ACCESS", 0x12), Translation("F_ACCESS"), new NothingBut("F_ACCESS", TranslationFields)),
        new("events.083", new EventNumber("F_PERMISSION", 0x13), Translation("F_PERMISSION"), new Position("F_PERMISSION", "TTRnW", 108)),

        // DirtyBit, AssuredOnly and Overlay exist with features that are not modelled: without them their bits are zero.
        new("events.107", new NothingBut("F_PERMISSION", [.. TranslationFields, "TTRnW"])),
        new("events.086",
            new EventNumber("F_TLB_CONFLICT", 0x20),
            new Position("F_TLB_CONFLICT", "Reason", 95, 64),
            new Position("F_TLB_CONFLICT", "PnU", 97),
            new Position("F_TLB_CONFLICT", "InD", 98),
            new Position("F_TLB_CONFLICT", "RnW", 99),
            new Position("F_TLB_CONFLICT", "NSIPA", 102),
            new Position("F_TLB_CONFLICT", "S2", 103),
            new Position("F_TLB_CONFLICT", "InputAddr", 191, 128),
            new Position("F_TLB_CONFLICT", "IPA", 247, 204)),
        new("events.087",
            new EventNumber("F_CFG_CONFLICT", 0x21),
            new Position("F_CFG_CONFLICT", "Reason", 95, 64),
            new NothingBut("F_CFG_CONFLICT", [.. Header, "Reason"])),
        new("events.088",
            new EventNumber("E_PAGE_REQUEST", 0x24),
            new Position("E_PAGE_REQUEST", "uX", 97),
            new Position("E_PAGE_REQUEST", "uW", 98),
            new Position("E_PAGE_REQUEST", "uR", 99),
            new Position("E_PAGE_REQUEST", "pX", 101),
            new Position("E_PAGE_REQUEST", "pW", 102),
            new Position("E_PAGE_REQUEST", "pR", 103),
            new Position("E_PAGE_REQUEST", "Span", 115, 108),
            new Position("E_PAGE_REQUEST", "InputAddr", 191, 140),
            new NothingBut("E_PAGE_REQUEST", [.. Header, "uX", "uW", "uR", "pX", "pW", "pR", "Span", "InputAddr"])),
        new("events.089", new EventNumber("F_VMS_FETCH", 0x25), Fetch("F_VMS_FETCH")),
        new("events.091",
            new Unassigned<EventId>(0x00, 0x00),
            new Unassigned<EventId>(0x0c, 0x0f),
            new Unassigned<EventId>(0x14, 0x1f),
            new Unassigned<EventId>(0x22, 0x23),
            new Unassigned<EventId>(0x26, 0xff)),
    ];

    private static string[] Header => ["EventId", "SSV", "SubstreamID", "StreamID"];

    private static string[] TranslationFields =>
        [
            .. Header,
            "STAG",
            "Stall",
            "PnU",
            "InD",
            "RnW",
            "NSIPA",
            "S2",
            "CLASS",
            "InputAddr",
            "IPA",
        ];

    // csharpier-ignore
    private static string[] Everything =>
    [
        "F_UUT", "C_BAD_STREAMID", "F_STE_FETCH", "C_BAD_STE", "F_BAD_ATS_TREQ", "F_STREAM_DISABLED", "F_TRANSL_FORBIDDEN",
        "C_BAD_SUBSTREAMID", "F_CD_FETCH", "C_BAD_CD", "F_WALK_EABT", "F_TRANSLATION", "F_ADDR_SIZE", "F_ACCESS",
        "F_PERMISSION", "F_TLB_CONFLICT", "F_CFG_CONFLICT", "E_PAGE_REQUEST", "F_VMS_FETCH",
    ];

    private static string[] WithoutSubstream => ["F_STREAM_DISABLED", "F_TRANSL_FORBIDDEN"];

    private static string[] OfWalks =>
        ["F_WALK_EABT", "F_TRANSLATION", "F_ADDR_SIZE", "F_ACCESS", "F_PERMISSION"];

    private static string[] OfTransactions => ["F_UUT", .. OfWalks, "F_TLB_CONFLICT"];

    private static All Fetch(string record) =>
        new(
            new Position(record, "Reason", 79, 64),
            new Position(record, "GPCF", 80),
            new Position(record, "FetchAddr", 247, 195),
            new NothingBut(record, [.. Header, "Reason", "GPCF", "FetchAddr"])
        );

    private static All Translation(string record) =>
        new(
            new Position(record, "STAG", 79, 64),
            new Position(record, "Stall", 95),
            new Position(record, "PnU", 97),
            new Position(record, "InD", 98),
            new Position(record, "RnW", 99),
            new Position(record, "NSIPA", 102),
            new Position(record, "S2", 103),
            new Position(record, "CLASS", 105, 104),
            new Position(record, "InputAddr", 191, 128),
            new Position(record, "IPA", 247, 204)
        );

    /// <summary>§7.3</summary>
    [Case(
        "hw.events.layout",
        Level.Architecture,
        "events.047",
        "events.048",
        "events.050",
        "events.052",
        "events.054",
        "events.059",
        "events.061",
        "events.063",
        "events.065",
        "events.067",
        "events.068",
        "events.071",
        "events.072",
        "events.073",
        "events.075",
        "events.077",
        "events.080",
        "events.081",
        "events.082",
        "events.083",
        "events.086",
        "events.087",
        "events.088",
        "events.089",
        "events.091",
        "events.107"
    )]
    [Rows(nameof(Rules)), OncePerRun]
    public void The_fields_of_an_event_record_are_where_the_manual_prints_them(
        Profile profile,
        LayoutRule rule
    ) => rule.AssertHolds();
}
