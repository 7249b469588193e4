using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Bench;

// What a case asks of the driver about PASIDs.
public sealed partial class TestBench
{
    /// <summary>An optional ability that the driver has declared.</summary>
    /// <exception cref="InvalidOperationException">It is declared, but not there.</exception>
    public T Facet<T>()
        where T : class =>
        Driver.Facet<T>()
        ?? throw new InvalidOperationException(
            $"contract.capabilities-honest: the driver declares what {typeof(T).Name} is for, but does not offer it"
        );

    /// <summary>Has the driver give the accesses of a device that carry a PASID a domain.</summary>
    public Outcome AttachPasid(Device device, SubstreamId pasid, DomainHandle domain) =>
        Operate(
            $"attach {device} PASID {pasid} to domain {domain.Value}",
            () => Facet<IPasidAttach>().AttachPasid(device.Handle, pasid, domain)
        );

    /// <summary>Has the driver take the domain of a PASID away.</summary>
    public Outcome DetachPasid(Device device, SubstreamId pasid) =>
        Operate(
            $"detach {device} PASID {pasid}",
            () => Facet<IPasidAttach>().DetachPasid(device.Handle, pasid)
        );

    /// <summary>How many PASIDs a device can use.</summary>
    public uint PasidsOf(Device device) => Must(Facet<IPasidAttach>().PasidsOf(device.Handle));

    /// <summary>Has the driver allow auxiliary domains.</summary>
    public Outcome EnableAuxiliary(Device device) =>
        Operate(
            $"enable auxiliary domains of {device}",
            () => Facet<IAuxiliaryDomains>().EnableAuxiliary(device.Handle)
        );

    /// <summary>Has the driver take the allowance back.</summary>
    public Outcome DisableAuxiliary(Device device) =>
        Operate(
            $"disable auxiliary domains of {device}",
            () => Facet<IAuxiliaryDomains>().DisableAuxiliary(device.Handle)
        );

    /// <summary>Has the driver attach a domain beside the others.</summary>
    public Outcome<SubstreamId> AttachAuxiliary(Device device, DomainHandle domain) =>
        Operate(
            $"attach {device} to auxiliary domain {domain.Value}",
            () => Facet<IAuxiliaryDomains>().AttachAuxiliary(device.Handle, domain)
        );

    /// <summary>Has the driver detach an auxiliary domain.</summary>
    public Outcome DetachAuxiliary(Device device, DomainHandle domain) =>
        Operate(
            $"detach {device} from auxiliary domain {domain.Value}",
            () => Facet<IAuxiliaryDomains>().DetachAuxiliary(device.Handle, domain)
        );

    /// <summary>The PASID of an auxiliary domain.</summary>
    public Outcome<SubstreamId> PasidOf(DomainHandle domain) =>
        Facet<IAuxiliaryDomains>().PasidOf(domain);
}
