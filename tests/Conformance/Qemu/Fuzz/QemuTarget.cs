using SmmuConformance.Architecture;
using SmmuConformance.Bench.Qemu;

namespace SmmuConformance.Conformance.Qemu;

/// <summary>QEMU's SMMU.</summary>
internal sealed class QemuTarget(QemuMachine machine) : IScenarioTarget
{
    public void Store(PhysicalAddress at, ulong value) => machine.Store(at, value);

    public ulong Load(PhysicalAddress at) => machine.Load(at);

    public void Write32(uint offset, uint value) => machine.Write32(offset, value);

    public void Write64(uint offset, ulong value) => machine.Write64(offset, value);

    public uint Read32(uint offset) => machine.Read32(offset);

    public Reached Access(StreamId stream, ulong address, bool write)
    {
        var access = machine.Access(stream, address, write);
        return new(access.Passed, access.Passed ? access.Address.Value : 0);
    }
}
