using System.Buffers.Binary;
using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware.Layouts;

/// <summary>One stream with a valid translation, whose STE and CD are then changed bit by bit in memory.</summary>
internal sealed class ReservedBitsScene
{
    private readonly TranslationRig _rig;
    private readonly SteConfig _config;
    private PhysicalAddress _cd;
    private bool _attached;

    /// <summary>An SMMU, and which stages the stream will have.</summary>
    public ReservedBitsScene(Profile profile, SteConfig config)
    {
        if (((int)config & 0b001) != 0 && !profile.IDR0.S1P)
            throw VerdictException.NotApplicable("SMMU_IDR0.S1P is 0");
        if (((int)config & 0b010) != 0 && !profile.IDR0.S2P)
            throw VerdictException.NotApplicable("SMMU_IDR0.S2P is 0");
        (_rig, _config) = (new TranslationRig(profile), config);
    }

    /// <summary>What becomes of a read of a page; the first time the stream is set up for it.</summary>
    public Translation Reach(StreamId stream, Iova page)
    {
        if (!_attached)
            Attach(stream, page);
        _attached = true;
        return _rig.Access(stream, page);
    }

    /// <summary>Sets bits of the STE, and announces it.</summary>
    public void SetInSte(StreamId stream, int high, int low)
    {
        Set(_rig.SteAt(stream), high, low);
        _rig.Send(new CfgiSte { StreamID = stream });
    }

    /// <summary>Sets bits of the CD, and announces it with all that was translated through it.</summary>
    public void SetInCd(StreamId stream, int high, int low)
    {
        Set(_cd, high, low);
        _rig.Send(new CfgiCd { StreamID = stream });
        _rig.Send(new TlbiNsnhAll());
    }

    private void Attach(StreamId stream, Iova page)
    {
        if (_config == SteConfig.Stage2)
        {
            _rig.StoreSte(stream, WithStage2(new Ste { V = true, Config = _config }));
            _rig.Send(new CfgiSte { StreamID = stream });
            return;
        }
        (var tables, _cd) = _rig.Attach(
            stream,
            adjustEntry: ste =>
                _config == SteConfig.Nested ? WithStage2(ste with { Config = _config }) : ste
        );
        tables.Map(page, 0x0800_0000);
    }

    // Four blocks of a gigabyte, each mapped to itself: a table of level 1 for 32-bit addresses.
    private Ste WithStage2(Ste ste)
    {
        var table = _rig.Allocate(4096, 4096);
        for (var block = 0ul; block < 4; block++)
        {
            var leaf = Stage2Leaf.To(block << 30, Granule.Size4K, level: 1) with
            {
                AF = true,
                S2AP = Stage2Ap.ReadWrite,
                MemAttr = 0b1111,
                SH = Shareability.Inner,
            };
            _rig.Memory.Write64(table + (8 * block), InTableOrder(leaf.Word(0)));
        }
        return ste with
        {
            S2T0SZ = 32,
            S2SL0 = 1,
            S2TG = Tg0.Size4K,
            S2PS = _rig.Profile.IDR5.OAS,
            S2AA64 = true,
            S2ENDI = BigEndian,
            S2S = _rig.Profile.IDR0.STALL_MODEL == StallModel.StallOnly,
            S2R = true,
            S2TTB = table,
        };
    }

    private bool BigEndian => _rig.Profile.IDR0.TTENDIAN == WalkEndianness.Big;

    private ulong InTableOrder(ulong word) =>
        BigEndian ? BinaryPrimitives.ReverseEndianness(word) : word;

    private void Set(PhysicalAddress start, int high, int low)
    {
        for (var bit = low; bit <= high; bit++)
        {
            var word = start + (8ul * ((ulong)bit / 64));
            _rig.Memory.Write64(word, _rig.Memory.Read64(word) | (1ul << (bit % 64)));
        }
    }
}
