using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>A stage 1 of a guest: a context descriptor and its tables, in the guest's memory.</summary>
internal sealed class GuestSpace
{
    private readonly GuestMemory _memory;
    private readonly HandMadeTables _tables;
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
        _tables = new(memory, page, profile.IDR0.TTENDIAN == WalkEndianness.Big);
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
        _tables.Map(address, output, attributes);

    /// <summary>Unmaps a page, and tells nobody.</summary>
    public void Unmap(Iova address) => _tables.Unmap(address);

    /// <summary>Writes the context descriptor, and tells nobody.</summary>
    public void WriteContext(Func<Cd, Cd>? adjust = null)
    {
        var granule = _tables.Granule;
        var cd = new Cd
        {
            V = true,
            AA64 = true,
            T0SZ = 64 - HandMadeTables.InputBits,
            TG0 = granule.ToTg0(),
            ENDI = _profile.IDR0.TTENDIAN == WalkEndianness.Big,
            TTB0 = _tables.Root.Value,
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
}
