using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Driver.Reference;

namespace SmmuConformance.Conformance.Driver;

/// <summary>What maps and unmaps do to the tables in memory.</summary>
public sealed class PageTableTests
{
    private const ulong Page = 0x1000;
    private const ulong Block = 0x20_0000;
    private const Protection ReadWrite = Protection.Read | Protection.Write | Protection.Cache;

    private readonly PlainMemory _memory = new();
    private readonly PageTable _table;

    public PageTableTests()
    {
        var features = new Features { Granules = [Granule.Size4K], OutputBits = 44 };
        var format = PageTableFormat.Common([features])!;
        _table = PageTable.Create(new SharedMemory(_memory, coherent: true), format)!;
    }

    [Fact]
    public void A_page_needs_three_tables_and_one_leaf()
    {
        var outcome = _table.Map(0x1000, 0x1_2345_6000, Page, ReadWrite);

        Assert.True(outcome.IsDone);
        Assert.Equal(4, _memory.Blocks);
        Assert.Equal([new ForgottenRange(0x1000, Page, 3, Leaf: true)], Unmap(0x1000, Page).Ranges);
    }

    [Fact]
    public void Aligned_ranges_become_blocks_and_come_out_as_such()
    {
        _table.Map(Block - Page, Block - Page, Page + Block + Page, ReadWrite);

        var unmapped = Unmap(Block - Page, Page + Block + Page);

        Assert.Equal(Page + Block + Page, unmapped.Bytes);
        Assert.Equal(
            [
                new ForgottenRange(Block - Page, Page, 3, Leaf: true),
                new ForgottenRange(Block, Block, 2, Leaf: true),
                new ForgottenRange(2 * Block, Page, 3, Leaf: true),
            ],
            unmapped.Ranges
        );
    }

    [Fact]
    public void A_table_that_is_unmapped_whole_goes_with_its_pages()
    {
        _table.Map(Block, Page, Block, ReadWrite);
        var before = _memory.Blocks;

        var unmapped = Unmap(Block, Block);

        Assert.Equal(Block, unmapped.Bytes);
        Assert.Equal([new ForgottenRange(Block, Block, 3, Leaf: false)], unmapped.Ranges);
        Assert.Single(unmapped.Tables);
        Assert.Equal(before, _memory.Blocks);
    }

    [Fact]
    public void A_block_is_not_cut()
    {
        _table.Map(Block, Block, Block, ReadWrite);

        Assert.Equal(0ul, Unmap(Block, Page).Bytes);
        Assert.Equal(0ul, Unmap(0, Block + Page).Bytes);
        Assert.Equal(Block, Unmap(0, 3 * Block).Bytes);
    }

    [Fact]
    public void What_is_mapped_is_not_mapped_again_and_nothing_changes()
    {
        _table.Map(4 * Page, 0, Page, ReadWrite);
        var before = _memory.Blocks;

        var outcome = _table.Map(0, 0, 8 * Page, ReadWrite);

        Assert.Equal((Outcome)ErrorClass.AlreadyExists, outcome);
        Assert.Equal(before, _memory.Blocks);
        Assert.Equal(Page, Unmap(0, 8 * Page).Bytes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Without_memory_nothing_is_mapped_and_nothing_is_kept(int left)
    {
        _memory.Left = left;

        var outcome = _table.Map(0x1000, 0, Page, ReadWrite);

        Assert.Equal((Outcome)ErrorClass.OutOfMemory, outcome);
        Assert.Equal(1, _memory.Blocks);
    }

    [Fact]
    public void Freed_tables_are_all_given_back()
    {
        _table.Map(0, 0, 0x8000_0000, ReadWrite);
        _table.Map(0x80_0000_0000, Page, 3 * Block, ReadWrite);

        _table.Free();

        Assert.Equal(0, _memory.Blocks);
    }

    [Theory]
    [InlineData(Protection.Read | Protection.Write | Protection.Cache, 0x0000_0000_0000_0f47)]
    [InlineData(Protection.Read | Protection.Cache, 0x0000_0000_0000_0fc7)]
    [InlineData(Protection.Read | Protection.Write, 0x0000_0000_0000_0e43)]
    [InlineData(
        Protection.Read | Protection.Write | Protection.Device | Protection.NoExecute,
        0x0060_0000_0000_0e4b
    )]
    [InlineData(Protection.Write | Protection.Privileged | Protection.Cache, 0x0040_0000_0000_0f07)]
    public void A_leaf_has_the_bits_of_its_protection(Protection protection, ulong bits) =>
        Assert.Equal(bits | 0x1_2345_6000, _table.Format.Leaf(0x1_2345_6000, 3, protection));

    private Unmapped Unmap(Iova address, ulong bytes) => _table.Unmap(address, bytes);
}
