using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>One SMMU with queues of eight entries, driven by hand: the smallest thing that can break a rule.</summary>
internal sealed class Rig
{
    /// <summary>log2 of the entries of either queue.</summary>
    public const int Log2Entries = 3;

    /// <summary>Entries of either queue.</summary>
    public const int Entries = 1 << Log2Entries;

    /// <summary>Base of the Command queue.</summary>
    public static readonly PhysicalAddress Commands = new(0x4110_0000);

    /// <summary>Base of the Event queue.</summary>
    public static readonly PhysicalAddress Events = new(0x4120_0000);

    /// <summary>A place for MSIs; nothing else is there.</summary>
    public static readonly PhysicalAddress Doorbell = new(0x4130_0040);

    /// <summary>The Stream table: sixteen entries, of which one has a device.</summary>
    public static readonly PhysicalAddress Streams = new(0x4140_0000);

    /// <summary>The stream inside the Stream table that has a device.</summary>
    public static readonly StreamId Inside = 0x8;

    /// <summary>A stream with a device outside the Stream table.</summary>
    public static readonly StreamId Outside = 0x19;

    private const byte Log2Streams = 4;

    private readonly Recorder _seen = new();

    /// <summary>A machine as reset leaves it.</summary>
    public Rig(Profile profile, Func<MachineOptions, MachineOptions>? change = null)
    {
        var options = new MachineOptions { Smmus = [profile] };
        Machine = new Machine(change is null ? options : change(options));
        Smmu.Inside.Watch(_seen);
    }

    /// <summary>The machine.</summary>
    public Machine Machine { get; }

    /// <summary>Its SMMU.</summary>
    public Smmu Smmu => Machine.Smmus[0];

    /// <summary>Its memory.</summary>
    public PhysicalMemory Memory => Machine.Memory;

    /// <summary>Its wired interrupts.</summary>
    public InterruptLines Lines => Smmu.Lines;

    /// <summary>What happened.</summary>
    /// <exception cref="NotOnThisPlatformException">Other hardware does not tell.</exception>
    public Recorder Seen =>
        Machine.IsElsewhere
            ? throw new NotOnThisPlatformException("observer of what it does inside")
            : _seen;

    /// <summary>Every kind of misuse seen, in order.</summary>
    public IEnumerable<Misuse> Misuses => Seen.Misuses.Select(misuse => misuse.Kind);

    /// <summary>Errors that are active.</summary>
    public GError ActiveErrors => new(Read<GError>().Value ^ Read<GErrorN>().Value);

    /// <summary>Commands not yet consumed.</summary>
    public uint Unconsumed =>
        unchecked(Read<CmdqProd>().WR - Read<CmdqCons>().RD) & (2 * Entries - 1);

    /// <summary>The machine with both queues set up and enabled.</summary>
    public static Rig Started(Profile profile, Func<MachineOptions, MachineOptions>? change = null)
    {
        var rig = new Rig(profile, change);
        rig.PlaceQueues();
        rig.Enable(new Cr0 { CMDQEN = true, EVENTQEN = true });
        return rig;
    }

    /// <summary>The value of a register.</summary>
    public T Read<T>()
        where T : struct, IRegister<T> =>
        T.FromWords([
            T.Register.Bytes == 8
                ? Smmu.Read64(Smmu.Profile.Located(T.Register.Offset))
                : Smmu.Read32(Smmu.Profile.Located(T.Register.Offset)),
        ]);

    /// <summary>Stores a register.</summary>
    public void Write<T>(T value)
        where T : struct, IRegister<T>
    {
        if (T.Register.Bytes == 8)
            Smmu.Write64(Smmu.Profile.Located(T.Register.Offset), value.Word(0));
        else
            Smmu.Write32(Smmu.Profile.Located(T.Register.Offset), unchecked((uint)value.Word(0)));
    }

    /// <summary>Tells where the queues are, and that they are empty.</summary>
    public void PlaceQueues()
    {
        Write(new CmdqBase { ADDR = Commands, LOG2SIZE = Log2Entries });
        Write(new CmdqProd());
        Write(new CmdqCons());
        Write(new EventqBase { ADDR = Events, LOG2SIZE = Log2Entries });
        Write(new EventqProd());
        Write(new EventqCons());
    }

    /// <summary>Writes CR0 and waits until it is acknowledged.</summary>
    public void Enable(Cr0 enables)
    {
        Write(enables);
        for (var looks = 0; Read<Cr0Ack>().Value != Read<Cr0>().Value; looks++)
            Assert.True(looks < 100, "CR0 is never acknowledged");
    }

    /// <summary>Writes IRQ_CTRL and waits until it is acknowledged.</summary>
    public void EnableInterrupts(IrqCtrl enables)
    {
        Write(enables);
        for (var looks = 0; Read<IrqCtrlAck>().Value != Read<IrqCtrl>().Value; looks++)
            Assert.True(looks < 100, "IRQ_CTRL is never acknowledged");
    }

    /// <summary>Stores a command at an index of the queue, and tells nobody.</summary>
    public void Store(int index, Command command)
    {
        var slot = Commands + (ulong)(Command.Size * (index % Entries));
        Memory.Write64(slot, command.Word0);
        Memory.Write64(slot + 8, command.Word1);
    }

    /// <summary>Stores commands behind those already there, then moves the producer past them.</summary>
    public void Submit(params ReadOnlySpan<Command> commands)
    {
        var producer = Read<CmdqProd>().WR;
        foreach (var command in commands)
        {
            Store((int)(producer % Entries), command);
            producer = (producer + 1) % (2 * Entries);
        }
        Write(new CmdqProd { WR = producer });
    }

    /// <summary>What the SMMU says to one command: None if it consumed it.</summary>
    public CommandError Judge(Command command)
    {
        Submit(command);
        return ActiveErrors.CMDQ_ERR ? Read<CmdqCons>().ERR : CommandError.None;
    }

    /// <summary>Acknowledges every error that is active.</summary>
    public void AcknowledgeErrors() => Write(new GErrorN(Read<GError>().Value));

    /// <summary>Turns translation on over the Stream table.</summary>
    public void StartTranslation()
    {
        Write(new StrtabBase { ADDR = Streams });
        Write(new StrtabBaseCfg { LOG2SIZE = Log2Streams });
        Write(new Cr2 { RECINVSID = true });
        Enable(Read<Cr0>() with { SMMUEN = true });
    }

    /// <summary>Lets a device do what records one event: it uses a StreamID outside the Stream table (§7.3.3).</summary>
    public void CauseEvent(ulong address = 0x1000) =>
        Smmu.Access(new Transaction { Stream = Outside, Address = new(address) });

    /// <summary>Stores the entry of the stream inside the Stream table, and tells nobody.</summary>
    public void StoreSte(Ste ste)
    {
        for (var word = 0; word < ste.Words.Length; word++)
            Memory.Write64(Streams + (64ul * Inside.Value) + (ulong)(8 * word), ste.Word(word));
    }

    /// <summary>What becomes of a read by the stream inside the Stream table.</summary>
    public Translation Access(ulong address = 0x1000) =>
        Smmu.Access(new Transaction { Stream = Inside, Address = new(address) });

    /// <summary>The record at an index of the Event queue.</summary>
    public EventRecord RecordAt(int index)
    {
        var slot = Events + (ulong)(EventRecord.Size * index);
        return new(
            Memory.Read64(slot),
            Memory.Read64(slot + 8),
            Memory.Read64(slot + 16),
            Memory.Read64(slot + 24)
        );
    }
}
