using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Architecture.Witnesses;

namespace SmmuConformance.Conformance.Architecture;

/// <summary>Holds the folded addresses of translation table descriptors to a second source, bit by bit.</summary>
public sealed class DescriptorAddressTests
{
    private const int Page = 3;

    /// <summary>Each granule, with 48-bit and with 52-bit addresses.</summary>
    public static TheoryData<Granule, bool> Formats =>
        new()
        {
            { Granule.Size4K, false },
            { Granule.Size4K, true },
            { Granule.Size16K, false },
            { Granule.Size16K, true },
            { Granule.Size64K, false },
            { Granule.Size64K, true },
        };

    [Theory, MemberData(nameof(Formats))]
    public void A_descriptor_bit_becomes_the_address_bit_its_witness_says(
        Granule granule,
        bool wide
    )
    {
        for (var bit = 0; bit < 64; bit++)
        {
            var word = 1ul << bit;
            var expected = Expected(word, granule, wide);

            Assert.Equal(expected, new Stage1Leaf(word).OutputAddress(granule, Page, wide).Value);
            Assert.Equal(expected, new Stage2Leaf(word).OutputAddress(granule, Page, wide).Value);
            Assert.Equal(expected, new Stage1Table(word).NextTable(granule, wide).Value);
            Assert.Equal(expected, new Stage2Table(word).NextTable(granule, wide).Value);
        }
    }

    [Theory, MemberData(nameof(Formats))]
    public void An_address_bit_is_written_where_its_witness_says(Granule granule, bool wide)
    {
        for (var bit = 0; bit < 64; bit++)
        {
            var word = 1ul << bit;
            var address = Expected(word, granule, wide);
            if (address == 0)
                continue;

            Assert.Equal(word | 0b11, Stage1Leaf.To(address, granule, Page, wide).Word(0));
            Assert.Equal(word | 0b11, Stage2Leaf.To(address, granule, Page, wide).Word(0));
            Assert.Equal(word | 0b11, Stage1Table.To(address, granule, wide).Word(0));
            Assert.Equal(word | 0b11, Stage2Table.To(address, granule, wide).Word(0));
        }
    }

    // Arm ARM D8.3.1.2: bit 16, in blocks; in a page it is an address bit or RES0.
    [Theory]
    [InlineData(0x0001_0001, true)]
    [InlineData(0x0001_0003, false)]
    [InlineData(0xfffe_fffd, false)]
    public void A_block_says_nT_in_bit_16(ulong word, bool expected)
    {
        Assert.Equal(expected, new Stage1Leaf(word).nT);
        Assert.Equal(expected, new Stage2Leaf(word).nT);
    }

    private static ulong Expected(ulong word, Granule granule, bool wide) =>
        DescriptorAddressWitnesses
            .Rows.Where(row => row.Granule == granule && row.Wide == wide)
            .Aggregate(0ul, (address, row) => address | ((word & row.Mask) << row.Up));
}
