using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>
/// A few pages in which everything lies: queues, stream table, context descriptors, tables of both stages. Pointers lead
/// from anything to anything, itself included, and sometimes beyond the end of memory.
/// </summary>
internal sealed class FuzzMemory(PhysicalMemory memory, Profile profile, FuzzRandom random)
{
    /// <summary>Bytes of memory. From here up everything aborts.</summary>
    public const ulong Bytes = 32 * 0x1000;

    /// <summary>The stream table: 64 entries.</summary>
    public static readonly PhysicalAddress Streams = 0x1000;

    /// <summary>The Command queue: 32 entries.</summary>
    public static readonly PhysicalAddress Commands = 0x2000;

    /// <summary>The Event queue: 32 entries.</summary>
    public static readonly PhysicalAddress Events = 0x3000;

    /// <summary>The PRI queue: 32 entries.</summary>
    public static readonly PhysicalAddress Requests = 0x4000;

    // One page of context descriptors, and from there up tables.
    private const ulong Contexts = 0x5000;
    private const ulong Tables = 0x8000;

    /// <summary>Fills every table with descriptors, and the page of context descriptors.</summary>
    public void Fill()
    {
        for (var at = Tables; at < Bytes; at += 8)
            Store(at, Descriptor());
        for (var at = Contexts; at < Contexts + 0x1000; at += 64)
            Store(at, Cd());
    }

    /// <summary>Stores one word.</summary>
    public void Store(PhysicalAddress at, ulong word) => memory.TryWrite64(at, word);

    /// <summary>A stream table entry: valid in most fields, sometimes wrong in a few.</summary>
    public void StoreSte(uint stream)
    {
        var idr0 = profile.IDR0;
        var config = (SteConfig)(0b100 | random.Below(4));
        var (granule, startLevel, inputBits) = Stage2Shape();
        var ste = new Ste
        {
            V = true,
            Config = config,
            S1Fmt = idr0.CD2L ? (S1Fmt)random.Below(4) : S1Fmt.Linear,
            S1ContextPtr = Often(Contexts + (64ul * (uint)random.Below(64))),
            S1CDMax = (byte)(random.OneIn(2) ? 0 : random.Below(profile.IDR1.SSIDSIZE + 1)),
            S1DSS = (S1Dss)random.Below(3),
            S2VMID = (ushort)random.Below(3),
            S2T0SZ = (byte)(64 - inputBits),
            S2SL0 = (byte)(granule == Granule.Size4K ? 2 - startLevel & 3 : 3 - startLevel),
            S2TG = Tg0Of(granule),
            S2PS = (PhysicalSize)random.Below(7),
            S2AA64 = !random.OneIn(30),
            S2ENDI = idr0.TTENDIAN == WalkEndianness.Big,
            S2AFFD = random.OneIn(2),
            S2HA = idr0.HTTU != 0 && random.OneIn(3),
            S2HD = idr0.HTTU >= HardwareUpdate.AccessAndDirty && random.OneIn(4),
            S2S = idr0.STALL_MODEL switch
            {
                StallModel.StallOnly => true,
                StallModel.TerminateOnly => false,
                _ => random.OneIn(4),
            },
            S2R = !random.OneIn(4),
            S2PTW = random.OneIn(4),
            S2FWB = profile.IDR3.FWB && random.OneIn(3),
            S2TTB = Often(Table()),
            STRW = random.OneIn(4) ? Strw.El2 : Strw.NsEl1,
            EATS = random.OneIn(4) ? Eats.Full : Eats.Disabled,
            MEV = random.OneIn(2),
            SHCFG = (ShCfg)random.Below(4),
            ALLOCCFG = (byte)random.Below(16),
            MTCFG = random.OneIn(3),
            MemAttr = (MemAttr)random.Below(16),
        };
        Store(Streams + (64ul * stream), ste);
    }

    /// <summary>A context descriptor somewhere in their page.</summary>
    public void StoreCd() => Store(Contexts + (64ul * (uint)random.Below(64)), Cd());

    /// <summary>One descriptor of some table.</summary>
    public void StoreDescriptor() => Store(Table() + (8ul * (uint)random.Below(512)), Descriptor());

    /// <summary>A word of noise anywhere.</summary>
    public void StoreNoise() => Store(random.Next() % Bytes & ~7ul, random.Word());

    // Valid in most fields.
    private Cd Cd()
    {
        var idr0 = profile.IDR0;
        var granule = Supported();
        var other = Supported();
        return new Cd
        {
            V = !random.OneIn(16),
            AA64 = !random.OneIn(30),
            T0SZ = (byte)(16 + random.Below(24)),
            T1SZ = (byte)(16 + random.Below(24)),
            TG0 = Tg0Of(granule),
            TG1 = other.PageShift switch
            {
                12 => Tg1.Size4K,
                14 => Tg1.Size16K,
                _ => Tg1.Size64K,
            },
            TTB0 = Often(Table()),
            TTB1 = Often(Table()),
            EPD0 = random.OneIn(12),
            EPD1 = random.OneIn(3),
            IPS = (PhysicalSize)random.Below(7),
            ENDI = idr0.TTENDIAN == WalkEndianness.Big,
            AFFD = random.OneIn(2),
            HA = idr0.HTTU != 0 && random.OneIn(3),
            HD = idr0.HTTU >= HardwareUpdate.AccessAndDirty && random.OneIn(4),
            S = idr0.STALL_MODEL switch
            {
                StallModel.StallOnly => true,
                StallModel.TerminateOnly => false,
                _ => random.OneIn(4),
            },
            R = !random.OneIn(4),
            A = idr0.TERM_MODEL || random.OneIn(2),
            ASID = (ushort)random.Below(3),
            PAN = random.OneIn(4),
            WXN = random.OneIn(4),
            TBI0 = random.OneIn(3),
            HAD0 = random.OneIn(3),
            E0PD0 = random.OneIn(6),
            IR0 = (Cacheability)random.Below(4),
            OR0 = (Cacheability)random.Below(4),
            MAIR0 = unchecked((uint)random.Next()),
            MAIR1 = unchecked((uint)random.Next()),
        };
    }

    // It leads to a page, to a block or to any table, its own one included; most have the Access flag.
    private ulong Descriptor()
    {
        var kind = random.Of(0b11ul, 0b11ul, 0b11ul, 0b11ul, 0b01ul, 0b00ul);
        var flag = random.OneIn(4) ? 0 : 1ul << 10;
        var word = kind | flag | Often(Table()) | (random.Next() & 0x7878_0000_0000_0bfc);
        return random.OneIn(8) ? random.Mutated(word) : word;
    }

    private ulong Table() =>
        Tables + (0x1000ul * (uint)random.Below((int)((Bytes - Tables) / 0x1000)));

    // The same address, or now and then any other.
    private ulong Often(ulong address) =>
        random.OneIn(24) ? random.Word() & 0x00ff_ffff_ffff_ffc0 : address;

    private Granule Supported()
    {
        for (; ; )
        {
            var granule = Granule.All[random.Below(3)];
            if (profile.IDR5.Supports(granule))
                return granule;
        }
    }

    // A start level and a size that fit one another, most of the time within what the SMMU can put out.
    private (Granule Granule, int StartLevel, int InputBits) Stage2Shape()
    {
        var granule = Supported();
        var startLevel = 1 + random.Below(2);
        var least = ((3 - startLevel) * granule.BitsPerLevel) + granule.PageShift + 1;
        var inputBits = least + random.Below(granule.BitsPerLevel + 3);
        return (granule, startLevel, Math.Clamp(inputBits, 25, profile.OutputAddressBits));
    }

    private static Tg0 Tg0Of(Granule granule) =>
        granule.PageShift switch
        {
            12 => Tg0.Size4K,
            14 => Tg0.Size16K,
            _ => Tg0.Size64K,
        };

    private void Store<T>(PhysicalAddress at, T structure)
        where T : struct, ILayout<T>
    {
        var spoilt = random.OneIn(8);
        for (var w = 0; w < T.Layout.WordCount; w++)
            Store(
                at + (8ul * (uint)w),
                spoilt ? random.Mutated(structure.Word(w)) : structure.Word(w)
            );
    }
}
