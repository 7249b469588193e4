using System.Text;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;

namespace SmmuConformance.Snapshots;

/// <summary>A stage 1 page table as text: one line a descriptor, tables before what is below them.</summary>
/// <param name="bench">Whose memory it is in.</param>
/// <param name="granule">Its granule.</param>
internal sealed class PageTableText(TestBench bench, Granule granule)
{
    private readonly StringBuilder _text = new();

    /// <summary>The table of a device's context descriptor.</summary>
    public static string Of(TestBench bench, StreamId stream)
    {
        var cd = bench.CdOf(stream);
        var granule = cd.TG0 switch
        {
            Tg0.Size16K => Granule.Size16K,
            Tg0.Size64K => Granule.Size64K,
            _ => Granule.Size4K,
        };
        var level = 3;
        while (granule.LevelShift(level) + granule.BitsPerLevel < 64 - cd.T0SZ)
            level--;
        var entries = 1ul << (64 - cd.T0SZ - granule.LevelShift(level));

        var writer = new PageTableText(bench, granule);
        writer._text.Append($"table of level {level} at {cd.TTB0}\n");
        writer.Table(cd.TTB0, level, entries, 0, "  ");
        return writer._text.ToString();
    }

    private void Table(PhysicalAddress table, int level, ulong entries, ulong input, string indent)
    {
        for (var index = 0ul; index < entries; index++)
        {
            ulong[] word = [bench.System.Load(table + index * Descriptors.Size)];
            var address = input + (index << granule.LevelShift(level));
            switch (Descriptors.KindOf(word[0], granule, level))
            {
                case DescriptorKind.Table:
                    var next = new Stage1Table(word).NextTable(granule);
                    Line(address, level, Stage1Table.Layout, word);
                    Table(next, level + 1, 1ul << granule.BitsPerLevel, address, indent + "  ");
                    break;
                case DescriptorKind.Block or DescriptorKind.Page:
                    Line(address, level, Stage1Leaf.Layout, word);
                    break;
                default:
                    break;
            }
        }

        void Line(ulong address, int level, Layout layout, ulong[] word) =>
            _text.Append(
                $"{indent}0x{address:x12}  level {level}  {word[0]:x16}  {LayoutText.Line(layout, word)}\n"
            );
    }
}
