using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>
/// One machine that is abused: every act is one that software or a device could do, and after each the SMMU must be what
/// the manual lets it be.
/// </summary>
internal sealed partial class FuzzMachine : ISmmuObserver
{
    // A nested walk of five levels each, with descriptors of CDs and streams on the way, reads fewer than this.
    private const int MostFetches = 200;

    private static readonly uint[] Offsets = [.. RegisterMap.All.Select(r => r.Offset)];
    private static readonly byte[] Opcodes =
    [
        .. Enum.GetValues<CommandOpcode>().Select(opcode => (byte)opcode),
    ];

    private readonly FuzzRandom _random;
    private readonly Machine _machine;
    private readonly FuzzMemory _memory;
    private readonly Smmu _smmu;
    private int _fetches;

    public FuzzMachine(Profile profile, ulong seed)
    {
        _random = new FuzzRandom(seed);
        _machine = new Machine(
            new MachineOptions
            {
                Smmus = [profile],
                Seed = seed,
                MemoryBytes = FuzzMemory.Bytes,
                Caches = !_random.OneIn(4),
                AckDelay = _random.Below(3),
                Consumption = _random.Of(
                    CommandConsumption.Eager,
                    CommandConsumption.Lazy,
                    CommandConsumption.Seeded
                ),
                FetchesCommandsAhead = _random.OneIn(2),
                Invalidations = _random.Of(
                    InvalidationEffect.AtOnce,
                    InvalidationEffect.AtSync,
                    InvalidationEffect.Seeded
                ),
                DelayEvents = _random.OneIn(3),
                MergeEvents = _random.OneIn(2),
                RetryStallsEarly = _random.OneIn(2),
            }
        );
        _smmu = _machine.Smmus[0];
        _smmu.Observer = this;
        _memory = new FuzzMemory(_machine.Memory, profile, _random);
        _memory.Fill();
        SetUp();
    }

    /// <summary>What was last done, for the message.</summary>
    public string LastAct { get; private set; } = "";

    /// <summary>Features that were asked for and are not modelled.</summary>
    public HashSet<string> NotModelled { get; } = [];

    /// <summary>How often accesses ended in which way.</summary>
    public Dictionary<string, int> Endings { get; } = [];

    /// <inheritdoc/>
    public void Fetched(
        FetchKind kind,
        StreamId stream,
        PhysicalAddress address,
        MemoryAttributes attributes
    )
    {
        _fetches++;
        Require(
            address.Value < FuzzMemory.Bytes,
            $"{kind} was read at {address}, where there is no memory"
        );
    }

    /// <inheritdoc/>
    public void EventRecorded(in EventRecord record, bool lost)
    {
        var layout = LayoutCatalogue.Event(record.Id);
        Require(layout is not null, $"{record} is no event of the manual");
        for (var w = 0; w < 4; w++)
            Require(
                (Words(record)[w] & layout!.Reserved(w)) == 0,
                $"{record} has reserved bits set in word {w}"
            );
    }

    /// <summary>Does one thing that software or a device could do.</summary>
    public void Act()
    {
        _fetches = 0;
        try
        {
            ActOnce();
        }
        catch (NotModelledException exception)
        {
            NotModelled.Add(exception.Message);
        }
    }

    private void ActOnce()
    {
        switch (_random.Below(39))
        {
            case < 10:
                Access();
                break;
            case < 14:
                Command();
                break;
            case < 18:
                Did("a descriptor is stored");
                _memory.StoreDescriptor();
                break;
            case < 21:
                Did("an STE is stored");
                _memory.StoreSte((uint)_random.Below(8));
                break;
            case < 24:
                Did("a CD is stored");
                _memory.StoreCd();
                break;
            case < 26:
                Did("noise is stored");
                _memory.StoreNoise();
                break;
            case < 28:
                Register();
                break;
            case 28:
                SetUp();
                break;
            case 29:
                Broadcast();
                break;
            case 30:
                Translated();
                break;
            case 31 or 32:
                Request();
                break;
            case 33:
                RequestPage();
                break;
            case 34:
                Did("a store stays in a PE's cache");
                _machine.Stores.Store(Address() % FuzzMemory.Bytes & ~7ul, _random.Word());
                break;
            case 35:
                FailAccess();
                break;
            case 36:
                LosePower();
                break;
            default:
                Did("hardware has a turn");
                _machine.Run();
                _smmu.Write32(
                    _smmu.Profile.Located(EventqCons.Offset),
                    _smmu.Read32(_smmu.Profile.Located(EventqProd.Offset))
                );
                break;
        }
    }

    private void Command()
    {
        var opcode = _random.OneIn(16)
            ? unchecked((byte)_random.Next())
            : _random.Of<byte>(Opcodes);
        var (word0, word1) = _random.OneIn(3)
            ? (_random.Word(), _random.Word())
            : (_random.Next() & 0x0007_0007_0000_0000, Address() & ~0xffful);
        word0 = (word0 & ~0xfful) | opcode;
        var command = new Command(word0, _random.Mutated(word1));
        Did($"{command}");
        var producer = new CmdqProd(_smmu.Read32(CmdqProd.Offset)).WR;
        var slot = FuzzMemory.Commands + (16ul * (producer & 31));
        _memory.Store(slot, command.Word0);
        _memory.Store(slot + 8, command.Word1);
        _smmu.Write32(CmdqProd.Offset, (producer + 1) & 63);

        // An error stops the queue: it is acknowledged, and the command replaced by one that does no harm.
        if (new GError(_smmu.Read32(GError.Offset) ^ _smmu.Read32(GErrorN.Offset)).CMDQ_ERR)
        {
            var at = FuzzMemory.Commands + (16ul * (_smmu.Read32(CmdqCons.Offset) & 31));
            _memory.Store(at, new Sync().Word(0));
            _memory.Store(at + 8, 0);
            _smmu.Write32(GErrorN.Offset, _smmu.Read32(GError.Offset));
        }
    }

    private void Register()
    {
        var offset = _random.OneIn(4)
            ? (uint)(_random.Next() % 0x3_0000)
            : _random.Of<uint>(Offsets);
        var value = _random.Word();
        Did($"register 0x{offset:x} = 0x{value:x}");
        switch (_random.Below(4))
        {
            case 0:
                _smmu.Write64(offset, value);
                break;
            case 1:
                _smmu.Write32(offset, unchecked((uint)value));
                break;
            case 2:
                _smmu.Read64(offset);
                break;
            default:
                _smmu.Read32(offset);
                break;
        }
    }

    private void Broadcast()
    {
        var operation = new BroadcastInvalidation
        {
            Scope = (BroadcastScope)_random.Below(11),
            Vmid = (ushort)_random.Below(3),
            Asid = (ushort)_random.Below(3),
            Address = Address(),
            LastLevel = _random.OneIn(2),
            HostMode = _random.OneIn(2),
            WithoutEl2 = _random.OneIn(4),
            Granule = _random.OneIn(2) ? Granule.All[_random.Below(3)] : null,
            NUM = (byte)_random.Below(32),
            SCALE = (byte)_random.Below(64),
            TTL = (byte)_random.Below(4),
        };
        Did($"{operation}");
        _machine.Broadcast(in operation);
        _machine.CompleteBroadcasts();
    }

    private void FailAccess()
    {
        var kinds = (OwnAccesses)_random.Below((int)OwnAccesses.All + 1);
        Did($"one of the next {kinds} fails");
        _smmu.Faults.Arm(kinds, _random.Below(12));
    }

    private void LosePower()
    {
        Did("power is lost");
        _smmu.PowerOff();
        if (_random.OneIn(2))
            Access();
        if (_random.OneIn(4))
            Register();
        _smmu.PowerOn();
        SetUp();
    }

    // Everything off, then on again with the queues and the table where they belong.
    private void SetUp()
    {
        Did("set up");
        _smmu.Write32(Cr0.Offset, 0);
        for (var i = 0; i < 8; i++)
            _machine.Run();
        _smmu.Write32(GErrorN.Offset, _smmu.Read32(GError.Offset));
        Write(new CmdqBase { ADDR = FuzzMemory.Commands, LOG2SIZE = 5 });
        Write(new EventqBase { ADDR = FuzzMemory.Events, LOG2SIZE = 5 });
        Write(new PriqBase { ADDR = FuzzMemory.Requests, LOG2SIZE = 5 });
        _smmu.Write32(CmdqProd.Offset, 0);
        _smmu.Write32(CmdqCons.Offset, 0);
        _smmu.Write32(_smmu.Profile.Located(EventqProd.Offset), 0);
        _smmu.Write32(_smmu.Profile.Located(EventqCons.Offset), 0);
        Write(new StrtabBase { ADDR = FuzzMemory.Streams });
        Write(new StrtabBaseCfg { LOG2SIZE = 6 });
        Write(new Cr1(unchecked((uint)_random.Next())));
        Write(new Cr2 { RECINVSID = true, E2H = _random.OneIn(2) });
        for (var stream = 0u; stream < 8; stream++)
            _memory.StoreSte(stream);
        Write(
            new Cr0
            {
                SMMUEN = true,
                CMDQEN = true,
                EVENTQEN = true,
                PRIQEN = true,
                ATSCHK = _random.OneIn(2),
            }
        );
        for (var i = 0; i < 8; i++)
            _machine.Run();
    }

    private void Write<T>(T value)
        where T : struct, IRegister<T>
    {
        if (T.Register.Bytes == 8)
            _smmu.Write64(T.Register.Offset, value.Word(0));
        else
            _smmu.Write32(T.Register.Offset, unchecked((uint)value.Word(0)));
    }

    // Low in either half, near the top of a range, or anywhere.
    private ulong Address() =>
        _random.Below(8) switch
        {
            0 => _random.Word(),
            1 => ~(_random.Next() % 0x40_0000),
            2 => (1ul << (12 + _random.Below(40))) - 1,
            _ => _random.Next() % 0x40_0000,
        };

    private void Did(string act) => LastAct = act;

    private static void Require(bool holds, string otherwise) => Assert.True(holds, otherwise);

    private static ulong[] Words(in EventRecord record) =>
        [record.Word0, record.Word1, record.Word2, record.Word3];
}
