using FluentAssertions;
using SmmuConformance.Conformance.Captures;

namespace SmmuConformance.Conformance.Decoding;

/// <summary>Registers by name, and whole captures.</summary>
[Trait("Area", "decoding")]
public sealed class RegisterAndCaptureTests
{
    [Theory]
    [InlineData("register CR0 0xd")]
    [InlineData("register SMMU_CR0 d")]
    [InlineData("register 0x20 0xd")]
    public void A_register_goes_by_name_or_offset(string line)
    {
        var decoded = Decoded.Of(Decoded.Split(line));

        decoded.Code.Should().Be(0);
        decoded.Out.Should().Contain("SMMU_CR0  (§6.3.9)").And.Contain("SMMUEN         1");
    }

    [Theory]
    [InlineData(
        "register CR2 0x7 --profile Qemu10",
        "E2H, PTM is RES0 on this SMMU, but set  (§6.2)"
    )]
    [InlineData("register CR0 0x80000000", "RES0 bits 0x80000000 of word 0 must be zero  (§6.3.9)")]
    [InlineData(
        "register CMDQ_BASE 0x1f --profile Qemu10",
        "LOG2SIZE is beyond what this SMMU has, which is at most 19  (§6.3.26)"
    )]
    [InlineData(
        "register PRIQ_BASE 0xa --profile Qemu10",
        "this SMMU has no SMMU_PRIQ_BASE: its place is RES0  (§6.3.33)"
    )]
    public void A_value_that_this_SMMU_cannot_have_is_named(string line, string what)
    {
        var decoded = Decoded.Of(Decoded.Split(line));

        decoded.Code.Should().Be(1);
        decoded.Wrong.Should().Equal($"WRONG  {what}");
    }

    [Fact]
    public void A_capture_is_replayed_and_what_is_known_of_its_kernel_is_said()
    {
        var decoded = Capture("6.1-stage2");

        decoded.Code.Should().Be(1);
        decoded
            .Out.Should()
            .Contain("monitor.every-view (§3.21.3, §3.21.3.1)")
            .And.Contain("known of 6.1: A20")
            .And.Contain("6.1-stage2.json: line ")
            .And.Contain("76 violations, 76 of them known of this kernel; 18 rules watched");
    }

    [Fact]
    public void Every_structure_is_printed_if_asked_for()
    {
        var decoded = Capture("6.12-stage1", "--structures");

        decoded.Out.Should().Contain("\nload-modules\nstream 0x30\nSTE[0]").And.Contain("CD at 0x");
    }

    [Fact]
    public void A_capture_that_is_cut_is_bad_input()
    {
        var whole = File.ReadAllText(Path.Combine(CaptureLibrary.Folder, "6.12-stage1.json"));
        var file = Path.GetTempFileName();
        File.WriteAllText(file, whole[..(whole.Length / 2)]);

        var decoded = Decoded.Of("capture", file);

        File.Delete(file);
        decoded.Code.Should().Be(2);
        decoded.Error.Should().MatchRegex(@"smmu-decode: \S+: line \d+: the text breaks off .*");
    }

    private static Decoded Capture(string name, params string[] more) =>
        Decoded.Of(["capture", Path.Combine(CaptureLibrary.Folder, $"{name}.json"), .. more]);
}
