using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

// Devices in the address spaces of processes.
public sealed partial class ReferenceDriver : ISharedAddressing
{
    private readonly SharedAddressing _sharing;

    /// <inheritdoc/>
    public Outcome<SubstreamId> Bind(MasterHandle master, in ProcessSpace process) =>
        _masters[master.Value] is { } device
            ? _sharing.Bind(device, in process)
            : ErrorClass.NotFound;

    /// <inheritdoc/>
    public Outcome Unbind(MasterHandle master, ProcessId process)
    {
        if (_masters[master.Value] is not { } device)
            return ErrorClass.NotFound;
        var outcome = new WorstOutcome();
        var pasid = _sharing.PasidOf(process);
        outcome.Add(_sharing.Unbind(device, process));
        if (pasid is { } ended && !device.Substreams.ContainsKey(ended))
            outcome.Add(_faults.Cancel(device, ended));
        return outcome.Outcome;
    }

    /// <inheritdoc/>
    public Outcome Changed(ProcessId process, Iova address, ulong bytes) =>
        _sharing.Changed(process, address, bytes);

    /// <inheritdoc/>
    public Outcome Exited(ProcessId process) => _sharing.Exited(process);
}
