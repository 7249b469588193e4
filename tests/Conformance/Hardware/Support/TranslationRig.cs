using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>
/// One SMMU with a stream table, programmed through its registers and told of changes through its Command queue; what
/// stands in memory is written word by word, so that a case decides what is announced and what is not.
/// </summary>
internal sealed class TranslationRig
{
    /// <summary>log2 of the entries of either queue.</summary>
    public const int QueueLog2 = 5;

    private const uint LinearLog2 = 6;

    private readonly Machine _machine;
    private readonly int _turns;
    private PhysicalAddress _free = 0x4100_0000;
    private PhysicalAddress _commands;
    private uint _produced;

    /// <summary>A translating SMMU whose linear table has an entry of zeros for every stream.</summary>
    public TranslationRig(Profile profile, bool caches = true)
        : this(profile, caches, new StrtabBaseCfg { LOG2SIZE = (byte)LinearLog2 }) { }

    /// <summary>A translating SMMU with a stream table of any shape, full of zeros.</summary>
    public TranslationRig(
        Profile profile,
        bool caches,
        StrtabBaseCfg table,
        Func<MachineOptions, MachineOptions>? change = null
    )
    {
        Profile = profile;
        var options = new MachineOptions { Smmus = [profile], Caches = caches };
        options = change is null ? options : change(options);
        _turns = 1 + options.AckDelay;
        _machine = new Machine(options);
        StreamTable = Allocate(1ul << 20, 1ul << 20);
        Configuration = table;
        EnableQueues();
        EnableTranslation();
    }

    /// <summary>A translating SMMU with a linear table, in a machine that is changed.</summary>
    public TranslationRig(Profile profile, Func<MachineOptions, MachineOptions> change)
        : this(profile, true, new StrtabBaseCfg { LOG2SIZE = (byte)LinearLog2 }, change) { }

    /// <summary>The machine.</summary>
    public Machine Machine => _machine;

    /// <summary>The hardware.</summary>
    public Profile Profile { get; }

    /// <summary>The SMMU.</summary>
    public Smmu Smmu => _machine.Smmus[0];

    /// <summary>The smallest granule that the hardware has.</summary>
    public Granule SmallestGranule => Profile.SmallestGranule;

    /// <summary>Memory.</summary>
    public PhysicalMemory Memory => _machine.Memory;

    /// <summary>Base of the Event queue.</summary>
    public PhysicalAddress Events { get; private set; }

    /// <summary>Base of the stream table.</summary>
    public PhysicalAddress StreamTable { get; }

    /// <summary>Its shape.</summary>
    public StrtabBaseCfg Configuration { get; private set; }

    /// <summary>Zeroed memory.</summary>
    public PhysicalAddress Allocate(ulong bytes, ulong alignment)
    {
        var start = (_free.Value + alignment - 1) & ~(alignment - 1);
        _free = start + bytes;
        return start;
    }

    /// <summary>Stores a structure; tells nobody.</summary>
    public void Store<T>(PhysicalAddress at, T value)
        where T : struct, ILayout<T>
    {
        for (var w = 0; w < T.Layout.WordCount; w++)
            Memory.Write64(at + (8ul * (uint)w), value.Word(w));
    }

    /// <summary>Stores an entry of a linear stream table; tells nobody.</summary>
    public void StoreSte(StreamId stream, Ste ste) => Store(SteAt(stream), ste);

    /// <summary>Address of an entry of a linear stream table.</summary>
    public PhysicalAddress SteAt(StreamId stream) => StreamTable + (64ul * stream.Value);

    /// <summary>
    /// Puts a command into the queue and has it consumed; as often, and with as many CMD_SYNCs, as a part with an erratum
    /// needs for it to count.
    /// </summary>
    public void Send<T>(T command)
        where T : struct, ICommand<T>
    {
        SendOnce(command);
        var invalidates =
            (CommandOpcode)Command.From(command).Opcode
            is >= CommandOpcode.CfgiSte
                and <= CommandOpcode.TlbiNsnhAll;
        if (
            !invalidates
            || !(Profile.Quirks.HasFlag(Quirks.LosesUnsyncedCommands) || InvalidatesTwice)
        )
            return;
        SendOnce(new Sync());
        if (!InvalidatesTwice)
            return;
        SendOnce(command);
        SendOnce(new Sync());
    }

    /// <summary>Puts a command into the queue and has it consumed, whatever the part.</summary>
    public void SendOnce<T>(T command)
        where T : struct, ICommand<T>
    {
        var errors = Smmu.Read32(GError.Offset);
        Submit(command);
        Assert.Equal(_produced, new CmdqCons(Smmu.Read32(CmdqCons.Offset)).RD);
        Assert.Equal(errors, Smmu.Read32(GError.Offset));
    }

    /// <summary>Where the next command goes.</summary>
    public PhysicalAddress NextCommand => _commands + (16ul * (_produced % (1u << QueueLog2)));

    /// <summary>Tells of one command more, whatever stands there.</summary>
    public void RingDoorbell()
    {
        _produced = (_produced + 1) % (2u << QueueLog2);
        Write32(CmdqProd.Offset, _produced);
    }

    /// <summary>Puts a command into the queue; what the SMMU makes of it is seen in CMDQ_CONS and GERROR.</summary>
    public void Submit<T>(T command)
        where T : struct, ICommand<T>
    {
        var slot = NextCommand;
        Memory.Write64(slot, command.Word(0));
        Memory.Write64(slot + 8, command.Word(1));
        RingDoorbell();
    }

    /// <summary>Events recorded since they were last taken; taking them makes room.</summary>
    public IReadOnlyList<EventRecord> TakeEvents()
    {
        var taken = new List<EventRecord>();
        var producer = new EventqProd(Smmu.Read32(Profile.Located(EventqProd.Offset))).WR;
        var consumer = new EventqCons(Smmu.Read32(Profile.Located(EventqCons.Offset))).RD;
        for (; consumer != producer; consumer = (consumer + 1) % (2u << QueueLog2))
            taken.Add(EventAt(consumer));
        var overflow = new EventqProd(Smmu.Read32(Profile.Located(EventqProd.Offset))).OVFLG;
        Write32(
            Profile.Located(EventqCons.Offset),
            Word(new EventqCons { RD = producer, OVACKFLG = overflow })
        );
        return taken;
    }

    /// <summary>The one event that was recorded since they were last taken.</summary>
    public EventRecord TakeEvent() => Assert.Single(TakeEvents());

    private EventRecord EventAt(uint pointer)
    {
        var slot = Events + (32ul * (pointer % (1u << QueueLog2)));
        return new(
            Memory.Read64(slot),
            Memory.Read64(slot + 8),
            Memory.Read64(slot + 16),
            Memory.Read64(slot + 24)
        );
    }

    /// <summary>One transaction of a device.</summary>
    public Translation Access(
        StreamId stream,
        Iova address,
        bool write = false,
        uint? substream = null,
        bool privileged = false,
        bool instruction = false,
        TransactionKind kind = TransactionKind.Ordinary,
        bool speculative = false
    ) =>
        Smmu.Access(
            new Transaction
            {
                Stream = stream,
                Address = address,
                Write = write,
                SubstreamValid = substream is not null,
                Substream = substream ?? 0,
                Privileged = privileged,
                Instruction = instruction,
                Kind = kind,
                Speculative = speculative,
            }
        );

    /// <summary>A valid entry with stage 1 and one CD.</summary>
    public static Ste Stage1(PhysicalAddress cd) =>
        new()
        {
            V = true,
            Config = SteConfig.Stage1,
            S1ContextPtr = cd,
        };

    /// <summary>A valid CD for one address space below 2^48, faults recorded and aborted if that can be chosen.</summary>
    public Cd ContextOf(TestTables tables, ushort asid = 1) =>
        new()
        {
            V = true,
            AA64 = true,
            TG0 = tables.Granule.ToTg0(),
            T0SZ = (byte)(64 - tables.InputBits),
            TTB0 = tables.Root,
            EPD1 = true,
            IPS = Profile.IDR5.OAS,
            ENDI = Profile.IDR0.TTENDIAN == WalkEndianness.Big,
            S = Profile.IDR0.STALL_MODEL == StallModel.StallOnly,
            R = true,
            A = true,
            ASID = asid,
        };

    /// <summary>A stream with one address space of its own.</summary>
    public (TestTables Tables, PhysicalAddress Cd) Attach(
        StreamId stream,
        ushort asid = 1,
        Func<Cd, Cd>? adjust = null,
        Func<Ste, Ste>? adjustEntry = null
    )
    {
        var tables = new TestTables(this, SmallestGranule);
        var cd = Allocate(64, 64);
        Store(cd, (adjust ?? Same)(ContextOf(tables, asid)));
        StoreSte(stream, (adjustEntry ?? Same)(Stage1(cd)));
        Send(new CfgiSte { StreamID = stream });
        return (tables, cd);

        static T Same<T>(T value) => value;
    }

    /// <summary>A stream with one address space of its own behind an IPA space of its own, which maps the rig's structures.</summary>
    public (TestTables Tables, Stage2Tables Second, PhysicalAddress Cd) AttachNested(
        StreamId stream,
        ushort asid = 1,
        ushort vmid = 1,
        Func<Cd, Cd>? adjust = null,
        Func<Ste, Ste>? adjustEntry = null
    )
    {
        var second = new Stage2Tables(this);
        second.MapRig();
        var (tables, cd) = Attach(
            stream,
            asid,
            adjust,
            entry => (adjustEntry ?? (same => same))(second.Into(entry, vmid))
        );
        return (tables, second, cd);
    }

    /// <summary>A stream with an IPA space of its own and no stage 1.</summary>
    public Stage2Tables AttachStage2(
        StreamId stream,
        ushort vmid = 1,
        Func<Ste, Ste>? adjustEntry = null
    )
    {
        var second = new Stage2Tables(this);
        var entry = second.Into(new Ste { V = true }, vmid);
        StoreSte(stream, adjustEntry is null ? entry : adjustEntry(entry));
        Send(new CfgiSte { StreamID = stream });
        return second;
    }

    /// <summary>Switches translation off, changes the shape of the stream table, and switches it on again.</summary>
    public void Reshape(StrtabBaseCfg table, PhysicalAddress? start = null)
    {
        Write32(Cr0.Offset, Word(new Cr0 { CMDQEN = true, EVENTQEN = true }));
        Configuration = table;
        EnableTranslation(start);
    }

    /// <summary>Starts the SMMU again after a loss of power, with a new Command queue.</summary>
    /// <param name="invalidates">What caches may hold is invalidated, as it must be before translation is on.</param>
    public void Restart(bool invalidates = true)
    {
        _produced = 0;
        EnableQueues();
        EnableTranslation(invalidates: invalidates);
    }

    /// <summary>Switches translation off.</summary>
    public void Disable() => Write32(Cr0.Offset, Word(new Cr0 { CMDQEN = true, EVENTQEN = true }));

    /// <summary>A 32-bit register write.</summary>
    public void Write32(uint offset, uint value)
    {
        Smmu.Write32(offset, value);
        // Until an update that takes its time is complete.
        for (var turn = 0; turn < _turns; turn++)
            _machine.Run();
    }

    /// <summary>The value of a 32-bit register.</summary>
    public static uint Word<T>(T register)
        where T : struct, ILayout<T> => (uint)register.Word(0);

    private bool InvalidatesTwice => Profile.Quirks.HasFlag(Quirks.SurvivesOneInvalidation);

    private void EnableQueues()
    {
        _commands = Allocate(16ul << QueueLog2, 1ul << 16);
        Events = Allocate(32ul << QueueLog2, 1ul << 16);
        Write32(Cr0.Offset, 0);
        Smmu.Write64(
            CmdqBase.Offset,
            new CmdqBase { ADDR = _commands, LOG2SIZE = QueueLog2 }.Word(0)
        );
        Smmu.Write64(
            EventqBase.Offset,
            new EventqBase { ADDR = Events, LOG2SIZE = QueueLog2 }.Word(0)
        );
        Write32(CmdqProd.Offset, 0);
        Write32(CmdqCons.Offset, 0);
        Write32(Profile.Located(EventqProd.Offset), 0);
        Write32(Profile.Located(EventqCons.Offset), 0);
        Write32(Cr2.Offset, Word(new Cr2 { RECINVSID = true }));
    }

    private void EnableTranslation(PhysicalAddress? start = null, bool invalidates = true)
    {
        Smmu.Write64(StrtabBase.Offset, new StrtabBase { ADDR = start ?? StreamTable }.Word(0));
        Write32(StrtabBaseCfg.Offset, Word(Configuration));
        Write32(Cr0.Offset, Word(new Cr0 { CMDQEN = true, EVENTQEN = true }));
        if (invalidates)
            Send(CfgiSteRange.All);
        Write32(
            Cr0.Offset,
            Word(
                new Cr0
                {
                    SMMUEN = true,
                    CMDQEN = true,
                    EVENTQEN = true,
                }
            )
        );
    }
}
