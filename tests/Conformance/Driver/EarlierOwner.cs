using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Software that used an SMMU before the driver under test and left it as it was: firmware, a boot loader, a kernel that crashed.</summary>
internal static class EarlierOwner
{
    // Outside what the driver under test can allocate.
    private static readonly PhysicalAddress Table = 0x4000_0000;
    private static readonly PhysicalAddress Commands = 0x4100_0000;
    private static readonly PhysicalAddress Events = 0x4200_0000;
    private const byte StreamBits = 4;

    /// <summary>The stream whose entry it leaves, and which the SMMU has cached.</summary>
    public static StreamId Stream => 1;

    /// <summary>Leaves translation on with a table of its own, of which the SMMU has cached one entry.</summary>
    public static void LeavesOn(TestBench bench, SteConfig config)
    {
        var smmu = bench.Smmu;
        Settle(bench, cr0: default);
        for (var stream = 0u; stream < 1u << StreamBits; stream++)
            Store(bench, Table + 64ul * stream, new Ste { V = true, Config = config });
        smmu.Write64(StrtabBase.Offset, new StrtabBase { ADDR = Table }.Value);
        smmu.Write32(StrtabBaseCfg.Offset, new StrtabBaseCfg { LOG2SIZE = StreamBits }.Value);
        Settle(bench, new Cr0 { SMMUEN = true });
        smmu.Access(Read(Stream, 0x1000));
        Forget(bench);
    }

    /// <summary>Leaves the interrupts on.</summary>
    public static void LeavesInterruptsOn(TestBench bench)
    {
        bench.Smmu.Write32(
            IrqCtrl.Offset,
            new IrqCtrl { GERROR_IRQEN = true, EVENTQ_IRQEN = true }.Value
        );
        Settle(bench, default);
        Forget(bench);
    }

    /// <summary>Leaves a command queue that has stopped at an illegal command, with its error active.</summary>
    public static void LeavesACommandError(TestBench bench)
    {
        var smmu = bench.Smmu;
        bench.Machine.Memory.Write64(Commands, 0xff);
        smmu.Write64(CmdqBase.Offset, new CmdqBase { ADDR = Commands, LOG2SIZE = 4 }.Value);
        smmu.Write32(CmdqCons.Offset, 0);
        smmu.Write32(CmdqProd.Offset, 0);
        Settle(bench, new Cr0 { CMDQEN = true });
        smmu.Write32(CmdqProd.Offset, new CmdqProd { WR = 1 }.Value);
        smmu.Run();
        Assert.True(Errors(bench).CMDQ_ERR, "the earlier owner's command should have been refused");
        Forget(bench);
    }

    /// <summary>Leaves queues running: commands and events.</summary>
    public static void LeavesQueuesOn(TestBench bench)
    {
        var smmu = bench.Smmu;
        smmu.Write64(CmdqBase.Offset, new CmdqBase { ADDR = Commands, LOG2SIZE = 4 }.Value);
        smmu.Write32(CmdqCons.Offset, 3);
        smmu.Write32(CmdqProd.Offset, 3);
        smmu.Write64(EventqBase.Offset, new EventqBase { ADDR = Events, LOG2SIZE = 0 }.Value);
        smmu.Write32(smmu.Profile.Located(EventqProd.Offset), 0);
        smmu.Write32(smmu.Profile.Located(EventqCons.Offset), 0);
        Settle(bench, new Cr0 { CMDQEN = true, EVENTQEN = true });
        Forget(bench);
    }

    /// <summary>The errors that are active.</summary>
    public static GError Errors(TestBench bench) =>
        new(bench.Smmu.Read32(GError.Offset) ^ bench.Smmu.Read32(GErrorN.Offset));

    /// <summary>A read by a device.</summary>
    public static Transaction Read(StreamId stream, Iova address) =>
        new() { Stream = stream, Address = address };

    private static void Settle(TestBench bench, Cr0 cr0)
    {
        bench.Smmu.Write32(Cr0.Offset, cr0.Value);
        while (bench.Smmu.Read32(Cr0Ack.Offset) != cr0.Value)
            bench.Smmu.Run();
    }

    private static void Store(TestBench bench, PhysicalAddress at, Ste ste)
    {
        for (var word = 0; word < Ste.Layout.WordCount; word++)
            bench.Machine.Memory.Write64(at + 8ul * (ulong)word, ste.Word(word));
    }

    // What the earlier owner did is not the driver's.
    private static void Forget(TestBench bench) => bench.TakeViolations();
}
