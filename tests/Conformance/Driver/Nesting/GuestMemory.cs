using System.Buffers.Binary;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Memory of a guest: so many bytes from an IPA on, which the host has mapped somewhere.</summary>
internal sealed class GuestMemory
{
    private readonly TestBench _bench;
    private readonly PhysicalAddress _host;
    private ulong _used;

    /// <summary>Bytes it has.</summary>
    public const ulong Bytes = 0x80_0000;

    /// <summary>Where the guest sees it.</summary>
    public static readonly Ipa Start = 0x4000_0000;

    /// <summary>Maps it into a stage 2 domain.</summary>
    public GuestMemory(TestBench bench, DomainHandle parent, PhysicalAddress host)
    {
        (_bench, _host) = (bench, host);
        bench.Must(bench.Map(parent, Start.Value, host, Bytes));
    }

    /// <summary>The next free IPA, zeroed.</summary>
    public Ipa Allocate(ulong bytes, ulong alignment = 64)
    {
        _used = (_used + alignment - 1) & ~(alignment - 1);
        var at = Start + _used;
        _used += bytes;
        Assert.InRange(_used, 0ul, Bytes);
        return at;
    }

    /// <summary>Where the host has an IPA.</summary>
    public PhysicalAddress HostOf(Ipa at) => _host + (at.Value - Start.Value);

    /// <summary>Stores a word.</summary>
    public void Write(Ipa at, ulong value) => _bench.Machine.Memory.Write64(HostOf(at), value);

    /// <summary>Loads a word; zero where nothing was stored.</summary>
    public ulong Read(Ipa at) =>
        _bench.Machine.Memory.TryRead64(HostOf(at), out var word) ? word : 0;

    /// <summary>Stores a structure.</summary>
    public void Store<T>(Ipa at, T value)
        where T : struct, ILayout<T>
    {
        for (var i = 0; i < T.Layout.WordCount; i++)
            Write(at + 8ul * (ulong)i, value.Word(i));
    }
}

/// <summary>A stage 1 of a guest: a context descriptor and its tables, in the guest's memory.</summary>
internal sealed class GuestSpace
{
    private const int InputBits = 48;

    private readonly GuestMemory _memory;
    private readonly Granule _granule;
    private readonly bool _bigEndian;
    private readonly Ipa _root;
    private readonly Profile _profile;
    private readonly int _outputBits;

    /// <summary>An empty address space.</summary>
    /// <param name="memory">The guest's memory.</param>
    /// <param name="profile">The hardware, which the guest knows.</param>
    /// <param name="page">Bytes of a page.</param>
    /// <param name="asid">The guest's ASID.</param>
    /// <param name="outputBits">Bits of an IPA.</param>
    public GuestSpace(GuestMemory memory, Profile profile, ulong page, ushort asid, int outputBits)
    {
        (_memory, _profile, _outputBits) = (memory, profile, outputBits);
        _granule = page switch
        {
            0x1000 => Granule.Size4K,
            0x4000 => Granule.Size16K,
            _ => Granule.Size64K,
        };
        _bigEndian = profile.IDR0.TTENDIAN == WalkEndianness.Big;
        _root = memory.Allocate(page, page);
        Context = memory.Allocate(64);
        Asid = new Asid(asid);
        WriteContext();
    }

    /// <summary>IPA of the context descriptor.</summary>
    public Ipa Context { get; }

    /// <summary>The guest's tag.</summary>
    public Asid Asid { get; }

    /// <summary>Maps a page.</summary>
    public void Map(Iova address, Ipa output, byte attributes = 0) =>
        Put(
            address,
            (
                Stage1Leaf.To(output.Value, _granule, 3) with
                {
                    AF = true,
                    nG = true,
                    AP = Stage1Ap.ReadWrite,
                    AttrIndx = attributes,
                    SH = Shareability.Inner,
                }
            ).Word(0)
        );

    /// <summary>Unmaps a page, and tells nobody.</summary>
    public void Unmap(Iova address) => Put(address, 0);

    /// <summary>Writes the context descriptor, and tells nobody.</summary>
    public void WriteContext(Func<Cd, Cd>? adjust = null)
    {
        var cd = new Cd
        {
            V = true,
            AA64 = true,
            T0SZ = 64 - InputBits,
            TG0 =
                _granule == Granule.Size4K ? Tg0.Size4K
                : _granule == Granule.Size16K ? Tg0.Size16K
                : Tg0.Size64K,
            ENDI = _bigEndian,
            TTB0 = _root.Value,
            EPD1 = true,
            IPS = PhysicalSizes.AtLeast(_outputBits),
            R = true,
            A = true,
            S = _profile.IDR0.STALL_MODEL == StallModel.StallOnly,
            ASET = true,
            ASID = Asid,
            // Index 0 Write-Back, 1 Non-cacheable.
            MAIR0 = 0x44ff,
        };
        _memory.Store(Context, adjust?.Invoke(cd) ?? cd);
    }

    private void Put(Iova address, ulong descriptor)
    {
        var level = 3 - ((InputBits - 1 - _granule.PageShift) / _granule.BitsPerLevel);
        var table = _root;
        for (; level < 3; level++)
        {
            var slot = table + 8ul * (ulong)_granule.Index(level, address.Value);
            var word = InOrder(_memory.Read(slot));
            if ((word & 1) == 0)
            {
                var next = _memory.Allocate(_granule.PageSize, _granule.PageSize);
                word = Stage1Table.To(next.Value, _granule).Word(0);
                _memory.Write(slot, InOrder(word));
            }

            table = new Stage1Table(word).NextTable(_granule).Value;
        }

        _memory.Write(table + 8ul * (ulong)_granule.Index(3, address.Value), InOrder(descriptor));
    }

    private ulong InOrder(ulong word) =>
        _bigEndian ? BinaryPrimitives.ReverseEndianness(word) : word;
}
