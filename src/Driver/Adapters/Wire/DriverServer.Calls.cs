using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Adapters.Wire;

/// <summary>The operations.</summary>
public sealed partial class DriverServer
{
    private void Call(ISmmuDriver driver, Operation operation, ref WireReader from)
    {
        switch (operation)
        {
            case Operation.Probe:
                Return(driver.Probe(Platform(ref from)), static (to, it) => to.I32(it.Value));
                break;
            case Operation.Remove:
                Return(driver.Remove(Smmu(ref from)));
                break;
            case Operation.Shutdown:
                Return(driver.Shutdown(Smmu(ref from)));
                break;
            case Operation.HandleInterrupt:
                Return(driver.HandleInterrupt(Smmu(ref from), (InterruptSource)from.U8("source")));
                break;
            case Operation.AddMaster:
                Return(
                    driver.AddMaster(Smmu(ref from), from.Master()),
                    static (to, it) => to.I32(it.Value)
                );
                break;
            case Operation.RemoveMaster:
                Return(driver.RemoveMaster(Master(ref from)));
                break;
            case Operation.CreateDomain:
                Return(driver.CreateDomain(from.Domain()), static (to, it) => to.I32(it.Value));
                break;
            case Operation.FreeDomain:
                Return(driver.FreeDomain(Domain(ref from)));
                break;
            case Operation.Geometry:
                Return(
                    driver.Geometry(Domain(ref from)),
                    static (to, it) =>
                    {
                        to.U64(it.PageSizes);
                        to.U8(it.InputBits);
                        to.U8(it.OutputBits);
                    }
                );
                break;
            case Operation.Attach:
                Return(driver.Attach(Master(ref from), Domain(ref from)));
                break;
            case Operation.Detach:
                Return(driver.Detach(Master(ref from)));
                break;
            case Operation.Map:
                Return(
                    driver.Map(
                        Domain(ref from),
                        from.U64("address"),
                        from.U64("physical address"),
                        from.U64("bytes"),
                        (Protection)from.U8("protection")
                    )
                );
                break;
            case Operation.Unmap:
                Return(
                    driver.Unmap(Domain(ref from), from.U64("address"), from.U64("bytes")),
                    static (to, it) => to.U64(it)
                );
                break;
            case Operation.Flush:
                Return(driver.Flush(Domain(ref from)));
                break;
            case >= Operation.InformationOf:
                CallNesting(driver.Facet<INesting>(), operation, ref from);
                break;
            default:
                CallFacet(driver, operation, ref from);
                break;
        }
    }

    private void Return(Outcome outcome) => _system.Return(outcome.Error);

    private void Return<T>(Outcome<T> outcome, Action<WireWriter, T> write)
    {
        var to = _system.Return(outcome.Error);
        if (outcome.IsDone)
            write(to, outcome.Value);
    }

    private static SmmuHandle Smmu(ref WireReader from) => new(from.I32("SMMU"));

    private static MasterHandle Master(ref WireReader from) => new(from.I32("master"));

    private static DomainHandle Domain(ref WireReader from) => new(from.I32("domain"));

    private static ProcessId Process(ref WireReader from) => new(from.I32("process"));

    private static VirtualSmmuHandle Guest(ref WireReader from) => new(from.I32("virtual SMMU"));
}
