using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>A device that asks for pages, and a PRI queue of four entries.</summary>
internal sealed class PriScene
{
    /// <summary>Entries of the queue.</summary>
    public const int Entries = 4;

    private const uint Wrap = 2 * Entries;

    /// <summary>The scene; the queue is enabled and empty.</summary>
    public PriScene(
        Profile profile,
        bool last = false,
        Func<MachineOptions, MachineOptions>? change = null
    )
    {
        Rig = new TranslationRig(profile, change ?? (options => options));
        Device = new AddressTranslationCache(Rig.Smmu, AtsScene.Nic);
        Rig.Smmu.Connect(Device);
        Queue = Rig.Allocate(16 * Entries, 64);
        Rig.Disable();
        Rig.Smmu.Write64(PriqBase.Offset, new PriqBase { ADDR = Queue, LOG2SIZE = 2 }.Word(0));
        Rig.Write32(PriqProd.Offset, 0);
        Rig.Write32(PriqCons.Offset, 0);
        Rig.Write32(PriqIrqCfg2.Offset, TranslationRig.Word(new PriqIrqCfg2 { LO = last }));
        Rig.Write32(IrqCtrl.Offset, TranslationRig.Word(new IrqCtrl { PRIQ_IRQEN = true }));
        Enable();
    }

    /// <summary>The hardware.</summary>
    public TranslationRig Rig { get; }

    /// <summary>The device, which keeps what it is answered.</summary>
    public AddressTranslationCache Device { get; }

    /// <summary>The queue in memory.</summary>
    public PhysicalAddress Queue { get; }

    /// <summary>PRIQ_PROD.</summary>
    public PriqProd Producer => new(Rig.Smmu.Read32(PriqProd.Offset));

    /// <summary>Takes the queue's interrupt: whether there was one.</summary>
    public bool TakeInterrupt() => Rig.Smmu.Lines.Take(InterruptLine.PriQueue);

    /// <summary>Switches the queue, or all of the SMMU, on or off.</summary>
    public void Enable(bool pages = true, bool smmu = true) =>
        Rig.Write32(
            Cr0.Offset,
            TranslationRig.Word(
                new Cr0
                {
                    SMMUEN = smmu,
                    CMDQEN = true,
                    EVENTQEN = true,
                    PRIQEN = pages,
                }
            )
        );

    /// <summary>A device asks for a page.</summary>
    public void Ask(
        ushort group,
        bool last = true,
        uint? pasid = null,
        bool write = true,
        bool read = true,
        StreamId? stream = null,
        bool privileged = false,
        bool execute = false
    ) =>
        Rig.Smmu.RequestPage(
            new PriQueueEntry
            {
                StreamID = stream ?? AtsScene.Nic,
                SSV = pasid is not null,
                SubstreamID = pasid ?? 0,
                PRGIndex = group,
                Last = last,
                W = write,
                R = read,
                Priv = privileged,
                X = execute,
                PageAddress = 0x40_0000ul + (group * 0x1000ul),
            }
        );

    /// <summary>A Stop PASID marker.</summary>
    public void Stop(uint pasid) => Ask(0, last: true, pasid, write: false, read: false);

    /// <summary>Fills the queue, and forgets what came of it.</summary>
    public void Fill()
    {
        for (ushort group = 0; group < Entries; group++)
            Ask(group);
    }

    /// <summary>The entry at a place of the queue.</summary>
    public PriQueueEntry At(int slot)
    {
        var at = Queue + (16ul * (uint)slot);
        return PriQueueEntry.FromWords([Rig.Memory.Read64(at), Rig.Memory.Read64(at + 8)]);
    }

    /// <summary>Software has read everything; an overflow is acknowledged, or left to stand.</summary>
    public void Consume(bool acknowledge = true)
    {
        var (producer, consumer) = (Producer, new PriqCons(Rig.Smmu.Read32(PriqCons.Offset)));
        Rig.Write32(
            PriqCons.Offset,
            TranslationRig.Word(
                new PriqCons
                {
                    RD = producer.WR % Wrap,
                    OVACKFLG = acknowledge ? producer.OVFLG : consumer.OVACKFLG,
                }
            )
        );
    }
}
