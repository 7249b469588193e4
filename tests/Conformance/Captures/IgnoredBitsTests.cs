using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;

namespace SmmuConformance.Conformance.Captures;

/// <summary>
/// Set bits that the SMMU does not read. An entry at rest and a command have none but those listed here, so a condition
/// that is declared too narrowly shows: a real kernel would have set the field in vain.
/// </summary>
[Trait("Area", "captures")]
public sealed class IgnoredBitsTests
{
    private static readonly Ignored[] Listed =
    [
        new("6.1", "STE", "SHCFG", "written into aborting entries too; historical bug A1"),
        new("6.1", "STE", "S1DSS", Constant),
        new("6.12", "STE", "S1DSS", Constant),
        new("7.2", "STE", "S1DSS", Constant),
        new("6.1", "STE", "S2PTW", OnlyNested),
        new("6.12", "STE", "S2PTW", OnlyNested),
        new("6.1", "STE", "S2TTB", "left in an entry that no longer translates"),
        new("6.1", "CMD_SYNC", "MSH", Attributes),
        new("6.12", "CMD_SYNC", "MSH", Attributes),
        new("7.2", "CMD_SYNC", "MSH", Attributes),
        new("6.1", "CMD_SYNC", "MSIAttr", Attributes),
        new("6.12", "CMD_SYNC", "MSIAttr", Attributes),
        new("7.2", "CMD_SYNC", "MSIAttr", Attributes),
    ];

    private const string Constant =
        "Substream0 in every stage 1 entry, also with S1CDMax 0, where it is not read; a constant of the driver";

    private const string OnlyNested =
        "set in every stage 2 entry, also where there is no stage 1 whose walks it could restrict; a constant of the driver";

    private const string Attributes =
        "the attributes of the MSI write are given also when completion is signalled by SEV and nothing is written";

    [Fact]
    public void Every_set_bit_that_the_SMMU_ignores_is_listed_with_its_reason()
    {
        var found = CaptureLibrary.All.SelectMany(Find).Distinct();

        found.Should().BeEquivalentTo(Listed.Select(l => (l.Release, l.Structure, l.Field)));
    }

    private static IEnumerable<(string, string, string)> Find(Capture capture) =>
        from seen in AtRest(capture)
        from field in seen.Layout.Fields
        where (seen.Words[field.Word] & field.Mask & ~seen.Used[field.Word]) != 0
        select (capture.Release, seen.Layout.Name, field.Name);

    // Halfway through an update an entry holds bits that will be read only after the next store, on purpose.
    private static IEnumerable<CapturedWords> AtRest(Capture capture) =>
        CapturedWords
            .AtRest(capture)
            .Concat(
                CapturedWords
                    .AtEveryMoment(capture)
                    .Where(words => words.Layout.Kind == LayoutKind.Command)
            );

    /// <summary>A field that a kernel sets where the SMMU does not read it.</summary>
    private sealed record Ignored(string Release, string Structure, string Field, string Reason);
}
