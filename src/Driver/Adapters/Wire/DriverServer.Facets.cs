using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Adapters.Wire;

/// <summary>The operations of optional interfaces; without the interface they are not supported.</summary>
public sealed partial class DriverServer
{
    private void CallFacet(ISmmuDriver driver, Operation operation, ref WireReader from)
    {
        switch (operation)
        {
            case Operation.Suspend when driver.Facet<IPower>() is { } power:
                Return(power.Suspend(Smmu(ref from)));
                break;
            case Operation.Resume when driver.Facet<IPower>() is { } power:
                Return(power.Resume(Smmu(ref from)));
                break;
            case Operation.PasidsOf when driver.Facet<IPasidAttach>() is { } pasids:
                Return(pasids.PasidsOf(Master(ref from)), static (to, it) => to.U32(it));
                break;
            case Operation.AttachPasid when driver.Facet<IPasidAttach>() is { } pasids:
                Return(pasids.AttachPasid(Master(ref from), from.U32("PASID"), Domain(ref from)));
                break;
            case Operation.DetachPasid when driver.Facet<IPasidAttach>() is { } pasids:
                Return(pasids.DetachPasid(Master(ref from), from.U32("PASID")));
                break;
            case >= Operation.EnableAuxiliary
            and <= Operation.PasidOf when driver.Facet<IAuxiliaryDomains>() is { } auxiliary:
                CallAuxiliary(auxiliary, operation, ref from);
                break;
            case >= Operation.Bind
            and <= Operation.Exited when driver.Facet<ISharedAddressing>() is { } sharing:
                CallSharing(sharing, operation, ref from);
                break;
            case Operation.EnableFaults when driver.Facet<IPageFaults>() is { } faults:
                Return(faults.EnableFaults(Master(ref from)));
                break;
            case Operation.DisableFaults when driver.Facet<IPageFaults>() is { } faults:
                Return(faults.DisableFaults(Master(ref from)));
                break;
            case Operation.AnswerFault when driver.Facet<IPageFaults>() is { } faults:
                Return(faults.Answer(new(from.I64("group")), (PageFaultAnswer)from.U8("answer")));
                break;
            case Operation.EnforceCoherency
                when driver.Facet<ICoherencyEnforcement>() is { } coherency:
                Return(
                    coherency.EnforceCoherency(Domain(ref from)),
                    static (to, it) => to.Flag(it)
                );
                break;
            case >= Operation.StartTracking
            and <= Operation.ReadDirty when driver.Facet<IDirtyTracking>() is { } dirty:
                CallDirty(dirty, operation, ref from);
                break;
            default:
                Return((Outcome)ErrorClass.NotSupported);
                break;
        }
    }

    private void CallAuxiliary(
        IAuxiliaryDomains auxiliary,
        Operation operation,
        ref WireReader from
    )
    {
        switch (operation)
        {
            case Operation.EnableAuxiliary:
                Return(auxiliary.EnableAuxiliary(Master(ref from)));
                break;
            case Operation.DisableAuxiliary:
                Return(auxiliary.DisableAuxiliary(Master(ref from)));
                break;
            case Operation.AttachAuxiliary:
                Return(
                    auxiliary.AttachAuxiliary(Master(ref from), Domain(ref from)),
                    static (to, it) => to.U32(it.Value)
                );
                break;
            case Operation.DetachAuxiliary:
                Return(auxiliary.DetachAuxiliary(Master(ref from), Domain(ref from)));
                break;
            default:
                Return(auxiliary.PasidOf(Domain(ref from)), static (to, it) => to.U32(it.Value));
                break;
        }
    }

    private void CallSharing(ISharedAddressing sharing, Operation operation, ref WireReader from)
    {
        switch (operation)
        {
            case Operation.Bind:
                Return(
                    sharing.Bind(Master(ref from), from.Process()),
                    static (to, it) => to.U32(it.Value)
                );
                break;
            case Operation.Unbind:
                Return(sharing.Unbind(Master(ref from), Process(ref from)));
                break;
            case Operation.Changed:
                Return(sharing.Changed(Process(ref from), from.U64("address"), from.U64("bytes")));
                break;
            default:
                Return(sharing.Exited(Process(ref from)));
                break;
        }
    }

    private void CallDirty(IDirtyTracking dirty, Operation operation, ref WireReader from)
    {
        switch (operation)
        {
            case Operation.StartTracking:
                Return(dirty.StartTracking(Domain(ref from)));
                break;
            case Operation.StopTracking:
                Return(dirty.StopTracking(Domain(ref from)));
                break;
            default:
                Return(
                    dirty.ReadDirty(
                        Domain(ref from),
                        from.U64("address"),
                        from.U64("bytes"),
                        from.Flag("clean")
                    ),
                    static (to, ranges) =>
                    {
                        to.U32((uint)ranges.Length);
                        foreach (var range in ranges)
                        {
                            to.U64(range.Address.Value);
                            to.U64(range.Bytes);
                        }
                    }
                );
                break;
        }
    }

    private void CallNesting(INesting? nesting, Operation operation, ref WireReader from)
    {
        if (nesting is null)
        {
            var refusal = _system.Return(ErrorClass.NotSupported);
            if (operation == Operation.Invalidate)
                refusal.U32(0);
            return;
        }
        switch (operation)
        {
            case Operation.InformationOf:
                Return(
                    nesting.InformationOf(Master(ref from)),
                    static (to, it) =>
                    {
                        foreach (var idr in it.Idr)
                            to.U32(idr);
                        to.U32(it.Iidr);
                        to.U32(it.Aidr);
                    }
                );
                break;
            case Operation.CreateVirtualSmmu:
                Return(
                    nesting.CreateVirtualSmmu(Master(ref from), Domain(ref from)),
                    static (to, it) => to.I32(it.Value)
                );
                break;
            case Operation.FreeVirtualSmmu:
                Return(nesting.FreeVirtualSmmu(Guest(ref from)));
                break;
            case Operation.AddVirtualDevice:
                Return(
                    nesting.AddVirtualDevice(
                        Guest(ref from),
                        Master(ref from),
                        from.U32("virtual stream")
                    )
                );
                break;
            case Operation.RemoveVirtualDevice:
                Return(nesting.RemoveVirtualDevice(Guest(ref from), Master(ref from)));
                break;
            case Operation.CreateNestedDomain:
                Return(
                    nesting.CreateNestedDomain(
                        Guest(ref from),
                        from.U64("word 0"),
                        from.U64("word 1")
                    ),
                    static (to, it) => to.I32(it.Value)
                );
                break;
            case Operation.Invalidate:
                var guest = Guest(ref from);
                var commands = new Command[from.U32("number of commands")];
                for (var i = 0; i < commands.Length; i++)
                    commands[i] = new(from.U64("word 0"), from.U64("word 1"));
                var ending = nesting.Invalidate(guest, commands);
                _system.Return(ending.Outcome.Error).U32((uint)ending.Handled);
                break;
            default:
                Return((Outcome)ErrorClass.NotSupported);
                break;
        }
    }
}
