using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

// Guests, and how coherent their devices are.
public sealed partial class ReferenceDriver : INesting, ICoherencyEnforcement
{
    private readonly Handles<VirtualSmmu> _guests = new();

    /// <inheritdoc/>
    public Outcome<HardwareInformation> InformationOf(MasterHandle master) =>
        _masters[master.Value] is { } found
            ? found.Smmu.Features.Identification
            : ErrorClass.NotFound;

    /// <inheritdoc/>
    public Outcome<VirtualSmmuHandle> CreateVirtualSmmu(MasterHandle master, DomainHandle parent) =>
        Alone(() => CreateVirtualSmmuAlone(master, parent));

    private Outcome<VirtualSmmuHandle> CreateVirtualSmmuAlone(
        MasterHandle master,
        DomainHandle parent
    )
    {
        if (_masters[master.Value] is not { } device || _domains[parent.Value] is not { } domain)
            return ErrorClass.NotFound;
        if (domain is not Stage2Domain second)
            return ErrorClass.Invalid;
        var handle = new VirtualSmmuHandle(_guests.Next());
        var guest = VirtualSmmu.Create(handle, device, second, _vmids);
        if (!guest.IsDone)
            return guest.Error;
        _guests.Add(handle.Value, guest.Value);
        return handle;
    }

    /// <inheritdoc/>
    public Outcome FreeVirtualSmmu(VirtualSmmuHandle guest) =>
        Alone(() => FreeVirtualSmmuAlone(guest));

    private Outcome FreeVirtualSmmuAlone(VirtualSmmuHandle guest)
    {
        if (_guests[guest.Value] is not { } found)
            return ErrorClass.NotFound;
        if (found.IsInUse)
            return ErrorClass.Busy;
        found.Free();
        _guests.Remove(guest.Value);
        return Outcome.Done;
    }

    /// <inheritdoc/>
    public Outcome AddVirtualDevice(
        VirtualSmmuHandle guest,
        MasterHandle master,
        StreamId virtualStream
    ) =>
        _guests[guest.Value] is { } found && _masters[master.Value] is { } device
            ? Alone(() => found.Add(device, virtualStream))
            : ErrorClass.NotFound;

    /// <inheritdoc/>
    public Outcome RemoveVirtualDevice(VirtualSmmuHandle guest, MasterHandle master) =>
        _guests[guest.Value] is { } found && _masters[master.Value] is { } device
            ? Alone(() => found.Remove(device))
            : ErrorClass.NotFound;

    /// <inheritdoc/>
    public Outcome<DomainHandle> CreateNestedDomain(
        VirtualSmmuHandle guest,
        ulong word0,
        ulong word1
    )
    {
        if (_guests[guest.Value] is not { } found)
            return ErrorClass.NotFound;
        var entry = GuestEntry.Parse(word0, word1);
        if (!entry.IsDone)
            return entry.Error;
        var handle = new DomainHandle(_domains.Next());
        return Alone<Outcome<DomainHandle>>(() =>
        {
            _domains.Add(handle.Value, new NestedDomain(found, entry.Value));
            return handle;
        });
    }

    /// <inheritdoc/>
    public GuestInvalidation Invalidate(VirtualSmmuHandle guest, ReadOnlySpan<Command> commands) =>
        _guests[guest.Value] is { } found
            ? GuestCommands.Execute(found, commands)
            : new GuestInvalidation(0, ErrorClass.NotFound);

    /// <inheritdoc/>
    public Outcome<bool> EnforceCoherency(DomainHandle domain)
    {
        var paging = Paging(domain);
        return paging.IsDone ? Alone(paging.Value.TryEnforceCoherency) : paging.Error;
    }
}
