using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware.Layouts;

/// <summary>Queues of every size: what of a pointer is index, what is the wrap bit, and where an entry lies. §3.5</summary>
public sealed class QueueSizes
{
    // Aligned to the largest queue, and far from everything else.
    private static readonly PhysicalAddress Start = new(0x4000_0000);

    /// <summary>log2 of the entries.</summary>
    public static IEnumerable<int> Sizes => [0, 1, 3, 5];

    /// <summary>§3.5.1: the wrap bit stands above the index, and both together count entries.</summary>
    [Case("hw.queues.sizes", Level.Architecture, "queues.002", "queues.003")]
    [Rows(nameof(Sizes))]
    public void A_Command_queue_of_any_size_goes_round(Profile profile, int log2)
    {
        var rig = StartCommands(profile, (byte)log2, at: 0);

        for (var count = 0u; count <= 2u << log2; count++)
            Consume(rig, log2, count);
    }

    /// <summary>§3.5.1</summary>
    [Case("hw.events.sizes", Level.Architecture, "queues.002", "queues.003")]
    [Rows(nameof(Sizes))]
    public void An_Event_queue_of_any_size_goes_round(Profile profile, int log2)
    {
        var rig = StartEvents(profile, (byte)log2, at: 0);

        for (var count = 0u; count <= 2u << log2; count++)
            Produce(rig, log2, count);
    }

    /// <summary>§6.3.26, §6.3.2: more than there can be acts as the most there can be, and reads as written.</summary>
    [Case("hw.queues.capped", Level.Architecture, "queues.025")]
    public void A_Command_queue_is_no_larger_than_the_SMMU_has(Profile profile)
    {
        var (log2, asked) = (profile.IDR1.CMDQS, (byte)(profile.IDR1.CMDQS + 1));
        var last = (1u << log2) - 1;
        var rig = StartCommands(profile, asked, last);

        for (var count = last; count <= last + 2; count++)
            Consume(rig, log2, count);

        Assert.Equal(asked, rig.Read<CmdqBase>().LOG2SIZE);
    }

    /// <summary>§6.3.29, §6.3.2</summary>
    [Case("hw.events.capped", Level.Architecture, "queues.024")]
    public void An_Event_queue_is_no_larger_than_the_SMMU_has(Profile profile)
    {
        var (log2, asked) = (profile.IDR1.EVENTQS, (byte)(profile.IDR1.EVENTQS + 1));
        var last = (1u << log2) - 1;
        var rig = StartEvents(profile, asked, last);

        for (var count = last; count <= last + 2; count++)
            Produce(rig, log2, count);

        Assert.Equal(asked, rig.Read<EventqBase>().LOG2SIZE);
    }

    private static Rig StartCommands(Profile profile, byte log2, uint at)
    {
        var rig = new Rig(profile);
        rig.Write(new CmdqBase { ADDR = Start, LOG2SIZE = log2 });
        rig.Write(new CmdqProd { WR = at });
        rig.Write(new CmdqCons { RD = at });
        rig.Enable(new Cr0 { CMDQEN = true });
        return rig;
    }

    private static Rig StartEvents(Profile profile, byte log2, uint at)
    {
        var rig = new Rig(profile);
        rig.PlaceQueues();
        rig.Write(new EventqBase { ADDR = Start, LOG2SIZE = log2 });
        rig.Write(new EventqProd { WR = at });
        rig.Write(new EventqCons { RD = at });
        rig.Enable(new Cr0 { CMDQEN = true, EVENTQEN = true });
        rig.StartTranslation();
        return rig;
    }

    // Only the slot that comes next holds a command; every other holds zeros, which are none.
    private static void Consume(Rig rig, int log2, uint count)
    {
        var slot = Start + (16ul * (count & ((1u << log2) - 1)));
        rig.Memory.Write64(slot, 0x46);

        rig.Write(new CmdqProd { WR = Pointer(count + 1, log2) });

        Assert.Equal(Pointer(count + 1, log2), rig.Read<CmdqCons>().RD);
        Assert.Equal(Pointer(count + 1, log2), Pointer(rig.Read<CmdqProd>().WR, log2));
        rig.Memory.Write64(slot, 0);
    }

    // The consumer follows, so that there is always room.
    private static void Produce(Rig rig, int log2, uint count)
    {
        var slot = Start + (32ul * (count & ((1u << log2) - 1)));

        rig.CauseEvent();

        Assert.Equal(Pointer(count + 1, log2), rig.Read<EventqProd>().WR);
        Assert.Equal(Pointer(count, log2), Pointer(rig.Read<EventqCons>().RD, log2));
        Assert.Equal(0x02ul, rig.Memory.Read64(slot) & 0xff);
        rig.Memory.Write64(slot, 0);
        rig.Write(new EventqCons { RD = Pointer(count + 1, log2) });
    }

    // Index and wrap bit; what stands above them may be anything.
    private static uint Pointer(uint count, int log2) => count & ((2u << log2) - 1);
}
