using FluentAssertions;

namespace SmmuConformance.Conformance.Decoding;

/// <summary>Words in every form in which kernels and tools print them, and what is none.</summary>
[Trait("Area", "decoding")]
public sealed class InputTests
{
    [Theory]
    [InlineData("words", "0x0000000043a6b00b 0x00000000000000d6 0 0 0 0 0 0")]
    [InlineData("without 0x", "43a6b00b d6 0 0 0 0 0 0")]
    [InlineData("of C", "0x43a6b00bULL, 0xd6ULL, 0, 0, 0, 0, 0, 0")]
    [InlineData(
        "halves",
        "43a6b00b 00000000 000000d6 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000"
    )]
    [InlineData(
        "hexdump -C",
        """
            00000000  0b b0 a6 43 00 00 00 00  d6 00 00 00 00 00 00 00  |...C............|
            00000010  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|
            00000020  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|
            00000030  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|
            00000040
            """
    )]
    [InlineData(
        "the kernel's hex dump",
        """
            [    1.000000] ste: 00000000: 0b b0 a6 43 00 00 00 00 d6 00 00 00 00 00 00 00  ...C............
            [    1.000001] ste: 00000010: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00  ................
            [    1.000002] ste: 00000020: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00  ................
            [    1.000003] ste: 00000030: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00  ................
            """
    )]
    [InlineData(
        "a debugger",
        """
            0000000048180400: 0x0000000043a6b00b 0x00000000000000d6
            0000000048180410: 0x0000000000000000 0x0000000000000000
            0000000048180420: 0x0000000000000000 0x0000000000000000
            0000000048180430: 0x0000000000000000 0x0000000000000000
            """
    )]
    [InlineData(
        "crash",
        """
            ffff000048180400:  0000000043a6b00b 00000000000000d6   ...C............
            ffff000048180410:  0000000000000000 0000000000000000   ................
            ffff000048180420:  0000000000000000 0000000000000000   ................
            ffff000048180430:  0000000000000000 0000000000000000   ................
            """
    )]
    [InlineData(
        "this project's dumps",
        """
            STE[0]  0000000043a6b00b
              [0]        V              1
              [55:6]     S1ContextPtr   0x43a6b000
            STE[1]  00000000000000d6
            """
    )]
    public void An_entry_is_the_same_in_every_form(string form, string text)
    {
        var decoded = Decoded.Piped(text, "ste", "--profile", "Qemu10");

        decoded.Error.Should().BeEmpty(form);
        decoded.Code.Should().Be(0);
        decoded
            .Out.Should()
            .Be(
                Decoded
                    .Of(
                        "ste",
                        "0x43a6b00b",
                        "0xd6",
                        "0",
                        "0",
                        "0",
                        "0",
                        "0",
                        "0",
                        "--profile",
                        "Qemu10"
                    )
                    .Out
            );
    }

    [Theory]
    [InlineData(
        "ste",
        "hello",
        "standard input: line 1: \"hello\" is no hexadecimal word; give words such as 0x1f*"
    )]
    [InlineData("ste", "", "standard input: there is no word in it; STE has 8")]
    [InlineData(
        "ste",
        "1 2 3",
        "standard input: 3 words of 64 bits; STE has 8. A word that is missing is not guessed*"
    )]
    [InlineData(
        "ste",
        "0x12345678901234567",
        "standard input: line 1: 0x12345678901234567 has more than 64 bits"
    )]
    [InlineData(
        "ste",
        "[ 1.0] arm-smmu-v3 x.smmuv3: 0x000000000000000g",
        "standard input: line 1: \"0x000000000000000g\" is no hexadecimal word*"
    )]
    [InlineData(
        "ste",
        "[ 1.0] nvme nvme0: 8/0/0 queues",
        "standard input: there is no word in it; STE has 8"
    )]
    [InlineData(
        "ste",
        "0000 1111 2222 3333 0000 1111 2222 3333 0000",
        "standard input: groups of 4 digits; xxd and hexdump order the bytes in them differently*"
    )]
    [InlineData(
        "ste",
        "00000000  0b b0 a6 43 00 00 00 00  d6 00 00 00 00 00 00 00\n*\n00000040",
        "standard input: line 2: \"*\" stands for lines that were left out; dump again with hexdump -v"
    )]
    [InlineData(
        "ste",
        "STE[9]  0000000043a6b00b",
        "standard input: line 1: STE[9] is no word of STE, which has 8"
    )]
    [InlineData("command", "0x46", "standard input: 1 word of 64 bits; a command has 2*")]
    [InlineData(
        "event",
        "nothing: here",
        "standard input: there is no event in it; an event is 4 words, or a line with*"
    )]
    public void What_cannot_be_read_is_named_with_the_remedy(
        string command,
        string text,
        string error
    )
    {
        var decoded = Decoded.Piped(text, command);

        decoded.Code.Should().Be(2);
        decoded.Error.Should().Match($"smmu-decode: {error}\n");
        decoded.Out.Should().BeEmpty();
    }

    [Theory]
    [InlineData("ste", "no words were given*")]
    [InlineData(
        "ste nofile.txt",
        "\"nofile.txt\" is neither a hexadecimal word nor a file that is there"
    )]
    [InlineData(
        "ste 0 0 0 0 0 0 0 0 --profile Mmu800",
        "there is no profile \"Mmu800\"; there are Minimal, Maximal, *"
    )]
    [InlineData(
        "ste 0 0 0 0 0 0 0 0 --idr0 all",
        "--idr0: \"all\" is no hexadecimal number; write it like 0x1f or 1f"
    )]
    [InlineData("ste 0 --width 16", "Argument '16' not recognized*")]
    [InlineData(
        "register CR9 0",
        "there is no register \"CR9\"; docs/reference/registers.md lists them"
    )]
    [InlineData("register IDR 0", "there is no register \"IDR\"; did you mean SMMU_IDR0, *")]
    [InlineData("register 0x1000 0", "no register is at offset 0x1000")]
    [InlineData("register CR0 0x100000000", "SMMU_CR0: 0x100000000 has more than 32 bits")]
    [InlineData("l1std 9 --split 7", "--split 7: SPLIT is 6, 8 or 10 (§6.3.25)")]
    [InlineData("capture nofile.json", "there is no file nofile.json")]
    [InlineData("stee 0", "*\nsmmu-decode --help tells what there is.")]
    public void A_command_line_that_makes_no_sense_is_named(string line, string error)
    {
        var decoded = Decoded.Of(Decoded.Split(line));

        decoded.Code.Should().Be(2);
        decoded.Error.Should().Match($"smmu-decode: {error}\n");
    }

    [Fact]
    public void A_file_is_read()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "0x43a6b00b 0xd6 0 0 0 0 0 0");

        var decoded = Decoded.Of("ste", file);

        File.Delete(file);
        decoded.Code.Should().Be(0);
    }

    [Fact]
    public void Two_entries_of_a_dump_are_told_apart()
    {
        var decoded = Decoded.Piped("1 0 0 0 0 0 0 0\n9 0 0 0 0 0 0 0", "ste");

        decoded.Out.Should().Contain("STE 0 of 2").And.Contain("STE 1 of 2");
    }

    [Fact]
    public void Profiles_are_listed() =>
        Decoded.Of("--list-profiles").Out.Should().Contain("Qemu10").And.Contain("Minimal");
}
