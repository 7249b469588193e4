using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Adapters.Wire;

/// <summary>Guests.</summary>
public sealed partial class RemoteDriver : INesting
{
    /// <inheritdoc/>
    public Outcome<HardwareInformation> InformationOf(MasterHandle master)
    {
        Start(Operation.InformationOf).I32(master.Value);
        return Result(
            static (ref WireReader from) =>
            {
                var idr = new uint[6];
                for (var i = 0; i < idr.Length; i++)
                    idr[i] = from.U32("SMMU_IDR0 to SMMU_IDR5");
                return new HardwareInformation(
                    [.. idr],
                    from.U32("SMMU_IIDR"),
                    from.U32("SMMU_AIDR")
                );
            }
        );
    }

    /// <inheritdoc/>
    public Outcome<VirtualSmmuHandle> CreateVirtualSmmu(MasterHandle master, DomainHandle parent)
    {
        var call = Start(Operation.CreateVirtualSmmu);
        call.I32(master.Value);
        call.I32(parent.Value);
        return Handle(value => new VirtualSmmuHandle(value));
    }

    /// <inheritdoc/>
    public Outcome FreeVirtualSmmu(VirtualSmmuHandle guest) =>
        Call(Operation.FreeVirtualSmmu, guest.Value);

    /// <inheritdoc/>
    public Outcome AddVirtualDevice(
        VirtualSmmuHandle guest,
        MasterHandle master,
        StreamId virtualStream
    )
    {
        var call = Start(Operation.AddVirtualDevice);
        call.I32(guest.Value);
        call.I32(master.Value);
        call.U32(virtualStream.Value);
        return Finish();
    }

    /// <inheritdoc/>
    public Outcome RemoveVirtualDevice(VirtualSmmuHandle guest, MasterHandle master) =>
        Call(Operation.RemoveVirtualDevice, guest.Value, master.Value);

    /// <inheritdoc/>
    public Outcome<DomainHandle> CreateNestedDomain(
        VirtualSmmuHandle guest,
        ulong word0,
        ulong word1
    )
    {
        var call = Start(Operation.CreateNestedDomain);
        call.I32(guest.Value);
        call.U64(word0);
        call.U64(word1);
        return Handle(value => new DomainHandle(value));
    }

    /// <inheritdoc/>
    public GuestInvalidation Invalidate(VirtualSmmuHandle guest, ReadOnlySpan<Command> commands)
    {
        var call = Start(Operation.Invalidate);
        call.I32(guest.Value);
        call.U32((uint)commands.Length);
        foreach (var command in commands)
        {
            call.U64(command.Word0);
            call.U64(command.Word1);
        }
        // How many have had their effect is told whatever stopped the rest.
        return Exchange(
            static (ErrorClass error, ref WireReader from) =>
                new GuestInvalidation(
                    (int)Math.Min(from.U32("number of commands handled"), int.MaxValue),
                    error
                )
        );
    }
}
