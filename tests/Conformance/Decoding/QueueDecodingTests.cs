using FluentAssertions;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Captures;

namespace SmmuConformance.Conformance.Decoding;

/// <summary>What stands in a queue, or in the log of whoever emptied it.</summary>
[Trait("Area", "decoding")]
public sealed class QueueDecodingTests
{
    private const string Log = """
        [   12.345678] arm-smmu-v3 9050000.smmuv3: event 0x10 received:
        [   12.345702] arm-smmu-v3 9050000.smmuv3: 	0x0000010000000010
        [   12.345711] arm-smmu-v3 9050000.smmuv3: 	0x0000020800000000
        [   12.345720] arm-smmu-v3 9050000.smmuv3: 	0x00000000fffff040
        [   12.345729] arm-smmu-v3 9050000.smmuv3: 	0x0000000000000000
        """;

    [Fact]
    public void An_event_is_read_as_a_kernel_prints_it()
    {
        var decoded = Decoded.Piped(Log, "event");

        decoded.Code.Should().Be(0);
        decoded
            .Out.Should()
            .StartWith("F_TRANSLATION  (§7.3.13)")
            .And.Contain("  [63:32]    StreamID       0x100\n")
            .And.Contain("  [105:104]  CLASS          0b10  IN\n")
            .And.Contain("  [191:128]  InputAddr      0xfffff040\n")
            .And.Contain("from stream 0x100 (as a PCI requester ID: 01:00.0)");
    }

    [Theory]
    [InlineData("[   12.345678][  T123] arm-smmu-v3 arm-smmu-v3.0.auto: ")]
    [InlineData("Jun 01 12:00:00 host kernel: arm-smmu-v3 9050000.smmuv3: ")]
    [InlineData("[Mon Jun  1 12:00:00 2026] arm-smmu-v3 9050000.smmuv3: ")]
    [InlineData("<3>[    1.000000] arm-smmu-v3 9050000.smmuv3: ")]
    [InlineData("")]
    public void Whatever_the_log_puts_before_a_line(string prefix)
    {
        var decoded = Decoded.Piped(
            $"""
            {prefix}event 0x04 received:
            {prefix}	0x0000010000000004
            {prefix}	0x0000000000000000
            {prefix}	0x0000000000000000
            {prefix}	0x0000000000000000
            """,
            "event"
        );

        decoded.Code.Should().Be(0, decoded.Error);
        decoded.Out.Should().StartWith("C_BAD_STE").And.Contain("StreamID       0x100");
    }

    [Theory]
    [InlineData(
        "event 0x0000010000000010 0x0000028880000000 0xfffff040 0 --profile Minimal",
        "StreamID = 0x100, but SMMU_IDR1.SIDSIZE = 6  (§6.3.2)",
        "S2 = 1, but SMMU_IDR0.S2P = 0  (§6.3.1)",
        "Stall = 1, but SMMU_IDR0.STALL_MODEL says that nothing stalls  (§6.3.1)"
    )]
    [InlineData(
        "event 0x0000010000000810 0x0000028800000000 0xfffff040 0 --profile Qemu10 --idr1 0x02730010",
        "SSV = 1, but SMMU_IDR1.SSIDSIZE = 0  (§6.3.2)"
    )]
    [InlineData(
        "page-request 0x10 0 --profile Qemu10",
        "this SMMU has no PRI queue: SMMU_IDR0.PRI = 0  (§6.3.1)"
    )]
    public void What_an_SMMU_could_not_say_is_told_if_it_is_known(
        string line,
        params string[] wrong
    )
    {
        var decoded = Decoded.Of(Decoded.Split(line));

        decoded.Code.Should().Be(1);
        decoded.Wrong.Should().Equal(wrong.Select(what => $"WRONG  {what}"));
    }

    [Fact]
    public void What_is_long_and_no_word_is_shown_in_part()
    {
        var decoded = Decoded.Of("event", "0x" + new string('z', 5000), "1");

        decoded.Code.Should().Be(2);
        decoded.Error.Should().Contain("zzz...\"").And.Subject.Length.Should().BeLessThan(300);
    }

    [Fact]
    public void Other_lines_of_the_log_are_passed_over()
    {
        var decoded = Decoded.Piped(
            $"""
            [   11.000000] nvme nvme0: pci function 0000:01:00.0
            [   12.000000] arm-smmu-v3 9050000.smmuv3: ias 44-bit, oas 44-bit (features 0x00008305)
            {Log}
            [   12.345740] arm-smmu-v3 9050000.smmuv3: event: F_TRANSLATION client: 0000:01:00.0 sid: 0x100 ssid: 0x0 iova: 0xfffff040 ipa: 0x0
            [   12.345750] arm-smmu-v3 9050000.smmuv3: unpriv data read s1 "Input address caused fault" stag: 0x0
            """,
            "event"
        );

        decoded.Code.Should().Be(0, decoded.Error);
        decoded.Out.Split("F_TRANSLATION  (").Should().HaveCount(2);
    }

    [Fact]
    public void The_command_at_which_the_queue_stopped_is_found_in_the_log_too()
    {
        const string stopped = """
            [   13.000000] arm-smmu-v3 9050000.smmuv3: CMDQ error (cons 0x010000c8): Illegal command
            [   13.000001] arm-smmu-v3 9050000.smmuv3: skipping command in error state:
            [   13.000002] arm-smmu-v3 9050000.smmuv3: 	0x0000000000000020
            [   13.000003] arm-smmu-v3 9050000.smmuv3: 	0x0000000000000000
            [   13.000004] Code: d503201f 97ffffb4 a94153f3 a8c27bfd (d65f03c0)
            [   13.000005] x29: ffff800010003e10 x28: 0000000000000000 x27: 0000000000000000
            """;

        var command = Decoded.Piped($"{Log}\n{stopped}\n{Log}", "command", "--profile", "Qemu10");
        var events = Decoded.Piped($"{Log}\n{stopped}\n{Log}", "event");

        command.Code.Should().Be(1, command.Error);
        command.Out.Should().Contain("0: CMD_TLBI_EL2_ALL").And.NotContain("1: ");
        events.Code.Should().Be(0, events.Error);
        events.Out.Split("F_TRANSLATION  (").Should().HaveCount(3);
    }

    [Fact]
    public void Lines_of_others_between_the_words_do_not_break_a_record()
    {
        var lines = Log.Split('\n').ToList();
        lines.Insert(2, "[   12.345703] nvme nvme0: I/O tag 3 (3003) timeout");

        Decoded.Piped(string.Join('\n', lines), "event").Code.Should().Be(0);
    }

    [Fact]
    public void A_record_that_is_not_what_the_log_announces_is_named()
    {
        var decoded = Decoded.Piped(
            Log.Replace("0x0000010000000010", "0x0000010000000013", StringComparison.Ordinal),
            "event"
        );

        decoded.Code.Should().Be(1);
        decoded
            .Wrong.Should()
            .Equal("WRONG  line 1 announces event 0x10, but bits [7:0] of the record are 0x13");
    }

    [Fact]
    public void A_log_that_is_cut_is_bad_input()
    {
        var decoded = Decoded.Piped(
            Log[..Log.LastIndexOf("0x", StringComparison.Ordinal)],
            "event"
        );

        decoded.Code.Should().Be(2);
        decoded
            .Error.Should()
            .Be(
                "smmu-decode: standard input: line 1: event 0x10 is announced, but 3 words follow, not 4: the log is cut\n"
            );
    }

    [Fact]
    public void An_event_that_does_not_exist_is_named()
    {
        Decoded.Of("event", "0x7f", "0", "0", "0").Code.Should().Be(1);
        Decoded.Of("event", "0xe1", "0", "0", "0").Code.Should().Be(0);
    }

    [Theory]
    [InlineData("6.1-default")]
    [InlineData("6.12-stage2")]
    [InlineData("7.2-ovr-rich")]
    public void A_dump_of_the_queue_is_decoded_command_by_command(string name)
    {
        var capture = CaptureLibrary.Named(name);
        var commands = capture
            .Phases.SelectMany(phase => phase.Events)
            .OfType<CommandStore>()
            .Select(store => store.Command)
            .ToList();
        var dump = string.Join(
            '\n',
            commands.Select((c, i) => $"{16 * i:x8}: {c.Word0:x16} {c.Word1:x16}")
        );

        var decoded = Decoded.Piped(
            dump,
            "command",
            "--idr0",
            $"0x{capture.Register("IDR0"):x}",
            "--idr1",
            $"0x{capture.Register("IDR1"):x}",
            "--idr3",
            $"0x{capture.Register("IDR3"):x}",
            "--idr5",
            $"0x{capture.Register("IDR5"):x}"
        );

        decoded.Error.Should().BeEmpty();
        decoded.Wrong.Should().BeEmpty();
        decoded.Out.Split("\nlegal\n").Should().HaveCount(commands.Count + 1);
    }

    [Theory]
    [InlineData(
        "0xff 0",
        "no command has this opcode  (§4.1.3, §7.1): CERROR_ILL, the queue stops at it"
    )]
    [InlineData(
        "0x20 0 --profile Qemu10",
        "needs SMMU_IDR0.Hyp  (§4.4.2.7, §7.1): CERROR_ILL, the queue stops at it"
    )]
    [InlineData(
        "0x28 0 --profile Minimal",
        "needs SMMU_IDR0.S2P  (§4.4.3.2, §7.1): CERROR_ILL, the queue stops at it"
    )]
    [InlineData(
        "0x10000000040 0x34 --profile Qemu10",
        "needs SMMU_IDR0.ATS && Size <= 52  (§4.5.1, §7.1): CERROR_ILL, the queue stops at it"
    )]
    [InlineData("0x3046 0", "needs CS <= Sev  (§4.7.3, §7.1): CERROR_ILL, the queue stops at it")]
    [InlineData("0x3 0x2", "RES0 bits 0x2 of word 1 must be zero  (§4.3.1)")]
    [InlineData(
        "0x1000012 0x1 --profile Qemu10",
        "a range or hint needs SMMU_IDR3.RIL and a TG that is not 0  (§4.4.2.4, §7.1): CERROR_ILL, the queue stops at it"
    )]
    [InlineData(
        "0x1000000000003 1 --profile Qemu10",
        "StreamID has more bits than SMMU_IDR1.SIDSIZE  (§4.1.7): the command has no effect"
    )]
    public void A_command_that_this_SMMU_refuses_is_named_with_what_it_needs(
        string line,
        string what
    )
    {
        var decoded = Decoded.Of(["command", .. Decoded.Split(line)]);

        decoded.Code.Should().Be(1);
        decoded.Wrong.Should().Contain($"WRONG  {what}");
    }

    [Fact]
    public void Page_requests_are_decoded()
    {
        var decoded = Decoded.Of("page-request", "0x7000000000000100", "0x12345001");

        decoded.Code.Should().Be(0);
        decoded
            .Out.Should()
            .Contain("PageAddress    0x12345000")
            .And.Contain("the last of its group, a CMD_PRI_RESP is due");
    }
}
