using System.Globalization;
using System.Text.Json;
using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;

namespace SmmuConformance.Conformance.Captures;

/// <summary>
/// The updates of entries as whoever recorded the captures found them, by a program of his own: what our reader makes of the
/// same captures has them all, in their order.
/// </summary>
[Trait("Area", "captures")]
public sealed class UpdateSequenceTests
{
    private static readonly IReadOnlyList<Recorded> Sequences = Read();

    [Theory, MemberData(nameof(CaptureLibrary.Names), MemberType = typeof(CaptureLibrary))]
    public void Every_recorded_update_is_in_its_capture(string name)
    {
        var capture = CaptureLibrary.Named(name);
        var lost =
            from recorded in Sequences
            from place in recorded.SeenIn.Distinct()
            let parts = place.Split('/')
            where parts[0] == name
            let seen = StepsOf(capture, parts[1], StreamOf(parts[2]))
            where !HasInOrder(seen, recorded.Steps)
            select $"{place}: {string.Join(" ", recorded.Steps)}";

        lost.Should().BeEmpty();
    }

    [Fact]
    public void Every_recorded_update_is_of_a_capture_that_is_here()
    {
        var captures = CaptureLibrary.All.Select(capture => capture.Name).ToHashSet();

        Sequences
            .SelectMany(recorded => recorded.SeenIn)
            .Select(place => place.Split('/')[0])
            .Should()
            .BeSubsetOf(captures);
        Sequences.Should().HaveCount(91);
    }

    [Fact]
    public void An_update_in_another_order_is_not_found()
    {
        var capture = CaptureLibrary.Named("6.12-stage2");
        var steps = Sequences.First(s => s.SeenIn.Contains("6.12-stage2/boot/0x28")).Steps;
        var seen = StepsOf(capture, "boot", 0x28);

        HasInOrder(seen, steps).Should().BeTrue();
        HasInOrder(seen, [.. steps.AsEnumerable().Reverse()]).Should().BeFalse();
    }

    private static StreamId StreamOf(string text) =>
        new(uint.Parse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, null));

    private static bool HasInOrder(IEnumerable<string> seen, string[] steps)
    {
        var found = 0;
        foreach (var step in seen)
            if (found < steps.Length && step == steps[found])
                found++;
        return found == steps.Length;
    }

    // The stores to a stream's entry and all CDs, and what was invalidated of it.
    private static IEnumerable<string> StepsOf(Capture capture, string phase, StreamId stream) =>
        capture
            .Phases.Single(p => p.Label == phase)
            .Events.Select(happened =>
                happened switch
                {
                    SteStore store when store.Stream == stream => Store(
                        "STE_W",
                        store.Word,
                        store.Value,
                        (0, "S1CTX", Ste.Layout[nameof(Ste.S1ContextPtr)]),
                        (2, "VMID", Ste.Layout[nameof(Ste.S2VMID)]),
                        (3, "S2TTB", Ste.Layout[nameof(Ste.S2TTB)])
                    ),
                    CdStore store => Store(
                        "CD_W",
                        store.Word,
                        store.Value,
                        (0, "ASID", Cd.Layout[nameof(Cd.ASID)]),
                        (1, "TTB", Cd.Layout[nameof(Cd.TTB0)])
                    ),
                    L1CdStore => "L1CD_W",
                    CommandStore store => Name(store.Command, stream),
                    _ => "",
                }
            )
            .Where(step => step.Length > 0);

    private static string Store(
        string entry,
        int word,
        ulong value,
        params ReadOnlySpan<(int Word, string Name, Field Field)> chosen
    )
    {
        foreach (var (at, name, field) in chosen)
            if (at == word && (value & field.Mask) != 0)
                return $"{entry}[{word}]={value & ~field.Mask:x16}|{name}";
        return $"{entry}[{word}]={value:x16}";
    }

    private static string Name(Command command, StreamId stream)
    {
        var name = LayoutCatalogue.Command(command.Opcode)!.Name["CMD_".Length..];
        // StreamID stands at the same bits wherever there is one. §4.1.6
        var concerns = command.As<CfgiSte>().StreamID == stream;
        return name switch
        {
            "SYNC" or "TLBI_NH_ASID" or "TLBI_S12_VMALL" or "TLBI_EL2_ASID" => name,
            "PREFETCH_CONFIG" when concerns => name,
            "CFGI_STE" or "CFGI_CD" when concerns =>
                $"{name}(Leaf={(command.As<CfgiSte>().Leaf ? 1 : 0)})",
            "ATC_INV" when concerns => $"{name}(Size={command.As<AtcInv>().Size})",
            _ => "",
        };
    }

    private static List<Recorded> Read()
    {
        var path = Path.Combine(CaptureLibrary.Folder, "..", "Sequences", "update-sequences.json");
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return
        [
            .. document
                .RootElement.EnumerateArray()
                .Select(s => new Recorded(Texts(s, "steps"), Texts(s, "seen_in"))),
        ];

        static string[] Texts(JsonElement sequence, string name) =>
            [.. sequence.GetProperty(name).EnumerateArray().Select(text => text.GetString()!)];
    }

    /// <summary>One distinct sequence of steps.</summary>
    private sealed record Recorded(string[] Steps, string[] SeenIn);
}
