using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;

namespace SmmuConformance.Conformance.Captures;

/// <summary>What real kernels wrote means the same to our declarations: they were not made up.</summary>
[Trait("Area", "captures")]
public sealed class DecodingTests
{
    // The plugin lost the stores to the only CD of these two runs: its table became known too late.
    private static readonly string[] CdStoresNotLogged = ["6.12-ovr-msi", "7.2-ovr-msi"];

    [Theory, MemberData(nameof(CaptureLibrary.Names), MemberType = typeof(CaptureLibrary))]
    public void Every_word_decodes_and_encodes_to_the_same_bits(string name)
    {
        var capture = CaptureLibrary.Named(name);

        var changed = Everything(capture).Where(seen => !seen.Words.SequenceEqual(seen.Rebuilt));

        changed.Select(Print).Should().BeEmpty();
    }

    [Theory, MemberData(nameof(CaptureLibrary.Names), MemberType = typeof(CaptureLibrary))]
    public void No_word_has_a_bit_that_nobody_declares(string name)
    {
        var capture = CaptureLibrary.Named(name);

        var stray = Everything(capture)
            .Where(seen =>
                seen.Words.Where((word, w) => (word & seen.Layout.Reserved(w)) != 0).Any()
            );

        stray.Select(Print).Should().BeEmpty();
    }

    [Theory, MemberData(nameof(CaptureLibrary.Names), MemberType = typeof(CaptureLibrary))]
    public void The_stores_of_a_phase_lead_to_the_dump_at_its_end(string name)
    {
        var capture = CaptureLibrary.Named(name);
        var tables = new CapturedTables();

        foreach (var phase in capture.Phases)
        {
            foreach (var happened in phase.Events)
                tables.Apply(happened);

            foreach (var dumped in phase.Entries)
            {
                tables.Ste(dumped.Stream).Should().Be(dumped.Ste, $"{phase.Label} {dumped.Stream}");
                foreach (var cd in CdStoresNotLogged.Contains(name) ? [] : dumped.Cds)
                {
                    tables.Cd(cd.Address).Should().Be(cd.Cd, $"{phase.Label} {dumped.Stream}");
                    tables.CdOf(dumped.Ste, cd.Substream).Should().Be(cd.Cd);
                }
            }
        }
    }

    [Fact]
    public void Only_the_runs_named_lack_stores_to_CDs()
    {
        var lacking = CaptureLibrary.All.Where(capture =>
            new Idr0(capture.Register("IDR0")).S1P
            && !capture.Phases.SelectMany(phase => phase.Events).OfType<CdStore>().Any()
        );

        lacking.Select(capture => capture.Name).Should().Equal(CdStoresNotLogged);
    }

    [Fact]
    public void The_captures_hold_every_structure_and_the_commands_the_kernels_use()
    {
        var seen = CaptureLibrary
            .All.SelectMany(Everything)
            .GroupBy(words => words.Layout.Name)
            .ToDictionary(group => group.Key, group => group.Count());

        // Not an upper bound: only that no part of the data is passed over unread.
        seen["STE"].Should().BeGreaterThan(1000);
        seen["CD"].Should().BeGreaterThan(1000);
        seen["L1STD"].Should().BeGreaterThan(90);
        seen["L1CD"].Should().BeGreaterThan(8);
        seen.Where(s => s.Key.StartsWith("CMD_", StringComparison.Ordinal))
            .Sum(s => s.Value)
            .Should()
            .BeGreaterThan(7000);
    }

    private static IEnumerable<CapturedWords> Everything(Capture capture) =>
        CapturedWords.AtEveryMoment(capture).Concat(CapturedWords.AtRest(capture));

    private static string Print(CapturedWords seen) =>
        $"{seen.Source}\n{LayoutText.Of(seen.Layout, seen.Words, seen.Used)}";
}
