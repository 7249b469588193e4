using System.Collections.Immutable;
using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Adapters.Native;

/// <summary>Guests.</summary>
public sealed unsafe partial class NativeDriver : INesting
{
    /// <inheritdoc/>
    public Outcome<HardwareInformation> InformationOf(MasterHandle master)
    {
        NativeInformation it = default;
        var error = Ended(_do->InformationOf(_self, master.Value, &it), "information_of");
        if (!error.IsDone)
            return error.Error;
        var idr = ImmutableArray.CreateBuilder<uint>(6);
        for (var i = 0; i < 6; i++)
            idr.Add(it.Idr[i]);
        return new HardwareInformation(idr.MoveToImmutable(), it.Iidr, it.Aidr);
    }

    /// <inheritdoc/>
    public Outcome<VirtualSmmuHandle> CreateVirtualSmmu(MasterHandle master, DomainHandle parent)
    {
        var guest = 0;
        var error = Ended(
            _do->CreateVirtualSmmu(_self, master.Value, parent.Value, &guest),
            "create_virtual_smmu"
        );
        return error.IsDone ? new VirtualSmmuHandle(guest) : error.Error;
    }

    /// <inheritdoc/>
    public Outcome FreeVirtualSmmu(VirtualSmmuHandle guest) =>
        Call(_do->FreeVirtualSmmu, guest.Value, "free_virtual_smmu");

    /// <inheritdoc/>
    public Outcome AddVirtualDevice(
        VirtualSmmuHandle guest,
        MasterHandle master,
        StreamId virtualStream
    ) =>
        Ended(
            _do->AddVirtualDevice(_self, guest.Value, master.Value, virtualStream.Value),
            "add_virtual_device"
        );

    /// <inheritdoc/>
    public Outcome RemoveVirtualDevice(VirtualSmmuHandle guest, MasterHandle master) =>
        Call(_do->RemoveVirtualDevice, guest.Value, master.Value, "remove_virtual_device");

    /// <inheritdoc/>
    public Outcome<DomainHandle> CreateNestedDomain(
        VirtualSmmuHandle guest,
        ulong word0,
        ulong word1
    )
    {
        var domain = 0;
        var error = Ended(
            _do->CreateNestedDomain(_self, guest.Value, word0, word1, &domain),
            "create_nested_domain"
        );
        return error.IsDone ? new DomainHandle(domain) : error.Error;
    }

    /// <inheritdoc/>
    public GuestInvalidation Invalidate(VirtualSmmuHandle guest, ReadOnlySpan<Command> commands)
    {
        uint handled = 0;
        fixed (Command* first = commands)
        {
            var error = Ended(
                _do->Invalidate(_self, guest.Value, first, (uint)commands.Length, &handled),
                "invalidate"
            );
            return new((int)Math.Min(handled, int.MaxValue), error);
        }
    }
}
