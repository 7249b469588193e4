using SmmuConformance.Architecture;

namespace SmmuConformance.Conformance.Architecture;

/// <summary>The text form of structures: what it shows, and that it can be read back.</summary>
public sealed class LayoutTextTests
{
    private static readonly Ste Stage1 = new Ste
    {
        V = true,
        Config = SteConfig.Stage1,
        S1ContextPtr = 0x8_1234_0000,
        S1CDMax = 11,
        S1DSS = S1Dss.Substream0,
        S1STALLD = true,
        EATS = Eats.Full,
        SHCFG = ShCfg.Incoming,
    };

    [Fact]
    public void A_field_the_SMMU_reads_is_shown_even_when_zero()
    {
        var text = Stage1.ToString();

        Assert.StartsWith(
            "STE[0]  580000081234000b\n  [0]        V              1\n  [3:1]      Config         0b101  Stage1\n",
            text
        );
        Assert.Contains("  [5:4]      S1Fmt          0b00  Linear\n", text);
    }

    [Fact]
    public void A_field_the_SMMU_ignores_is_shown_only_when_it_is_not_zero_and_marked()
    {
        var text = (Stage1 with { Config = SteConfig.Abort }).ToString();

        Assert.Contains("  [55:6]     S1ContextPtr   0x812340000  (ignored)\n", text);
        Assert.DoesNotContain("S1Fmt", text);
    }

    [Fact]
    public void Undeclared_bits_are_shown_as_reserved()
    {
        var text = new L1Cd([0x8000_0000_0000_0001]).ToString();

        Assert.Contains("RES0           0x8000000000000000  (must be zero)", text);
    }

    [Fact]
    public void One_changed_field_is_one_changed_line_beside_its_raw_word()
    {
        var before = Stage1.ToString().Split('\n');
        var after = (Stage1 with { S1STALLD = false }).ToString().Split('\n');

        Assert.Equal(2, before.Zip(after).Count(pair => pair.First != pair.Second));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Text_reads_back_to_the_same_words(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 200; i++)
        {
            var words = new ulong[8];
            for (var w = 0; w < words.Length; w++)
                words[w] =
                    random.Next(3) == 0
                        ? 0
                        : unchecked((ulong)random.NextInt64(long.MinValue, long.MaxValue));

            Assert.Equal(new Ste(words), LayoutParser.Parse<Ste>(new Ste(words).ToString()));
            Assert.Equal(new Cd(words), LayoutParser.Parse<Cd>(new Cd(words).ToString()));
            Assert.Equal(
                new FPermission(words),
                LayoutParser.Parse<FPermission>(new FPermission(words).ToString())
            );
        }
    }

    [Theory]
    [InlineData(
        "STE[0]  580000081234000b\n  [3:1]      Config         0b100  Bypass\n",
        "line 2: Config is printed as `0b100  Bypass`, but the raw word 580000081234000b holds `0b101  Stage1`"
    )]
    [InlineData("STE[9]  0000000000000001\n", "line 1: STE[9] is no word of STE, which has 8")]
    [InlineData("CD[0]  0000000000000001\n", "line 1: CD[0] is no word of STE, which has 8")]
    [InlineData("STE[0]  1\n", "line 1 is no line of a STE: `STE[0]  1`")]
    [InlineData(
        "STE[0]  0000000000000001\n  [0]        Valid          1\n",
        "line 2: STE has no field [0] Valid"
    )]
    public void Text_that_contradicts_itself_is_refused_by_line(string text, string expected)
    {
        var error = Assert.Throws<FormatException>(() => LayoutParser.Parse<Ste>(text));

        Assert.Equal(expected, error.Message);
    }

    [Fact]
    public void A_value_that_does_not_fit_is_refused_by_the_name_of_the_field()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new Ste { S1CDMax = 0x28 });

        Assert.Contains("0x28 does not fit STE.S1CDMax", error.Message);
    }

    [Fact]
    public void A_command_is_one_line_of_its_fields_that_are_not_zero()
    {
        Command command = new CfgiSte { StreamID = 0x10u, Leaf = true };

        Assert.Equal("CMD_CFGI_STE StreamID=0x10 Leaf=1", command.ToString());
    }
}
