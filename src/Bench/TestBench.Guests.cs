using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Bench;

// What a case asks of the driver about guests.
public sealed partial class TestBench
{
    /// <summary>A stage 2 domain that guests may stand on.</summary>
    public DomainHandle NestParent(params int[] smmus) => Must(TryNestParent(smmus));

    /// <summary>A stage 2 domain that guests may stand on, if the driver does not refuse it.</summary>
    public Outcome<DomainHandle> TryNestParent(params int[] smmus) =>
        CreateDomain(
            new()
            {
                Kind = DomainKind.Paging,
                Stage = DomainStage.Stage2,
                NestParent = true,
                FlushMode = FlushMode.Strict,
                Smmus = [.. smmus.Select(HandleOf)],
            }
        );

    /// <summary>Has the driver make a virtual SMMU.</summary>
    public Outcome<VirtualSmmuHandle> CreateGuest(Device device, DomainHandle parent) =>
        Operate(
            $"create virtual SMMU for {device} on domain {parent.Value}",
            () => Facet<INesting>().CreateVirtualSmmu(device.Handle, parent)
        );

    /// <summary>Has the driver end a virtual SMMU.</summary>
    public Outcome FreeGuest(VirtualSmmuHandle guest) =>
        Operate($"free virtual SMMU {guest.Value}", () => Facet<INesting>().FreeVirtualSmmu(guest));

    /// <summary>Has the driver know a device by a guest's number.</summary>
    public Outcome AddVirtualDevice(VirtualSmmuHandle guest, Device device, StreamId number) =>
        Operate(
            $"{device} is stream {number} of guest {guest.Value}",
            () => Facet<INesting>().AddVirtualDevice(guest, device.Handle, number)
        );

    /// <summary>Has the driver forget a device of a guest.</summary>
    public Outcome RemoveVirtualDevice(VirtualSmmuHandle guest, Device device) =>
        Operate(
            $"{device} leaves guest {guest.Value}",
            () => Facet<INesting>().RemoveVirtualDevice(guest, device.Handle)
        );

    /// <summary>Has the driver make a domain of a guest's entry.</summary>
    public Outcome<DomainHandle> CreateNested(VirtualSmmuHandle guest, ulong word0, ulong word1) =>
        Operate(
            $"create nested domain of guest {guest.Value} from {word0:x16} {word1:x16}",
            () => Facet<INesting>().CreateNestedDomain(guest, word0, word1)
        );

    /// <summary>Has the driver carry out a guest's invalidations.</summary>
    public GuestInvalidation Invalidate(
        VirtualSmmuHandle guest,
        params ReadOnlySpan<Command> commands
    )
    {
        var copy = commands.ToArray();
        var result = default(GuestInvalidation);
        Operate(
            $"guest {guest.Value} invalidates: {string.Join("; ", copy.Take(4))}{(copy.Length > 4 ? " ..." : "")}",
            () =>
            {
                result = Facet<INesting>().Invalidate(guest, copy);
                return result.Outcome;
            }
        );
        return result;
    }
}
