using SmmuConformance.Architecture;

namespace SmmuConformance.Conformance.Qemu;

/// <summary>The structures of a scenario, word by word.</summary>
internal sealed class ScenarioImage
{
    /// <summary>The stream that accesses: PCI device 1, function 0.</summary>
    public static readonly StreamId Stream = 8;

    /// <summary>The Stream table, linear, of 256 entries.</summary>
    public static readonly PhysicalAddress Streams = 0x4010_0000;

    /// <summary>ASID of the stream's address space.</summary>
    public const ushort Asid = 5;

    /// <summary>VMID of the stream.</summary>
    public const ushort Vmid = 3;

    /// <summary>The CD.</summary>
    public static readonly PhysicalAddress Context = 0x4100_0000;

    // CD and stage 1 tables are in one stage 2 block of the smallest size, 2 MB.

    private static readonly PhysicalAddress s_tables1 = 0x4101_0000;
    private static readonly PhysicalAddress s_tables2 = 0x4300_0000;

    // Room for sixteen tables of 64 KB side by side.
    private const ulong Room2 = 0x10_0000;

    private readonly Scenario _scenario;
    private readonly Dictionary<PhysicalAddress, ulong> _words = [];
    private readonly Dictionary<Part, (PhysicalAddress At, Layout Layout)> _parts = [];

    /// <summary>Builds it.</summary>
    public ScenarioImage(Scenario scenario)
    {
        _scenario = scenario;
        if (scenario.HasStage1)
            BuildStage1();
        if (scenario.HasStage2)
            BuildStage2();
        Put(Part.Ste, Streams + (64ul * Stream.Value), Entry());
        foreach (var change in scenario.Changes)
            Apply(change);
    }

    /// <summary>What stands in memory; all else is zero.</summary>
    public IEnumerable<KeyValuePair<PhysicalAddress, ulong>> Words => _words;

    /// <summary>The IPA that the address has.</summary>
    public ulong Ipa =>
        _scenario.HasStage1
            ? (_scenario.Output1 & ~Mask(Granule1, _scenario.Leaf1))
                | (_scenario.Address & Mask(Granule1, _scenario.Leaf1))
            : _scenario.Address;

    private Granule Granule1 => Of(_scenario.Page1);
    private Granule Granule2 => Of(_scenario.Page2);

    /// <summary>Makes a change.</summary>
    /// <returns>The word that is different now; null: the scenario has no such structure.</returns>
    public (PhysicalAddress At, ulong Value)? Apply(Change change)
    {
        if (!_parts.TryGetValue(change.Part, out var part))
            return null;
        var field = part.Layout[change.Field];
        var at = part.At + (8ul * (ulong)field.Word);
        var word = _words.GetValueOrDefault(at) & ~field.Mask;
        _words[at] = word | ((change.Value << (field.Low % 64)) & field.Mask);
        return (at, _words[at]);
    }

    /// <summary>A structure as it is now.</summary>
    public T Read<T>(Part part)
        where T : struct, ILayout<T>
    {
        var words = new ulong[T.Layout.WordCount];
        if (_parts.TryGetValue(part, out var found))
            for (var w = 0; w < words.Length; w++)
                words[w] = _words.GetValueOrDefault(found.At + (8ul * (ulong)w));
        return T.FromWords(words);
    }

    private static Granule Of(int page) =>
        page switch
        {
            12 => Granule.Size4K,
            14 => Granule.Size16K,
            _ => Granule.Size64K,
        };

    private static ulong Mask(Granule granule, int level) => granule.LeafSize(level) - 1;

    private void BuildStage1()
    {
        var (granule, bits) = (Granule1, _scenario.Bits1);
        var start = 3 - ((bits - 1 - granule.PageShift) / granule.BitsPerLevel);
        var inside = _scenario.Address & ((1ul << bits) - 1);
        var leaf = Math.Max(_scenario.Leaf1, start);
        var table = s_tables1;
        for (var level = start; level < leaf; level++)
        {
            var next = table + 0x1_0000;
            var slot = table + (8ul * (ulong)granule.Index(level, inside));
            if (level == start)
                Put(Part.Table1, slot, Stage1Table.To(next, granule));
            else
                _words[slot] = Stage1Table.To(next, granule).Word(0);
            table = next;
        }
        var output = _scenario.Output1 & ~Mask(granule, leaf);
        Put(
            Part.Leaf1,
            table + (8ul * (ulong)granule.Index(leaf, inside)),
            Stage1Leaf.To(output, granule, leaf) with
            {
                AF = true,
                nG = true,
                AP = Stage1Ap.ReadWrite,
            }
        );
        Put(Part.Cd, Context, Descriptor());
    }

    private Cd Descriptor()
    {
        var size = (byte)(64 - _scenario.Bits1);
        var cd = new Cd
        {
            V = true,
            AA64 = true,
            A = true,
            R = true,
            ASID = Asid,
            IPS = PhysicalSize.Bits44,
            EPD0 = _scenario.Upper,
            EPD1 = !_scenario.Upper,
            T0SZ = size,
            T1SZ = size,
            TG0 = GranuleEncodings.Tg0OfPages(_scenario.Page1),
            TG1 = _scenario.Page1 switch
            {
                12 => Tg1.Size4K,
                14 => Tg1.Size16K,
                _ => Tg1.Size64K,
            },
        };
        return _scenario.Upper ? cd with { TTB1 = s_tables1 } : cd with { TTB0 = s_tables1 };
    }

    private void BuildStage2()
    {
        // The walk of the structures first: where both meet in a descriptor, it is the same one.
        if (_scenario.HasStage1)
            Map2(Context.Value, Context.Value, 2, Part.Structures2, first: null);
        Map2(Ipa, _scenario.Output2, _scenario.Leaf2, Part.Leaf2, Part.Table2);
    }

    private readonly Dictionary<PhysicalAddress, PhysicalAddress> _next = [];

    private void Map2(ulong ipa, ulong output, int leaf, Part part, Part? first)
    {
        var granule = Granule2;
        leaf = Math.Max(leaf, _scenario.Start2);
        var inside = ipa & ((1ul << _scenario.Bits2) - 1);
        var table = s_tables2;
        for (var level = _scenario.Start2; level < leaf; level++)
        {
            var slot = Slot2(table, level, inside);
            if (!_next.TryGetValue(slot, out var next))
                _next[slot] = next = s_tables2 + (Room2 * (1ul + (ulong)_next.Count));
            if (level == _scenario.Start2 && first is { } name)
                Put(name, slot, Stage2Table.To(next, granule));
            else
                _words.TryAdd(slot, Stage2Table.To(next, granule).Word(0));
            table = next;
        }
        Put(
            part,
            Slot2(table, leaf, inside),
            Stage2Leaf.To(output & ~Mask(granule, leaf), granule, leaf) with
            {
                AF = true,
                S2AP = Stage2Ap.ReadWrite,
                MemAttr = 0b1111,
                SH = Shareability.Inner,
            }
        );
    }

    // The first tables of a walk are side by side, and so one table with more descriptors.
    private PhysicalAddress Slot2(PhysicalAddress table, int level, ulong inside) =>
        level == _scenario.Start2
            ? table + (8ul * (inside >> Granule2.LevelShift(level)))
            : table + (8ul * (ulong)Granule2.Index(level, inside));

    private Ste Entry()
    {
        var ste = new Ste
        {
            V = true,
            Config = _scenario.Config,
            S2VMID = Vmid,
        };
        if (_scenario.HasStage1)
            ste = ste with { S1ContextPtr = Context.Value };
        return !_scenario.HasStage2
            ? ste
            : ste with
            {
                S2T0SZ = (byte)(64 - _scenario.Bits2),
                S2SL0 = (byte)((_scenario.Page2 == 12 ? 2 : 3) - _scenario.Start2),
                S2TG = GranuleEncodings.Tg0OfPages(_scenario.Page2),
                S2PS = PhysicalSize.Bits44,
                S2AA64 = true,
                S2TTB = s_tables2,
                S2R = true,
            };
    }

    private void Put<T>(Part part, PhysicalAddress at, T value)
        where T : struct, ILayout<T>
    {
        _parts[part] = (at, T.Layout);
        for (var w = 0; w < T.Layout.WordCount; w++)
            _words[at + (8ul * (ulong)w)] = value.Word(w);
    }
}
