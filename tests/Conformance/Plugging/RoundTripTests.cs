using System.Collections.Immutable;
using System.Text.Json;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Adapters;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Conformance.Plugging;

/// <summary>
/// Every operation and every act, with many arguments: a driver in another process is asked the same, does the same and answers the
/// same as one of its kind in this process.
/// </summary>
public sealed class RoundTripTests : IDisposable
{
    private const int Rounds = 40;

    private static readonly Lazy<PluggedDriver> Remote = new(ChildProgram.Plug<RecordingDriver>);

    private readonly Random _random = new(20250101);
    private readonly RecordingDriver _here = new();
    private readonly ISmmuDriver _there = Remote.Value.Create();
    private readonly RecordedMachine _machineHere;
    private readonly RecordedMachine _machineThere;

    public RoundTripTests()
    {
        var firmware = Firmware();
        (_machineHere, _machineThere) = (
            new() { Firmware = firmware },
            new() { Firmware = firmware }
        );
        Compare(driver => driver.Probe(driver == _here ? _machineHere : _machineThere));
    }

    public void Dispose() => (_there as IDisposable)?.Dispose();

    [Fact]
    public void It_says_the_same_of_itself()
    {
        Assert.Equal(_here.Describe(), _there.Describe());
        Assert.Equal(Facets.OfferedBy(_here), Facets.OfferedBy(_there));
    }

    [Fact]
    public void Probes_are_the_same() =>
        Many(() =>
        {
            var firmware = Firmware();
            var (here, there) = (
                new RecordedMachine(_machineHere) { Firmware = firmware },
                new RecordedMachine(_machineThere) { Firmware = firmware }
            );
            Compare(driver => driver.Probe(driver == _here ? here : there));
        });

    [Fact]
    public void Operations_are_the_same() =>
        Many(() =>
        {
            var (smmu, master, domain) = (Smmu(), Master(), Domain());
            var (description, request) = (Description(), Request());
            var (address, physical, bytes) = (Word(), Word(), Word());
            var protection = (Protection)_random.Next(64);
            var source = Any<InterruptSource>();
            Compare(driver => driver.AddMaster(smmu, description));
            Compare(driver => driver.CreateDomain(request));
            Compare(driver => driver.Geometry(domain));
            Compare(driver => driver.Attach(master, domain));
            Compare(driver => driver.Map(domain, address, physical, bytes, protection));
            Compare(driver => driver.Unmap(domain, address, bytes));
            Compare(driver => driver.HandleInterrupt(smmu, source));
            Compare(driver => driver.Detach(master));
            Compare(driver => driver.FreeDomain(domain));
            Compare(driver => driver.RemoveMaster(master));
            Compare(driver => driver.Shutdown(smmu));
            Compare(driver => driver.Remove(smmu));
            Compare<IPower, Outcome>(power => power.Suspend(smmu));
            Compare<IPower, Outcome>(power => power.Resume(smmu));
        });

    [Fact]
    public void Operations_about_PASIDs_are_the_same() =>
        Many(() =>
        {
            var (master, domain, process) = (Master(), Domain(), Process());
            var pasid = (SubstreamId)(uint)_random.Next();
            var (address, bytes) = (Word(), Word());
            Compare<IPasidAttach, Outcome<uint>>(it => it.PasidsOf(master));
            Compare<IPasidAttach, Outcome>(it => it.AttachPasid(master, pasid, domain));
            Compare<IPasidAttach, Outcome>(it => it.DetachPasid(master, pasid));
            Compare<IAuxiliaryDomains, Outcome>(it => it.EnableAuxiliary(master));
            Compare<IAuxiliaryDomains, Outcome>(it => it.DisableAuxiliary(master));
            Compare<IAuxiliaryDomains, Outcome<SubstreamId>>(it =>
                it.AttachAuxiliary(master, domain)
            );
            Compare<IAuxiliaryDomains, Outcome>(it => it.DetachAuxiliary(master, domain));
            Compare<IAuxiliaryDomains, Outcome<SubstreamId>>(it => it.PasidOf(domain));
            Compare<ISharedAddressing, Outcome<SubstreamId>>(it => it.Bind(master, in process));
            Compare<ISharedAddressing, Outcome>(it => it.Unbind(master, process.Id));
            Compare<ISharedAddressing, Outcome>(it => it.Changed(process.Id, address, bytes));
            Compare<ISharedAddressing, Outcome>(it => it.Exited(process.Id));
        });

    [Fact]
    public void Operations_about_faults_and_flags_are_the_same() =>
        Many(() =>
        {
            var (master, domain) = (Master(), Domain());
            var group = new PageFaultGroup(_random.NextInt64(long.MinValue, long.MaxValue));
            var answer = Any<PageFaultAnswer>();
            var (address, bytes, clean) = (Word(), Word(), Flag());
            Compare<IPageFaults, Outcome>(it => it.EnableFaults(master));
            Compare<IPageFaults, Outcome>(it => it.DisableFaults(master));
            Compare<IPageFaults, Outcome>(it => it.Answer(group, answer));
            Compare<ICoherencyEnforcement, Outcome<bool>>(it => it.EnforceCoherency(domain));
            Compare<IDirtyTracking, Outcome>(it => it.StartTracking(domain));
            Compare<IDirtyTracking, Outcome>(it => it.StopTracking(domain));
            Compare<IDirtyTracking, Outcome<ImmutableArray<DirtyRange>>>(it =>
                it.ReadDirty(domain, address, bytes, clean)
            );
        });

    [Fact]
    public void Operations_about_guests_are_the_same() =>
        Many(() =>
        {
            var (master, domain, stream) = (Master(), Domain(), (StreamId)(uint)_random.Next());
            var guest = new VirtualSmmuHandle(Number());
            var (word0, word1) = (Word(), Word());
            var commands = Enumerable
                .Range(0, _random.Next(20))
                .Select(_ => new Command(Word(), Word()))
                .ToArray();
            Compare<INesting, Outcome<HardwareInformation>>(it => it.InformationOf(master));
            Compare<INesting, Outcome<VirtualSmmuHandle>>(it =>
                it.CreateVirtualSmmu(master, domain)
            );
            Compare<INesting, Outcome>(it => it.FreeVirtualSmmu(guest));
            Compare<INesting, Outcome>(it => it.AddVirtualDevice(guest, master, stream));
            Compare<INesting, Outcome>(it => it.RemoveVirtualDevice(guest, master));
            Compare<INesting, Outcome<DomainHandle>>(it =>
                it.CreateNestedDomain(guest, word0, word1)
            );
            Compare<INesting, GuestInvalidation>(it => it.Invalidate(guest, commands));
        });

    [Fact]
    public void What_it_does_to_the_machine_is_the_same() =>
        Many(() =>
        {
            var domain = new DomainHandle(_random.Next(1 << 20));
            Compare(driver => driver.Flush(domain));
        });

    private void Compare<T, TResult>(Func<T, TResult> operation)
        where T : class => Compare(driver => operation(driver.Facet<T>()!));

    private void Compare<TResult>(Func<ISmmuDriver, TResult> operation)
    {
        var (here, there) = (operation(_here), operation(_there));

        Assert.Equal(Text(here), Text(there));
        Assert.Equal(_machineHere.Acts, _machineThere.Acts);
    }

    // An array is equal to none but itself.
    private static string Text<T>(T outcome)
    {
        var error = (ErrorClass)(
            typeof(T).GetProperty("Error")?.GetValue(outcome) ?? default(ErrorClass)
        );
        var value =
            error == ErrorClass.None ? typeof(T).GetProperty("Value")?.GetValue(outcome) : null;
        return $"{outcome} {error} {JsonSerializer.Serialize(value)}";
    }

    private static void Many(Action round)
    {
        for (var i = 0; i < Rounds; i++)
            round();
    }

    private SmmuFirmware Firmware() =>
        new()
        {
            Coherent = Flag(),
            Model = Any<SmmuModel>(),
            RegisterBytes = Word(),
            HardwareUpdate = Flag() ? Any<HardwareUpdate>() : null,
            BusyStreams = Streams(),
            MsiTarget = Flag()
                ? new(Word(), (uint)_random.Next(), (uint)_random.Next(), (uint)_random.Next())
                : null,
        };

    private MasterDescription Description() =>
        new()
        {
            Name = Flag() ? "nic" : $"Gerät {Number()}",
            Streams = Streams(),
            SubstreamBits = (byte)_random.Next(256),
            CanStall = Flag(),
            Ats = Flag(),
            Pri = Flag(),
            CanWriteBackNonSnooped = Flag(),
            Coherent = Flag(),
        };

    private DomainRequest Request() =>
        new()
        {
            Kind = Any<DomainKind>(),
            Stage = Any<DomainStage>(),
            Smmus = [.. Enumerable.Range(0, _random.Next(4)).Select(_ => Smmu())],
            NestParent = Flag(),
            DirtyTracking = Flag(),
            FlushMode = Flag() ? Any<FlushMode>() : null,
        };

    private ProcessSpace Process() =>
        new(new(Number()), Word(), Word(), (byte)_random.Next(256), (byte)_random.Next(256), Word())
        {
            SharedAsid = Flag() ? (Asid)(ushort)_random.Next(65536) : null,
        };

    private ImmutableArray<StreamId> Streams() =>
        [.. Enumerable.Range(0, _random.Next(5)).Select(_ => (StreamId)(uint)_random.Next())];

    private SmmuHandle Smmu() => new(Number());

    private MasterHandle Master() => new(Number());

    private DomainHandle Domain() => new(Number());

    private int Number() => _random.Next(int.MinValue, int.MaxValue);

    private ulong Word() => unchecked((ulong)_random.NextInt64(long.MinValue, long.MaxValue));

    private bool Flag() => _random.Next(2) == 0;

    private T Any<T>()
        where T : struct, Enum
    {
        var values = Enum.GetValues<T>();
        return values[_random.Next(values.Length)];
    }
}
