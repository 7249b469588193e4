using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>A host with a stage 2 that guests stand on, and one guest with a device.</summary>
internal sealed class GuestScene : IDisposable
{
    /// <summary>What cases in this scene need of a driver.</summary>
    public const Capabilities Needs = Capabilities.Stage2 | Capabilities.Nesting;

    /// <summary>The device's stream.</summary>
    public static readonly StreamId Stream = 0x10;

    /// <summary>By what number the guest knows it: one with more bits than a StreamID of any SMMU here.</summary>
    public static readonly StreamId Number = 0x8765_4777;

    /// <summary>An address of the guest that it maps to <see cref="Data"/>.</summary>
    public static readonly Iova Here = 0x7_1234_0000;

    private static readonly PhysicalAddress s_host = 0x5_0000_0000;

    /// <summary>The host, the parent, the guest and its device, which is attached to nothing.</summary>
    public GuestScene(
        Profile profile,
        bool ats = false,
        BenchOptions? options = null,
        byte substreamBits = 0
    )
    {
        Profile = profile;
        Bench = TestBench.Start(profile, options);
        Nic = AddDevice("nic", Stream, ats, substreamBits);
        Parent = NewParent();
        Page = Bench.PageOf(Parent);
        Bits = Bench.Must(Bench.Driver.Geometry(Parent)).OutputBits;
        Memory = new GuestMemory(Bench, Parent, s_host);
        Guest = Bench.Must(Bench.CreateGuest(Nic, Parent));
        Bench.Must(Bench.AddVirtualDevice(Guest, Nic, Number));
        Data = Memory.Allocate(Page, Page);
        Space = NewSpace(0x55);
        Space.Map(Here, Data);
    }

    /// <summary>The hardware.</summary>
    public Profile Profile { get; }

    /// <summary>Machine and driver.</summary>
    public TestBench Bench { get; }

    /// <summary>The device; its accesses are always coherent.</summary>
    public Device Nic { get; }

    /// <summary>Its translation cache.</summary>
    public AddressTranslationCache Cache => Bench.Devices.CacheOf(0, Stream);

    /// <summary>The stage 2 domain below the guest.</summary>
    public DomainHandle Parent { get; }

    /// <summary>Bytes of a page.</summary>
    public ulong Page { get; }

    /// <summary>Bits of an IPA.</summary>
    public int Bits { get; }

    /// <summary>The guest's memory.</summary>
    public GuestMemory Memory { get; }

    /// <summary>The guest.</summary>
    public VirtualSmmuHandle Guest { get; }

    /// <summary>A page of the guest.</summary>
    public Ipa Data { get; }

    /// <summary>The guest's stage 1.</summary>
    public GuestSpace Space { get; }

    /// <summary>Why a profile cannot nest; null if it can.</summary>
    public static string? CannotNest(Profile profile) =>
        !profile.IDR0.S1P ? "SMMU_IDR0.S1P is 0"
        : !profile.IDR0.S2P ? "SMMU_IDR0.S2P is 0"
        : profile.IIDR is { Implementer: 0x43b, ProductID: 0x483, Variant: < 2 }
            ? "SMMU_IIDR: MMU-600 before r2p0 does not nest (erratum 1209401)"
        : profile.IIDR is { Implementer: 0x43b, ProductID: 0x487, Variant: 0 }
        || profile.IIDR is { Implementer: 0x43b, ProductID: 0x487, Variant: 1, Revision: 0 }
            ? "SMMU_IIDR: MMU-700 before r1p1 does not nest (erratum 2812531)"
        : null;

    /// <summary>A device whose accesses are always coherent.</summary>
    public Device AddDevice(
        string name,
        StreamId stream,
        bool ats = false,
        byte substreamBits = 0
    ) =>
        Bench.AddDevice(
            new MasterDescription
            {
                Name = name,
                Streams = [stream],
                Ats = ats,
                SubstreamBits = substreamBits,
                CanWriteBackNonSnooped = true,
            }
        );

    /// <summary>Another stage 2 that guests may stand on.</summary>
    public DomainHandle NewParent()
    {
        var parent = Bench.TryNestParent(0);
        if (parent.Error == ErrorClass.NotSupported)
            throw VerdictException.NotApplicable("the driver does not nest on this part");
        return Bench.Must(parent);
    }

    /// <summary>Another stage 1 of the guest.</summary>
    public GuestSpace NewSpace(ushort asid) => new(Memory, Profile, Page, asid, Bits);

    /// <summary>The first two words of a guest's entry that translates.</summary>
    public static (ulong Word0, ulong Word1) Translating(GuestSpace space, bool ats = false) =>
        (0xbul | space.Context.Value, ats ? 1ul << 28 : 0);

    /// <summary>A nested domain of a guest's stage 1.</summary>
    public DomainHandle Nested(GuestSpace space, bool ats = false)
    {
        var (word0, word1) = Translating(space, ats);
        return Bench.Must(Bench.CreateNested(Guest, word0, word1));
    }

    /// <summary>Attaches the device to the guest's stage 1.</summary>
    public DomainHandle AttachNested(bool ats = false)
    {
        var domain = Nested(Space, ats);
        Bench.Must(Bench.Attach(Nic, domain));
        // Hints that nobody waits for are over.
        Bench.Machine.Run();
        return domain;
    }

    /// <summary>
    /// What a guest does that has changed its context descriptor: first the descriptor is forgotten, then, when that is
    /// complete, what was made by it. The other way round it could be made again. §3.17
    /// </summary>
    public void ForgetContext(Command descriptor)
    {
        Bench.Monitor.TranslationsMayLinger = true;
        Bench.Must(Bench.Invalidate(Guest, descriptor).Outcome);
        Bench.Monitor.TranslationsMayLinger = false;
        Bench.Must(Bench.Invalidate(Guest, Command.From(new TlbiNhAll())).Outcome);
    }

    /// <summary>Fails the case unless an access at an address of the guest ends at an IPA of it.</summary>
    public void MustReach(Iova at, Ipa ipa, Device? device = null) =>
        Bench.MustReach(device ?? Nic, at, Memory.HostOf(ipa));

    /// <summary>Fails the case if an access passes.</summary>
    public void MustRefuse(Iova at, Device? device = null)
    {
        Bench.MustRefuse(device ?? Nic, at);
        // What stalls would be tried again at any time, and fill caches while the guest changes its tables.
        if (Bench.Smmu.Stalled.Count == 0)
            return;
        Bench.ServeInterrupts();
        Bench.Machine.Run();
    }

    /// <inheritdoc/>
    public void Dispose() => Bench.Dispose();
}
