using System.Collections.Immutable;
using System.Text.Json;
using SmmuConformance.Architecture;
using SmmuConformance.Driver.Adapters;
using SmmuConformance.Driver.Adapters.Wire;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Conformance.Plugging;

/// <summary>
/// A driver that says what it is asked, with every argument, and answers something that depends on nothing else. Beside another one
/// of it in this process it shows whether anything is lost on the way to one that is not.
/// </summary>
internal sealed class RecordingDriver
    : ISmmuDriver,
        IPower,
        IPasidAttach,
        IAuxiliaryDomains,
        ISharedAddressing,
        IPageFaults,
        ICoherencyEnforcement,
        IDirtyTracking,
        INesting
{
    private static readonly JsonSerializerOptions s_json = new() { IncludeFields = true };

    private static readonly ErrorClass[] s_errors = Enum.GetValues<ErrorClass>();

    private IPlatform? _platform;
    private uint _mixed;

    /// <summary>Serves it on standard input and output.</summary>
    public static void Serve()
    {
        using var from = new BufferedStream(Console.OpenStandardInput());
        using var to = Console.OpenStandardOutput();
        using var server = new DriverServer(from, to, _ => new RecordingDriver());
        var it = new RecordingDriver();
        server.Serve(it.Describe(), Facets.OfferedBy(it));
    }

    public DriverDescription Describe() =>
        new(
            "recording",
            "1.2-é",
            (Capabilities)0x7fff,
            new()
            {
                AsidScope = TagScope.PerSmmu,
                VmidScope = TagScope.Global,
                UnattachedStreams = UnattachedStreams.Bypass,
                FlushMode = FlushMode.Lazy,
                StreamTable = StreamTableChoice.Linear,
                HearsBroadcasts = true,
                FirstAsid = 0xfedc,
            },
            Observation.EveryStore
        );

    public T? Facet<T>()
        where T : class => this as T;

    public Outcome<SmmuHandle> Probe(IPlatform platform)
    {
        _platform = platform;
        return Said("probe", platform.Firmware).Then(it => new SmmuHandle((int)it));
    }

    public Outcome Remove(SmmuHandle smmu) => Said("remove", smmu);

    public Outcome<MasterHandle> AddMaster(SmmuHandle smmu, MasterDescription description) =>
        Said("add", smmu, description).Then(it => new MasterHandle((int)it));

    public Outcome RemoveMaster(MasterHandle master) => Said("remove master", master);

    public Outcome<DomainHandle> CreateDomain(DomainRequest request) =>
        Said("create", request).Then(it => new DomainHandle(-(int)it));

    public Outcome FreeDomain(DomainHandle domain) => Said("free", domain);

    public Outcome<DomainGeometry> Geometry(DomainHandle domain) =>
        Said("geometry", domain).Then(it => new DomainGeometry(Wide(it), Narrow(it), Narrow(~it)));

    public Outcome Attach(MasterHandle master, DomainHandle domain) =>
        Said("attach", master, domain);

    public Outcome Detach(MasterHandle master) => Said("detach", master);

    public Outcome Map(
        DomainHandle domain,
        Iova address,
        PhysicalAddress physical,
        ulong bytes,
        Protection protection
    ) => Said("map", domain, address, physical, bytes, protection);

    public Outcome<ulong> Unmap(DomainHandle domain, Iova address, ulong bytes) =>
        Said("unmap", domain, address, bytes).Then(Wide);

    public Outcome HandleInterrupt(SmmuHandle smmu, InterruptSource source) =>
        Said("interrupt", smmu, source);

    public Outcome Shutdown(SmmuHandle smmu) => Said("shutdown", smmu);

    public Outcome Suspend(SmmuHandle smmu) => Said("suspend", smmu);

    public Outcome Resume(SmmuHandle smmu) => Said("resume", smmu);

    public Outcome<uint> PasidsOf(MasterHandle master) => Said("pasids", master).Then(it => it);

    public Outcome AttachPasid(MasterHandle master, SubstreamId pasid, DomainHandle domain) =>
        Said("attach pasid", master, pasid, domain);

    public Outcome DetachPasid(MasterHandle master, SubstreamId pasid) =>
        Said("detach pasid", master, pasid);

    public Outcome EnableAuxiliary(MasterHandle master) => Said("enable auxiliary", master);

    public Outcome DisableAuxiliary(MasterHandle master) => Said("disable auxiliary", master);

    public Outcome<SubstreamId> AttachAuxiliary(MasterHandle master, DomainHandle domain) =>
        Said("attach auxiliary", master, domain).Then(it => new SubstreamId(it));

    public Outcome DetachAuxiliary(MasterHandle master, DomainHandle domain) =>
        Said("detach auxiliary", master, domain);

    public Outcome<SubstreamId> PasidOf(DomainHandle domain) =>
        Said("pasid of", domain).Then(it => new SubstreamId(it));

    public Outcome<SubstreamId> Bind(MasterHandle master, in ProcessSpace process) =>
        Said("bind", master, process).Then(it => new SubstreamId(it));

    public Outcome Unbind(MasterHandle master, ProcessId process) =>
        Said("unbind", master, process);

    public Outcome Changed(ProcessId process, Iova address, ulong bytes) =>
        Said("changed", process, address, bytes);

    public Outcome Exited(ProcessId process) => Said("exited", process);

    public Outcome EnableFaults(MasterHandle master) => Said("enable faults", master);

    public Outcome DisableFaults(MasterHandle master) => Said("disable faults", master);

    public Outcome Answer(PageFaultGroup group, PageFaultAnswer answer) =>
        Said("answer", group, answer);

    public Outcome<bool> EnforceCoherency(DomainHandle domain) =>
        Said("enforce", domain).Then(it => (it & 1) != 0);

    public Outcome StartTracking(DomainHandle domain) => Said("start", domain);

    public Outcome StopTracking(DomainHandle domain) => Said("stop", domain);

    public Outcome<ImmutableArray<DirtyRange>> ReadDirty(
        DomainHandle domain,
        Iova address,
        ulong bytes,
        bool clean
    ) =>
        Said("dirty", domain, address, bytes, clean)
            .Then(it =>
                Enumerable
                    .Range(0, (int)(it % 5))
                    .Select(i => new DirtyRange(Wide(it + (uint)i), Wide((uint)i)))
                    .ToImmutableArray()
            );

    public Outcome<HardwareInformation> InformationOf(MasterHandle master) =>
        Said("information", master)
            .Then(it => new HardwareInformation(
                [it, it + 1, it + 2, it + 3, it + 4, it + 5],
                it + 6,
                it + 7
            ));

    public Outcome<VirtualSmmuHandle> CreateVirtualSmmu(MasterHandle master, DomainHandle parent) =>
        Said("create guest", master, parent).Then(it => new VirtualSmmuHandle((int)it));

    public Outcome FreeVirtualSmmu(VirtualSmmuHandle guest) => Said("free guest", guest);

    public Outcome AddVirtualDevice(
        VirtualSmmuHandle guest,
        MasterHandle master,
        StreamId virtualStream
    ) => Said("add to guest", guest, master, virtualStream);

    public Outcome RemoveVirtualDevice(VirtualSmmuHandle guest, MasterHandle master) =>
        Said("remove from guest", guest, master);

    public Outcome<DomainHandle> CreateNestedDomain(
        VirtualSmmuHandle guest,
        ulong word0,
        ulong word1
    ) => Said("nested", guest, word0, word1).Then(it => new DomainHandle((int)it));

    public GuestInvalidation Invalidate(VirtualSmmuHandle guest, ReadOnlySpan<Command> commands)
    {
        var words = commands
            .ToArray()
            .Select(command => (ulong[])[command.Word0, command.Word1])
            .ToArray();
        var answer = Said("invalidate", guest, words);
        return new((int)_mixed, answer);
    }

    /// <summary>Does every act there is, the answers of which decide how it ends.</summary>
    public Outcome Flush(DomainHandle domain)
    {
        var platform = _platform!;
        var system = platform.System;
        var seed = (ulong)unchecked((uint)domain.Value);
        var given = system.Allocate(seed + 64, 4096)?.Value ?? 7;
        system.Store(given, Wide((uint)domain.Value));
        system.Barrier();
        system.Clean(given, seed);
        platform.Write32(0x20, platform.Read32(0x24));
        platform.Write64(0x80, platform.Read64(0x88));
        for (var i = 0; i < domain.Value % 4; i++)
            system.Relax();
        // Below the window, and in it.
        system.Store(0x9000_0040, system.Load(0x1000 + 8 * seed));
        var loaded = system.Load(0x9000_0040 + 8 * (seed + 1));
        system.CompareExchange(given, loaded, seed);
        platform.Switch((uint)domain.Value, (DeviceEnables)(domain.Value & 7), 12);
        system.Report(new(new(domain.Value), null, FaultKind.Configuration, new(1, 2, 3, seed)));
        system.Report(
            new(new(1), new MasterHandle(-1), FaultKind.Other, new(seed, 0, 0, ulong.MaxValue))
        );
        system.Forward(new(domain.Value), new(seed, 5, 6, 7));
        system.Ask(new(new((long)seed << 33), true, new(3), null, seed, true, false, true, false));
        system.Ask(new(new(-1), false, new(-3), 0xfffff, ulong.MaxValue, false, true, false, true));
        system.Log(LogLevel.Warning, $"domain {domain.Value}: straße");
        system.Log(LogLevel.Information, $"{system.Microseconds}");
        system.Free(given);
        return Said("flush", domain, loaded);
    }

    // What it was asked goes to the log of the machine, and decides the answer.
    private Answers Said(string operation, params object[] arguments)
    {
        var text = $"{operation} {JsonSerializer.Serialize(arguments, s_json)}";
        _platform!.System.Log(LogLevel.Error, text);
        _mixed = 0;
        foreach (var c in text)
            _mixed = unchecked((_mixed * 31) + c) & 0x7fff_ffff;
        // One of three is refused.
        return new(
            _mixed % 3 == 0 ? s_errors[(int)(_mixed % (uint)s_errors.Length)] : default,
            _mixed
        );
    }

    private static ulong Wide(uint it) => unchecked(it * 0x9e37_79b9_7f4a_7c15);

    private static byte Narrow(uint it) => unchecked((byte)it);

    private readonly record struct Answers(ErrorClass Error, uint Mixed)
    {
        public static implicit operator Outcome(Answers it) => it.Error;

        public Outcome<T> Then<T>(Func<uint, T> result) =>
            Error == ErrorClass.None ? result(Mixed) : Error;
    }
}
