using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware.Layouts;

/// <summary>
/// The entry of the PRI queue, printed in a figure and as Linux has it, and what an endpoint is answered. §8, §8.3
/// </summary>
public sealed class PageRequestLayout
{
    /// <summary>One row per rule.</summary>
    // csharpier-ignore
    public static IEnumerable<LayoutRule> Rules =>
    [
        new("pri.040",
            new Size("PRIQ_ENTRY", 16),
            new Constant("PriQueueEntry.Size", 16, PriQueueEntry.Size)),
        new("pri.028",
            new Position("PRIQ_ENTRY", "StreamID", 31, 0),
            new Position("PRIQ_ENTRY", "SubstreamID", 51, 32),
            new Reserved("PRIQ_ENTRY", 57, 52),
            new Position("PRIQ_ENTRY", "Priv", 58),
            new Position("PRIQ_ENTRY", "X", 59),
            new Position("PRIQ_ENTRY", "R", 60),
            new Position("PRIQ_ENTRY", "W", 61),
            new Position("PRIQ_ENTRY", "Last", 62),
            new Position("PRIQ_ENTRY", "SSV", 63),
            new Position("PRIQ_ENTRY", "PRGIndex", 72, 64),
            new Reserved("PRIQ_ENTRY", 75, 73),
            new Position("PRIQ_ENTRY", "PageAddress", 127, 76)),

        // CMD_PRI_RESP.Resp numbers the same three answers differently.
        new("pri.039",
            new Constant("Success", 0b0000, (ulong?)PriResponse.Success.ToCode()),
            new Constant("Invalid Request", 0b0001, (ulong?)PriResponse.Invalid.ToCode()),
            new Constant("Response Failure", 0b1111, (ulong?)PriResponse.Failure.ToCode()),
            new Constant("the answer to the Reserved Resp", null, (ulong?)((PriResponse)0b11).ToCode())),
    ];

    /// <summary>§8, §8.3</summary>
    [Case("hw.pri.layout", Level.Architecture, "pri.028", "pri.039", "pri.040")]
    [Rows(nameof(Rules)), OncePerRun]
    public void A_page_request_and_its_answer_are_as_the_manual_prints_them(
        Profile profile,
        LayoutRule rule
    ) => rule.AssertHolds();
}
