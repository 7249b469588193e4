using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Captures;

namespace SmmuConformance.Conformance.Decoding;

/// <summary>Entries and descriptors of a dump, decoded and judged.</summary>
[Trait("Area", "decoding")]
public sealed class EntryDecodingTests
{
    // What Linux 6.12 wrote for a device behind stage 1, and behind stage 2.
    private const string Stage1 = "0x43a6b00b 0xd6 0 0 0 0 0 0";
    private const string Stage2 = "0xd 0 0x044c359400000002 0x432cd000 0 0 0 0";

    [Fact]
    public void A_stage_1_entry_of_Linux_is_decoded_field_by_field()
    {
        var decoded = Entry($"{Stage1} --profile Qemu10");

        decoded.Code.Should().Be(0);
        decoded
            .Out.Should()
            .Contain("  [3:1]      Config         0b101  Stage1\n")
            .And.Contain("  [55:6]     S1ContextPtr   0x43a6b000\n")
            .And.Contain("  [71:70]    S1CSH          0b11  Inner\n")
            .And.Contain("  [65:64]    S1DSS          0b10  Substream0  (ignored)\n")
            .And.EndWith("legal\n");
    }

    [Fact]
    public void A_field_is_ignored_for_want_of_a_feature()
    {
        // EATS without ATS, S2VMID without stage 2.
        var decoded = Entry("0x43a6b00b 0x100000d6 0x7 0 0 0 0 0 --profile Minimal");

        decoded
            .Out.Should()
            .Contain("EATS           0b01  Full  (ignored: SMMU_IDR0.ATS = 0)")
            .And.Contain("S2VMID         7  (ignored: SMMU_IDR0.S2P = 0)");
    }

    [Theory]
    [InlineData("S2T0SZ is out of range", "0xd 0 0x044c358500000002 0x432cd000 0 0 0 0")]
    [InlineData(
        "S2SL0 does not fit S2T0SZ and S2TG",
        "0xd 0 0x044c35d400000002 0x432cd000 0 0 0 0"
    )]
    [InlineData(
        "S2AA64 VMSAv8-32 LPAE tables are not supported",
        "0xd 0 0x0444359400000002 0x432cd000 0 0 0 0 --profile Qemu10"
    )]
    [InlineData("Config stage 1 is not implemented", $"{Stage1} --profile Stage2Only")]
    [InlineData("Config stage 2 is not implemented", $"{Stage2} --profile Minimal")]
    [InlineData("S1CDMax is more than the SubstreamID size", "0xf800000043a6b00b 0xd6 0 0 0 0 0 0")]
    [InlineData(
        "S1STALLD stalling cannot be configured",
        "0x43a6b00b 0x080000d6 0 0 0 0 0 0 --profile Qemu10"
    )]
    [InlineData(
        "S1ContextPtr is beyond the address size",
        "0x0080000043a6b00b 0xd6 0 0 0 0 0 0 --profile Qemu10"
    )]
    public void What_is_ILLEGAL_is_named_with_its_clause(string what, string words)
    {
        var decoded = Entry(words);

        decoded.Code.Should().Be(1);
        decoded
            .Wrong.Should()
            .Contain(
                $"WRONG  {what}  (§5.2, §5.2.2): ILLEGAL, every transaction of the stream aborts with C_BAD_STE"
            );
    }

    [Fact]
    public void A_reserved_bit_and_a_field_without_its_feature_are_named()
    {
        var decoded = Entry("0x9 0x0000100000000000 0 0 0 0x8000000000000000 0 0 --profile Qemu10");

        decoded.Code.Should().Be(1);
        decoded
            .Wrong.Should()
            .Equal(
                "WRONG  [109:108]  SHCFG = 0b01  Incoming, but it is RES0 on this SMMU: SMMU_IDR1.ATTR_TYPES_OVR = 0  (§5.2)",
                "WRONG  RES0 bits 0x8000000000000000 of word 5 must be zero  (§5.2)"
            );
        decoded.Out.Should().Contain("(RES0 on this SMMU: SMMU_IDR1.ATTR_TYPES_OVR = 0)");
    }

    [Fact]
    public void An_entry_that_is_not_valid_is_legal_and_says_what_becomes_of_the_stream()
    {
        var decoded = Entry("0 0 0 0 0 0 0 0");

        decoded.Code.Should().Be(0);
        decoded.Out.Should().Contain("V is clear, so every transaction of the stream aborts");
    }

    [Fact]
    public void ID_registers_make_an_SMMU_of_their_own()
    {
        var decoded = Entry(
            $"{Stage2} --idr0 0xd44101a --idr1 0x2730010 --idr3 0x1404 --idr5 0x74"
        );

        decoded.Code.Should().Be(1);
        decoded
            .Out.Should()
            .Contain(
                "judged by: Maximal with IDR0 = 0xd44101a, IDR1 = 0x2730010, IDR3 = 0x1404, IDR5 = 0x74"
            );
        decoded
            .Wrong.Should()
            .Contain(wrong => wrong.Contains("Config stage 2 is not implemented"));
    }

    [Fact]
    public void Every_field_is_printed_if_asked_for()
    {
        var decoded = Entry($"{Stage1} --all");

        foreach (var field in Ste.Layout.Fields)
            decoded.Out.Should().Contain($"  {field.Range, -9}  {field.Name, -13}  ");
    }

    [Fact]
    public void A_descriptor_is_judged_with_the_entry_that_leads_to_it()
    {
        const string stalls = "0x0001f204c0003510 0x43a6a000 0 0xfffffffff404ff44 0 0 0 0";

        Decoded.Of(Decoded.Split($"cd {stalls}")).Code.Should().Be(0);
        var decoded = Decoded.Of(
            Decoded.Split($"cd {stalls} --ste \"0x43a6b00b 0x080000d6 0 0 0 0 0 0\"")
        );

        decoded.Code.Should().Be(1);
        decoded
            .Wrong.Should()
            .Equal(
                "WRONG  S the STE forbids stalling (S1STALLD)  (§5.4, §5.4.2): ILLEGAL, every transaction that uses it aborts with C_BAD_CD"
            );
    }

    [Fact]
    public void Level_1_descriptors_are_decoded()
    {
        Decoded.Of("l1std", "7ac60009").Out.Should().Contain("legal; a leaf of 256 entries");
        Decoded.Of("l1std", "7ac60009", "--split", "6").Wrong.Should().ContainSingle();
        Decoded.Of("l1cd", "0x00ffffff7ac60001", "--profile", "Qemu10").Code.Should().Be(1);
    }

    [Theory, MemberData(nameof(CaptureLibrary.Names), MemberType = typeof(CaptureLibrary))]
    public void What_a_kernel_wrote_is_legal_on_the_SMMU_it_wrote_it_for(string name)
    {
        var capture = CaptureLibrary.Named(name);
        var idr = new[] { "IDR0", "IDR1", "IDR2", "IDR3", "IDR4", "IDR5" }.SelectMany(register =>
            (string[])[$"--{register.ToLowerInvariant()}", $"0x{capture.Register(register):x}"]
        );
        foreach (var entry in capture.Phases.SelectMany(phase => phase.Entries))
        {
            var decoded = Decoded.Of(["ste", .. Words(entry.Ste), .. idr]);

            // Known of 6.1: A1.
            var wrong = decoded.Wrong.Where(w =>
                capture.Release != "6.1" || !w.Contains("SHCFG", StringComparison.Ordinal)
            );
            wrong.Should().BeEmpty($"{name} {entry.Stream}");
            foreach (var cd in entry.Cds)
                Decoded
                    .Of([
                        "cd",
                        .. Words(cd.Cd),
                        "--ste",
                        string.Join(' ', Words(entry.Ste)),
                        .. idr,
                    ])
                    .Wrong.Should()
                    .BeEmpty($"{name} {entry.Stream}");
        }
    }

    private static Decoded Entry(string line) => Decoded.Of(["ste", .. Decoded.Split(line)]);

    private static IEnumerable<string> Words<T>(T value)
        where T : struct, ILayout<T> =>
        Enumerable.Range(0, T.Layout.WordCount).Select(word => $"0x{value.Word(word):x}");
}
