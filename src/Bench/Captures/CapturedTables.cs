using SmmuConformance.Architecture;

namespace SmmuConformance.Bench;

/// <summary>
/// The stream table, the CDs and the level 1 descriptors as the stores of a capture have left them so far. Memory not
/// stored to is zero.
/// </summary>
public sealed class CapturedTables
{
    private const int EntryWords = 8;

    private readonly Dictionary<StreamId, ulong[]> _entries = [];
    private readonly Dictionary<PhysicalAddress, ulong[]> _cds = [];
    private readonly Dictionary<PhysicalAddress, L1Cd> _l1Cds = [];
    private readonly Dictionary<uint, L1Std> _l1Stds = [];

    /// <summary>Every CD that was ever stored to.</summary>
    public IEnumerable<PhysicalAddress> CdAddresses => _cds.Keys;

    /// <summary>The entry of a stream.</summary>
    public Ste Ste(StreamId stream) =>
        new(_entries.GetValueOrDefault(stream) ?? new ulong[EntryWords]);

    /// <summary>The CD at an address.</summary>
    public Cd Cd(PhysicalAddress address) =>
        new(_cds.GetValueOrDefault(address) ?? new ulong[EntryWords]);

    /// <summary>The level 1 context descriptor at an address.</summary>
    public L1Cd L1Cd(PhysicalAddress address) => _l1Cds.GetValueOrDefault(address);

    /// <summary>The level 1 stream table descriptor of an index.</summary>
    public L1Std L1Std(uint index) => _l1Stds.GetValueOrDefault(index);

    /// <summary>The CD that a stream's entry leads to, or all zero if it leads to none.</summary>
    public Cd CdOf(Ste ste, SubstreamId substream = default) =>
        CdAddressOf(ste, substream) is { } address ? Cd(address) : default;

    /// <summary>Where the CD lies that a stream's entry leads to; null if it leads to none.</summary>
    public PhysicalAddress? CdAddressOf(Ste ste, SubstreamId substream = default)
    {
        if (!ste.Stage1)
            return null;
        var index = substream.Value;
        var table = ste.S1ContextPtr;
        // A leaf of 64 KiB holds 1024 CDs. §5.2
        if (ste.Substreams && ste.S1Fmt == S1Fmt.TwoLevel64K)
        {
            table = L1Cd(table + 8ul * (index >> 10)).L2Ptr;
            index &= 0x3ff;
        }
        return table + 64ul * index;
    }

    /// <summary>Carries out one event; register accesses and commands change no table.</summary>
    public void Apply(CaptureEvent happened)
    {
        switch (happened)
        {
            case SteFill fill:
                for (var stream = fill.First.Value; stream <= fill.Last.Value; stream++)
                    _entries[stream] = Words(fill.Ste);
                break;
            case SteStore store:
                WordsAt(_entries, store.Stream)[store.Word] = store.Value;
                break;
            case CdStore store:
                WordsAt(_cds, store.Cd)[store.Word] = store.Value;
                break;
            case L1StdStore store:
                _l1Stds[store.Index] = store.Descriptor;
                break;
            case L1CdStore store:
                _l1Cds[store.Address] = store.Descriptor;
                break;
            case L1StdClear:
                _l1Stds.Clear();
                break;
        }
    }

    private static ulong[] Words(Ste ste)
    {
        var words = new ulong[EntryWords];
        for (var w = 0; w < words.Length; w++)
            words[w] = ste.Word(w);
        return words;
    }

    private static ulong[] WordsAt<TKey>(Dictionary<TKey, ulong[]> table, TKey key)
        where TKey : notnull
    {
        if (!table.TryGetValue(key, out var words))
            table.Add(key, words = new ulong[EntryWords]);
        return words;
    }
}
