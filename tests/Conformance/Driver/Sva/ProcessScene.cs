using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>A process, with its tables in memory, and devices that may work in its address space.</summary>
internal sealed class ProcessScene : IDisposable
{
    /// <summary>What cases in this scene need of a driver.</summary>
    public const Capabilities Needs = Capabilities.SharedAddressing;

    /// <summary>Stream of the first device.</summary>
    public static readonly StreamId Stream = 0x10;

    /// <summary>An address of every process, mapped to <see cref="Process.Data"/>.</summary>
    public static readonly Iova Here = 0x7f_1234_0000;

    private const ulong Mair = 0x0000_0000_0004_44ff;
    private static readonly PhysicalAddress s_memory = 0x4_0000_0000;

    private int _processes;

    /// <summary>A machine with some SMMUs alike, and a device with PASIDs behind the first.</summary>
    public ProcessScene(
        Profile profile,
        int smmus = 1,
        byte bits = 4,
        bool ats = false,
        BenchOptions? options = null,
        Profile? beside = null
    )
    {
        Profile = profile;
        Profile[] more = beside is null ? [] : [beside];
        Bench = TestBench.Create([.. Enumerable.Repeat(profile, smmus), .. more], options);
        for (var smmu = 0; smmu < smmus + more.Length; smmu++)
            Bench.Must(Bench.Probe(smmu));
        Nic = AddDevice("nic", Stream, bits, ats);
    }

    /// <summary>Why a profile cannot share address spaces; null if it can.</summary>
    public static string? CannotShare(Profile profile) =>
        PasidScene.NoSubstreams(profile)
        ?? (
            !SmmuNode.Of(profile).Coherent ? "the SMMU is not coherent"
            : profile.IDR0.TTENDIAN == WalkEndianness.Big ? "SMMU_IDR0.TTENDIAN is 0b11"
            : null
        );

    /// <summary>Hardware of each SMMU.</summary>
    public Profile Profile { get; }

    /// <summary>Machine and driver.</summary>
    public TestBench Bench { get; }

    /// <summary>The first device.</summary>
    public Device Nic { get; }

    /// <summary>Its translation cache.</summary>
    public AddressTranslationCache Cache => Bench.Devices.CacheOf(0, Stream);

    /// <summary>The smallest page of the SMMUs, by hand from IDR5.</summary>
    public ulong Page =>
        Profile.IDR5.GRAN4K ? 0x1000ul
        : Profile.IDR5.GRAN16K ? 0x4000ul
        : 0x1_0000ul;

    /// <summary>A process and what it has mapped.</summary>
    public sealed record Process(ProcessSpace Space, HandMadeTables Tables, PhysicalAddress Data)
    {
        /// <summary>Its name.</summary>
        public ProcessId Id => Space.Id;
    }

    /// <summary>Another device with PASIDs.</summary>
    public Device AddDevice(
        string name,
        StreamId stream,
        byte bits = 4,
        bool ats = false,
        int smmu = 0
    ) =>
        Bench.AddDevice(
            new MasterDescription
            {
                Name = name,
                Streams = [stream],
                SubstreamBits = bits,
                Ats = ats,
            },
            smmu
        );

    /// <summary>Another process, with one page.</summary>
    public Process Start()
    {
        var number = ++_processes;
        var memory = new GuestMemory(Bench, s_memory + (ulong)number * GuestMemory.Bytes);
        var tables = new HandMadeTables(memory, Page, bigEndian: false);
        PhysicalAddress data = memory.Allocate(Page, Page).Value;
        tables.Map(Here, data.Value);
        var space = new ProcessSpace(
            new ProcessId(number),
            tables.Root.Value,
            Page,
            InputBits: HandMadeTables.InputBits,
            OutputBits: 36,
            Mair
        );
        return new Process(space, tables, data);
    }

    /// <summary>Another process, whose PEs broadcast their TLB maintenance under an ASID.</summary>
    public Process StartBroadcasting(Asid asid)
    {
        var process = Start();
        return process with { Space = process.Space with { SharedAsid = asid } };
    }

    /// <summary>A process takes its page away, and its PEs tell every TLB that hears them.</summary>
    public void Unmap(Process process)
    {
        process.Tables.Unmap(Here);
        Bench.Machine.Broadcast(
            new BroadcastInvalidation
            {
                Scope = BroadcastScope.VaE1,
                Asid = process.Space.SharedAsid!.Value,
                Address = Here.Value,
            }
        );
        Bench.Machine.CompleteBroadcasts();
    }

    /// <summary>Binds a device to a process.</summary>
    public SubstreamId Bind(Process process, Device? device = null) =>
        Bench.Must(Bench.Bind(device ?? Nic, process.Space));

    /// <summary>Fails the case unless an access ends at the page of the process.</summary>
    public void MustReach(Process process, SubstreamId pasid, Device? device = null) =>
        Bench.MustReach(device ?? Nic, Here, process.Data, pasid: pasid);

    /// <summary>Fails the case if an access passes.</summary>
    public void MustRefuse(SubstreamId pasid, Device? device = null, Iova? at = null) =>
        Bench.MustRefuse(device ?? Nic, at ?? Here, pasid: pasid);

    /// <inheritdoc/>
    public void Dispose() => Bench.Dispose();
}
