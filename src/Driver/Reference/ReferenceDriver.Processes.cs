using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

// Devices in the address spaces of processes.
public sealed partial class ReferenceDriver : ISharedAddressing
{
    private readonly SharedAddressing _sharing;

    /// <inheritdoc/>
    public Outcome<SubstreamId> Bind(MasterHandle master, in ProcessSpace process)
    {
        if (_masters[master.Value] is not { } device)
            return ErrorClass.NotFound;
        var wanted = process;
        return Alone(() => _sharing.Bind(device, in wanted));
    }

    /// <inheritdoc/>
    public Outcome Unbind(MasterHandle master, ProcessId process) =>
        _masters[master.Value] is { } device
            ? Alone(() => _sharing.Unbind(device, process))
            : ErrorClass.NotFound;

    /// <inheritdoc/>
    public Outcome Changed(ProcessId process, Iova address, ulong bytes) =>
        _sharing.Changed(process, address, bytes);

    /// <inheritdoc/>
    public Outcome Exited(ProcessId process) => Alone(() => _sharing.Exited(process));
}
