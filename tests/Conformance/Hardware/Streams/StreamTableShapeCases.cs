using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>StreamIDs of several SMMUs, and tables with one leaf (§3.2, §6.3.25).</summary>
public sealed class StreamTableShapeCases
{
    private static readonly Ste Bypass = new()
    {
        V = true,
        Config = SteConfig.Bypass,
        SHCFG = ShCfg.Incoming,
    };

    /// <summary>§3.2: each SMMU has a namespace of its own.</summary>
    [Case("hw.streams.namespaces", Level.Architecture, "stream-table.001")]
    public void One_StreamID_means_two_devices_behind_two_SMMUs(Profile profile)
    {
        var machine = new Machine(new MachineOptions { Smmus = [profile, profile] });
        PhysicalAddress[] tables = [0x10_0000, 0x20_0000];
        foreach (var smmu in machine.Smmus)
        {
            var entry = smmu.Index == 0 ? Bypass : Bypass with { Config = SteConfig.Abort };
            for (var word = 0; word < 8; word++)
                machine.Memory.Write64(tables[smmu.Index] + 8ul * (uint)word, entry.Word(word));
            smmu.Write64(StrtabBase.Offset, new StrtabBase { ADDR = tables[smmu.Index] }.Word(0));
            smmu.Write32(StrtabBaseCfg.Offset, 0);
            smmu.Write32(Cr0.Offset, TranslationRig.Word(new Cr0 { SMMUEN = true }));
        }
        machine.Run();

        var first = machine.AddEndpoint(0, 0u).Read(0x1000, new byte[8]);
        var second = machine.AddEndpoint(1, 0u).Read(0x1000, new byte[8]);

        Assert.Equal(DmaOutcome.Done, first.Outcome);
        Assert.Equal(DmaOutcome.Aborted, second.Outcome);
    }

    /// <summary>§6.3.25: one descriptor, of whose leaf only so many entries can be reached; Span may be SPLIT + 1.</summary>
    [Case("hw.streams.one-leaf", Level.Architecture, "stream-table.032", "stream-table.030")]
    [AppliesWhere("SMMU_IDR0.ST_LEVEL", 1)]
    public void A_table_smaller_than_a_leaf_has_one_descriptor(Profile profile)
    {
        var rig = new TranslationRig(
            profile,
            true,
            new StrtabBaseCfg
            {
                FMT = StreamTableFormat.TwoLevel,
                LOG2SIZE = 6,
                SPLIT = 8,
            }
        );
        var leaf = rig.Allocate(64ul << 8, 64ul << 8);
        rig.Store(leaf + (64ul * 63), Bypass);
        rig.Store(leaf + (64ul * 64), Bypass);
        rig.Memory.Write64(rig.StreamTable, leaf.Value | 9);

        Assert.True(rig.Access(63, 0x1000).Passed);
        Assert.False(rig.Access(64, 0x1000).Passed);
        Assert.True(rig.TakeEvent().Is<CBadStreamid>());
    }
}
