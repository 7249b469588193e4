using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Perf.Comparison;

/// <summary>
/// The scene of <c>path.c</c> on the emulator: stream 1 through stage 1, stream 2 through both, 4 KB tables of four
/// levels, 4,096 pages side by side; nobody watches and nobody keeps account.
/// </summary>
internal sealed class Scene
{
    /// <summary>Pages that either stream can reach.</summary>
    public const int Pages = 4096;

    private const ulong First = 0x7f00_4000_0000;
    private const ulong Intermediate = 0x80_0000_0000;
    private const ulong Data = 0x1_0000_0000;
    private const ulong StreamTable = 0x10_0000;
    private const ulong Contexts = 0x20_0000;

    private readonly Machine _machine;
    private readonly Smmu _smmu;
    private ulong _free = 0x40_0000;

    /// <summary>The scene, with a machine that remembers or not.</summary>
    public Scene(bool caches)
    {
        _machine = new Machine(new MachineOptions { Smmus = [Profiles.Mmu700], Caches = caches });
        _smmu = _machine.Smmus[0];
        _smmu.Caches.AdversarialPrefetch = false;

        var (one, nested, second) = (NewTable(), NewTable(), NewTable());
        for (var page = 0ul; page < Pages; page++)
        {
            Map(one, First + page * 4096, Data + page * 4096, Stage1Page);
            Map(nested, First + page * 4096, Intermediate + page * 4096, Stage1Page);
            Map(second, Intermediate + page * 4096, Data + page * 4096, Stage2Page);
        }
        for (var at = 0ul; at < 16 << 20; at += 4096)
            Map(second, at, at, Stage2Page);
        Attach(1, SteConfig.Stage1, one, second);
        Attach(2, SteConfig.Nested, nested, second);
        Enable();
    }

    /// <summary>Sum of the output addresses of so many transactions, one a page in turn.</summary>
    /// <exception cref="InvalidOperationException">A transaction failed.</exception>
    public ulong Translate(uint stream, int pages, Remembered remembered, long count)
    {
        var sum = 0ul;
        for (var (i, page) = (0L, 0); i < count; i++)
        {
            if (page == 0 && remembered == Remembered.Configuration)
                ForgetTranslations();
            var translation = _smmu.Access(
                new Transaction { Stream = stream, Address = First + (ulong)page * 4096 + 8 }
            );
            if (!translation.Passed)
                throw new InvalidOperationException(
                    $"the emulator did not translate: {translation.Event}"
                );
            sum = unchecked(sum + translation.Address.Value);
            page = page + 1 == pages ? 0 : page + 1;
        }
        return sum;
    }

    // Whole translations go; the tables that walks passed stay, as in any SMMU with walk caches.
    private void ForgetTranslations()
    {
        _smmu.Caches.Stage1.Clear();
        _smmu.Caches.Stage2.Clear();
        _smmu.Caches.Combined.Clear();
    }

    private ulong NewTable() => (_free += 4096) - 4096;

    private void Map(ulong table, ulong address, ulong to, Func<ulong, ulong> leaf)
    {
        for (var level = 0; level < 3; level++)
        {
            var at = table + (8 * (address >> (39 - 9 * level) & 511));
            var next = _machine.Memory.Read64(at);
            if (next == 0)
                _machine.Memory.Write64(at, next = NewTable() | 3);
            table = next & ~3ul;
        }
        _machine.Memory.Write64(table + (8 * (address >> 12 & 511)), leaf(to));
    }

    // Valid page, accessed, Inner Shareable; at stage 1 open to all, at stage 2 Normal Write-Back, read and write.
    private static ulong Stage1Page(ulong to) => to | 0x743;

    private static ulong Stage2Page(ulong to) => to | 0x7ff;

    private void Attach(uint stream, SteConfig config, ulong ttb, ulong vttb)
    {
        var context = Contexts + stream * 64;
        Store(
            StreamTable + stream * 64,
            new Ste
            {
                V = true,
                Config = config,
                SHCFG = ShCfg.Incoming,
                S1ContextPtr = context,
                S2VMID = (ushort)stream,
                S2T0SZ = 16,
                S2SL0 = 2,
                S2PS = PhysicalSize.Bits48,
                S2AA64 = true,
                S2TTB = vttb,
                S2R = true,
            }
        );
        Store(
            context,
            new Cd
            {
                V = true,
                AA64 = true,
                T0SZ = 16,
                EPD1 = true,
                IPS = PhysicalSize.Bits48,
                TTB0 = ttb,
                MAIR0 = 0xff,
                R = true,
                A = true,
                ASID = 7,
            }
        );
    }

    private void Store<T>(ulong at, T value)
        where T : struct, ILayout<T>
    {
        for (var word = 0; word < T.Layout.WordCount; word++)
            _machine.Memory.Write64(at + 8ul * (uint)word, value.Word(word));
    }

    private void Enable()
    {
        _smmu.Write64(StrtabBase.Offset, new StrtabBase { ADDR = StreamTable }.Word(0));
        _smmu.Write32(StrtabBaseCfg.Offset, (uint)new StrtabBaseCfg { LOG2SIZE = 4 }.Word(0));
        _smmu.Write32(Cr0.Offset, (uint)new Cr0 { SMMUEN = true }.Word(0));
        _machine.Run();
    }
}
