using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>From a transaction to its event record nothing is allocated: a gate, not a measurement.</summary>
public sealed class TranslationAllocationTests
{
    private static readonly StreamId Nic = 0xd;
    private static readonly Iova Here = 0x10_0000;
    private static readonly Iova Missing = 0x20_0000;
    private static readonly PhysicalAddress Data = 0x1_c000_0000;

    // AF [10] and AP[2] [7] of stage 1, DBM [51].
    private const ulong Flags = 1ul << 10 | 1ul << 7;
    private const ulong Modifier = 1ul << 51;

    /// <summary>Stages, caches, and whether the address is mapped.</summary>
    public static TheoryData<string, bool, bool> Ways
    {
        get
        {
            var ways = new TheoryData<string, bool, bool>();
            foreach (var stages in new[] { "stage1", "stage2", "nested" })
            foreach (var caches in new[] { true, false })
            foreach (var mapped in new[] { true, false })
                ways.Add(stages, caches, mapped);
            return ways;
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_thousand_transactions_allocate_nothing(string stages, bool caches, bool mapped)
    {
        var rig = Built(stages, caches);
        var transaction = new Transaction { Stream = Nic, Address = mapped ? Here : Missing };
        var translator = new Translator(
            new SmmuPort(rig.Memory),
            rig.Smmu.State,
            caches ? new SmmuCaches(rig.Profile) : null
        );
        Assert.Equal(mapped, translator.Translate(in transaction).Passed);

        Allocates(0, () => translator.Translate(in transaction));
    }

    [Fact]
    public void A_thousand_flag_updates_allocate_nothing()
    {
        var rig = new TranslationRig(Profiles.Maximal, caches: false);
        var (tables, _) = rig.Attach(Nic, adjust: HttuScene.Manage);
        tables.Map(Here, Data);
        var (slot, clean) = (
            tables.SlotOf(Here, 3),
            (tables.Read(Here, 3) & ~(1ul << 10)) | (1ul << 7) | Modifier
        );
        var transaction = new Transaction
        {
            Stream = Nic,
            Address = Here,
            Write = true,
        };

        Allocates(
            0,
            () =>
            {
                rig.Memory.Write64(slot, clean);
                rig.Smmu.Access(in transaction);
            }
        );

        Assert.Equal(1ul << 10, rig.Memory.Read64(slot) & Flags);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_thousand_translation_requests_allocate_nothing(bool caches)
    {
        var rig = Built("nested", caches, entry => entry with { EATS = Eats.Full });
        var request = new AtsRequest { Stream = Nic, Address = Here };
        Assert.True(rig.Smmu.Request(in request).Write);

        Allocates(0, () => rig.Smmu.Request(in request));
    }

    [Fact]
    public void A_thousand_translated_transactions_allocate_nothing()
    {
        var rig = Built("nested", caches: true);
        var transaction = new Transaction
        {
            Stream = Nic,
            Address = Data.Value,
            Translated = true,
        };
        Assert.True(rig.Smmu.Access(in transaction).Passed);

        Allocates(0, () => rig.Smmu.Access(in transaction));
    }

    private static void Allocates(long bytes, Action once)
    {
        once();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            once();
        Assert.Equal(bytes, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static TranslationRig Built(
        string stages,
        bool caches,
        Func<Ste, Ste>? adjustEntry = null
    )
    {
        var rig = new TranslationRig(Profiles.Maximal, caches);
        if (stages == "stage2")
        {
            rig.AttachStage2(Nic).Map(Here.Value, Data);
            return rig;
        }
        if (stages == "stage1")
        {
            rig.Attach(Nic).Tables.Map(Here, Data);
            return rig;
        }
        var (tables, second, _) = rig.AttachNested(Nic, adjustEntry: adjustEntry);
        tables.Map(Here, 0x2_4000_0000);
        second.Map(0x2_4000_0000, Data);
        return rig;
    }
}
