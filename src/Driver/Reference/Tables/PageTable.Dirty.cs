using SmmuConformance.Architecture;

namespace SmmuConformance.Driver.Reference;

// What hardware notes in the leaves: it makes writable, and so dirty, what is clean. Arm ARM D8.5.2
internal sealed partial class PageTable
{
    /// <summary>The leaves of a range that were written.</summary>
    /// <param name="address">First address.</param>
    /// <param name="bytes">Size.</param>
    /// <param name="clean">They are clean from now on; hardware notes a write anew once it has forgotten them.</param>
    public ForgottenRanges FindDirty(Iova address, ulong bytes, bool clean)
    {
        var found = new ForgottenRanges();
        _gate.Enter();
        Visit(
            Root,
            Format.StartLevel,
            new AddressSpan(address.Value, address.Value + bytes),
            (slot, leaf, level, whole) =>
            {
                if (!Stage1Tables.IsDirty(leaf))
                    return;
                found.Add(new ForgottenRange(whole.First, whole.Bytes, level, Leaf: true));
                if (clean)
                    Exchange(slot, leaf, Stage1Tables.With(leaf, dirty: false));
            }
        );
        _gate.Leave();
        return found;
    }

    /// <summary>The leaves of a range count as written, those that can be.</summary>
    public void MarkDirty(ForgottenRange range)
    {
        _gate.Enter();
        Visit(
            Root,
            Format.StartLevel,
            new AddressSpan(range.Address.Value, range.Address.Value + range.Bytes),
            (slot, leaf, _, _) =>
            {
                if (leaf.DBM)
                    Exchange(slot, leaf, Stage1Tables.With(leaf, dirty: true));
            }
        );
        _gate.Leave();
    }

    private delegate void Visitor(
        PhysicalAddress slot,
        Stage1Leaf leaf,
        int level,
        AddressSpan whole
    );

    // Each leaf of a range, whole, also where the range cuts it.
    private void Visit(PhysicalAddress table, int level, AddressSpan range, Visitor visit)
    {
        foreach (var part in range.Parts(Granule, level))
        {
            var slot = SlotOf(table, level, part);
            var word = Load(slot);
            var kind = KindOf(word, level);
            if (kind == DescriptorKind.Table)
            {
                Visit(NextTable(word), level + 1, part, visit);
            }
            else if (kind != DescriptorKind.Invalid)
            {
                var size = Granule.LeafSize(level);
                var first = part.First & ~(size - 1);
                visit(slot, new Stage1Leaf(word), level, new AddressSpan(first, first + size));
            }
        }
    }

    // Hardware may make a clean leaf dirty at any moment, but nothing else, and nobody else is here. §3.13
    private void Exchange(PhysicalAddress slot, Stage1Leaf old, Stage1Leaf next) =>
        _memory.CompareExchange(slot, InTableOrder(old.Word(0)), InTableOrder(next.Word(0)));
}
