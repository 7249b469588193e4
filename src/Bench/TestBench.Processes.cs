using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Bench;

// What a case asks of the driver about processes.
public sealed partial class TestBench
{
    /// <summary>Has the driver bind a device to a process.</summary>
    public Outcome<SubstreamId> Bind(Device device, ProcessSpace process) =>
        Operate(
            $"bind {device} to process {process.Id.Value}",
            () => Facet<ISharedAddressing>().Bind(device.Handle, in process)
        );

    /// <summary>Has the driver take a binding back.</summary>
    public Outcome Unbind(Device device, ProcessId process) =>
        Operate(
            $"unbind {device} from process {process.Value}",
            () => Facet<ISharedAddressing>().Unbind(device.Handle, process)
        );

    /// <summary>Tells the driver that a process has changed its tables.</summary>
    public Outcome Changed(ProcessId process, Iova address, ulong bytes) =>
        Operate(
            $"process {process.Value} changed {address} +0x{bytes:x}",
            () => Facet<ISharedAddressing>().Changed(process, address, bytes)
        );

    /// <summary>Tells the driver that a process has ended.</summary>
    public Outcome Exited(ProcessId process) =>
        Operate($"process {process.Value} exits", () => Facet<ISharedAddressing>().Exited(process));
}
