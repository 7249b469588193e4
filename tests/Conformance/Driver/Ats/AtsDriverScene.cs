using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>A PCIe device with a translation cache, attached to a strict domain of one stage with some pages mapped.</summary>
internal sealed class AtsDriverScene : IDisposable
{
    /// <summary>What cases in this scene need of a driver.</summary>
    public const Capabilities Needs = Capabilities.Ats;

    /// <summary>The device's stream.</summary>
    public static readonly StreamId Stream = 0x10;

    /// <summary>Where the domain maps its pages; a multiple of every block size.</summary>
    public static readonly Iova Window = 0x1_0000_0000;

    /// <summary>What it maps there; in reach of 36 bits.</summary>
    public static readonly PhysicalAddress Target = 0x4_0000_0000;

    /// <summary>The device, attached; ATS is on, or the case does not apply.</summary>
    public AtsDriverScene(
        Profile profile,
        DomainStage stage = DomainStage.Stage1,
        BenchOptions? options = null,
        FlushMode mode = FlushMode.Strict,
        byte substreamBits = 0
    )
    {
        PagingStages.MustExist(profile, stage);
        Bench = TestBench.Start(profile, options);
        PagingStages.MustBeDeclared(Bench, stage);
        Nic = Bench.AddDevice(
            new MasterDescription
            {
                Name = "nic",
                Streams = [Stream],
                Ats = true,
                SubstreamBits = substreamBits,
            }
        );
        Stage = stage;
        Domain = NewDomain(mode);
        Page = Bench.PageOf(Domain);
        Bench.Must(Bench.Attach(Nic, Domain));
        if (!Cache.IsEnabled)
            throw VerdictException.NotApplicable("the driver leaves ATS off with this domain");
    }

    /// <summary>Machine and driver.</summary>
    public TestBench Bench { get; }

    /// <summary>The device.</summary>
    public Device Nic { get; }

    /// <summary>Its translation cache.</summary>
    public AddressTranslationCache Cache => Bench.Devices.CacheOf(0, Stream);

    /// <summary>Stage of the domains.</summary>
    public DomainStage Stage { get; }

    /// <summary>What the device is attached to.</summary>
    public DomainHandle Domain { get; }

    /// <summary>Bytes of its smallest page.</summary>
    public ulong Page { get; }

    /// <summary>A domain of the stage.</summary>
    public DomainHandle NewDomain(FlushMode mode = FlushMode.Strict) =>
        Bench.PagingDomain(Stage, [0], mode);

    /// <summary>Input address of a page.</summary>
    public Iova At(ulong page) => Window + page * Page;

    /// <summary>Maps pages one off, so that no block fits.</summary>
    public void Map(ulong first, ulong pages, DomainHandle? domain = null) =>
        Bench.Must(
            Bench.Map(domain ?? Domain, At(first), Target + (first + 1) * Page, pages * Page)
        );

    /// <summary>Has the device ask for pages, and fails the case unless it is granted them.</summary>
    public void Warm(ulong first, ulong pages)
    {
        for (var page = first; page < first + pages; page++)
        {
            var answer = Cache.Request(new AtsRequest { Address = At(page) });
            Assert.True(
                answer.Status == AtsStatus.Success && answer.Grants,
                $"the device must be granted {At(page)}, but the answer is {answer}"
            );
        }
    }

    /// <summary>Fails the case if the device still has a page, or could get it.</summary>
    public void MustHaveForgotten(ulong page)
    {
        Assert.False(Cache.Holds(At(page)), $"the device still holds {At(page)}");
        Assert.False(
            Cache.Request(new AtsRequest { Address = At(page) }).Grants,
            $"the device is granted {At(page)} again"
        );
    }

    /// <summary>Fails the case unless the last operation told the caches of exactly these streams to forget.</summary>
    /// <param name="streams">They.</param>
    /// <param name="who">Who they are; for the message.</param>
    public void MustHaveTold(uint[] streams, string who)
    {
        var told = Bench.CommandsOf<AtcInv>().Select(c => c.StreamID.Value).Distinct().Order();
        Assert.True(
            told.SequenceEqual(streams.Order()),
            $"CMD_ATC_INV names the streams {Text(told)}, and is owed to {Text(streams)}: {who}"
        );

        static string Text(IEnumerable<uint> streams) =>
            string.Join(", ", streams.Select(stream => $"0x{stream:x}"));
    }

    /// <summary>What happened in the last operation, as far as ATS is concerned, in words.</summary>
    public IReadOnlyList<string> Acts() =>
        [.. Bench.Trace.Since(Bench.LastOperation).Select(Act).OfType<string>()];

    /// <inheritdoc/>
    public void Dispose() => Bench.Dispose();

    private static string? Act(TraceEntry entry) =>
        entry switch
        {
            SwitchEntry change when ((change.Before ^ change.After) & DeviceEnables.Ats) != 0 =>
                change.After.HasFlag(DeviceEnables.Ats) ? "on" : "off",
            StoreEntry { Place.Kind: PlaceKind.Ste } => "entry",
            CommandEntry { Error: CommandError.None } consumed => consumed.Command.Opcode switch
            {
                CfgiOpcode => "cfgi",
                AtcOpcode => "atc",
                SyncOpcode => "sync",
                >= 0x10 and <= 0x30 => "tlbi",
                _ => null,
            },
            _ => null,
        };

    private const byte CfgiOpcode = 0x03;
    private const byte AtcOpcode = 0x40;
    private const byte SyncOpcode = 0x46;
}
