using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>A random world in the memory of a rig: one stream, its tables, and its accesses.</summary>
internal sealed class World
{
    /// <summary>The stream.</summary>
    public static readonly StreamId Nic = 0xd;

    private const ulong Data = 0x1_c000_0000;
    private const ulong Middle = 0x2_4000_0000;

    private static readonly ulong[] SecondTypes = [15, 0, 15, 2, 5, 10, 15, 3];

    private static readonly Profile[] Hardware =
    [
        Profiles.Mmu700,
        Profiles.Maximal,
        Profiles.BigEndian,
        Profiles.Granule64K,
        Profiles.Granule16K,
    ];

    private readonly WorldSpec _spec;
    private readonly Func<Cd, Cd>? _context;
    private readonly Func<Ste, Ste>? _entry;
    private readonly HashSet<PhysicalAddress> _slots = [];
    private readonly TestTables? _first;
    private readonly Stage2Tables? _second;

    /// <summary>Builds the world.</summary>
    /// <param name="spec">What it is like.</param>
    /// <param name="caches">The SMMU caches.</param>
    /// <param name="profile">The hardware; null: one of several.</param>
    /// <param name="context">Changes the CD.</param>
    /// <param name="entry">Changes the entry.</param>
    public World(
        WorldSpec spec,
        bool caches = false,
        Profile? profile = null,
        Func<Cd, Cd>? context = null,
        Func<Ste, Ste>? entry = null
    )
    {
        (_spec, _context, _entry) = (spec, context, entry);
        var shape = spec.Shape;
        Profile = profile ?? Hardware[shape % Hardware.Length];
        Stages = (int)(shape / 8 % 3);
        Rig = new TranslationRig(Profile, caches, new StrtabBaseCfg { LOG2SIZE = 6 });
        if (Stages == 0)
            (_first, _) = Rig.Attach(Nic, adjust: Controlled, adjustEntry: Controlled);
        else if (Stages == 1)
            _second = Rig.AttachStage2(Nic, adjustEntry: Controlled);
        else
            (_first, _second, _) = Rig.AttachNested(
                Nic,
                adjust: Controlled,
                adjustEntry: Controlled
            );
        foreach (var mapping in spec.First)
            MapFirst(mapping);
        foreach (var mapping in spec.Second)
            MapSecond(mapping);
    }

    /// <summary>The hardware.</summary>
    public Profile Profile { get; }

    /// <summary>0: stage 1; 1: stage 2; 2: both.</summary>
    public int Stages { get; }

    /// <summary>The machine.</summary>
    public TranslationRig Rig { get; }

    /// <summary>Address of the entry.</summary>
    public PhysicalAddress Entry => Rig.SteAt(Nic);

    /// <summary>The transactions.</summary>
    public IEnumerable<Transaction> Accesses =>
        _spec.Probes.Select(probe =>
        {
            var kind = probe.Kind;
            return new Transaction
            {
                Stream = Nic,
                Address = AddressOf(probe.Place) + (kind % 512 * 8),
                Write = kind / 2 % 2 != 0,
                Instruction = kind / 4 % 4 == 0,
                Privileged = kind / 16 % 2 != 0,
            };
        });

    /// <summary>Forgets everything that was cached.</summary>
    public void Forget()
    {
        Rig.Send(new TlbiNsnhAll());
        Rig.Send(CfgiSteRange.All);
        Rig.Send(new TlbiNsnhAll());
        Rig.Send(new Sync());
    }

    /// <summary>Stores one descriptor more, and tells nobody.</summary>
    public void Change(Mapping mapping)
    {
        if (Stages != 1)
            MapFirst(mapping);
        else
            MapSecond(mapping);
    }

    /// <summary>Every descriptor that the world is made of, as it stands now.</summary>
    public ulong[] Descriptors() => [.. _slots.Select(slot => Rig.Memory.Read64(slot))];

    private Cd Controlled(Cd cd)
    {
        var controls = _spec.Controls;
        cd = cd with
        {
            // Device-nGnRnE, -nGnRE and -GRE, Non-cacheable; Write-Through and thrice Write-Back.
            MAIR0 = 0x440c_0400,
            MAIR1 = 0xffff_ffbb,
            WXN = (controls & 1) != 0,
            PAN = (controls & 2) != 0,
            TBI0 = (controls & 4) != 0,
            AFFD = (controls & 8) != 0,
            HAD0 = Profile.IDR3.HAD && (controls & 16) != 0,
            IPS = (controls & 32) != 0 ? PhysicalSize.Bits36 : cd.IPS,
        };
        return _context?.Invoke(cd) ?? cd;
    }

    private Ste Controlled(Ste entry)
    {
        entry = entry with
        {
            S2AFFD = (_spec.Controls & 64) != 0,
            S2PS = (_spec.Controls & 128) != 0 ? PhysicalSize.Bits36 : entry.S2PS,
        };
        return _entry?.Invoke(entry) ?? entry;
    }

    private void MapFirst(Mapping mapping)
    {
        if (_first is null)
            return;
        var level = 3 - (int)(mapping.Level % 3);
        if (level < _first.StartLevel)
            return;
        var word = WordOf(mapping, _first.Granule, level, Middle);
        // nG [11], AP [7:6], PXN [53], UXN [54].
        var flags = mapping.Flags;
        word |= 1ul << 11;
        // AttrIndx [4:2].
        word |= (ulong)(flags >> 7 & 7) << 2;
        word |= (ulong)(flags >> 1 & 3) << 6;
        word |= (ulong)(flags >> 5 & 3) << 53;
        // A table, or what only looks like one, limits what is below: APTable and XNTable [62:59].
        if (level < 3 && flags % 16 == 9)
            word =
                (_first.Read(AddressOf(mapping.Place), level) | 3) & ~(0xful << 59)
                | (ulong)(flags >> 8 & 15) << 59;
        _first.Put(AddressOf(mapping.Place), level, word);
        _slots.Add(_first.SlotOf(AddressOf(mapping.Place), level));
    }

    private void MapSecond(Mapping mapping)
    {
        if (_second is null)
            return;
        var level = 3 - (int)(mapping.Level % 2);
        if (level < _second.StartLevel)
            return;
        var word = WordOf(mapping, _second.Granule, level, Data);
        // S2AP [7:6], XN [54:53].
        var flags = mapping.Flags;
        word |= (ulong)(flags >> 1 & 3) << 6;
        word |= (ulong)(flags >> 5 & 3) << 53;
        // Device, Non-cacheable, Write-Through, Write-Back: MemAttr [5:2].
        word |= SecondTypes[mapping.Flags >> 7 & 7] << 2;
        var place = Stages == 1 ? AddressOf(mapping.Place).Value : OutputOf(mapping.Place, Middle);
        // What the rig's own structures stand in is left alone.
        if (place < 64ul << 20)
            return;
        var ipa = new Ipa(place & ((1ul << 36) - 1));
        _second.Put(ipa, level, word);
        _slots.Add(_second.SlotOf(ipa, level));
    }

    private static ulong WordOf(Mapping mapping, Granule granule, int level, ulong output)
    {
        var flags = mapping.Flags;
        var span = granule.LevelShift(level);
        var type =
            flags % 16 == 0 ? 0ul
            : level == 3 ? 3ul
            : 1ul;
        // Nobody looks at DBM without HTTU; with it, read-only is writable-clean.
        var modifier = (ulong)(flags >> 12 & 1) << 51;
        // SH [9:8]: never the Reserved one.
        var shared = new[] { 0ul, 2ul, 3ul, 3ul }[mapping.Level & 3] << 8;
        // One in eight leads beyond 36 bits, one in eight has no Access flag.
        var target = flags % 8 == 3 ? 1ul << 37 : OutputOf(mapping.Output, output);
        var accessed = flags / 16 % 8 != 5;
        return (target >> span << span) | type | modifier | shared | (accessed ? 1ul << 10 : 0);
    }

    // Few addresses, near one another and far apart, so that descriptors meet.
    private static Iova AddressOf(uint place) =>
        new(
            0x1000_0000ul
                + (place % 5 * 0x1_0000ul)
                + (place / 5 % 3 * 0x0200_0000ul)
                + (place / 15 % 2 * 0x4000_0000ul)
                + (place % 31 == 7 ? 1ul << 57 : 0)
        );

    private static ulong OutputOf(uint place, ulong start) =>
        start + (place % 5 * 0x1_0000ul) + (place / 5 % 3 * 0x0200_0000ul);
}
