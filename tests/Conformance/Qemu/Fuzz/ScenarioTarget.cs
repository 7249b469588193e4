using SmmuConformance.Architecture;
using SmmuConformance.Bench.Qemu;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Qemu;

/// <summary>What became of an access.</summary>
/// <param name="Passed">It was not refused.</param>
/// <param name="Address">The output address, if it passed.</param>
internal readonly record struct Reached(bool Passed, ulong Address);

/// <summary>An SMMU that scenarios run on, with 256 MB of memory at 1 GB.</summary>
internal interface IScenarioTarget
{
    /// <summary>Stores a word of memory.</summary>
    void Store(PhysicalAddress at, ulong value);

    /// <summary>A word of memory.</summary>
    ulong Load(PhysicalAddress at);

    /// <summary>Stores a register of 32 bits.</summary>
    void Write32(uint offset, uint value);

    /// <summary>Stores a register of 64 bits.</summary>
    void Write64(uint offset, ulong value);

    /// <summary>A register of 32 bits.</summary>
    uint Read32(uint offset);

    /// <summary>Has a device read or write four bytes; those it writes are zero.</summary>
    Reached Access(StreamId stream, ulong address, bool write);
}

/// <summary>The emulator, with caches or without.</summary>
internal sealed class EmulatorTarget : IScenarioTarget
{
    private readonly Machine _machine;

    public EmulatorTarget(Profile profile, bool caches)
    {
        _machine = new Machine(new MachineOptions { Smmus = [profile], Caches = caches });
        // Nothing answers where QEMU's machine has neither memory nor a device.
        _machine.Memory.AbortRange(
            QemuMap.Memory + QemuMap.MemoryBytes,
            (1ul << 52) - QemuMap.Memory - QemuMap.MemoryBytes
        );
    }

    public void Store(PhysicalAddress at, ulong value) => _machine.Memory.Write64(at, value);

    public ulong Load(PhysicalAddress at) => _machine.Memory.Read64(at);

    public void Write32(uint offset, uint value) => _machine.Smmus[0].Write32(offset, value);

    public void Write64(uint offset, ulong value) => _machine.Smmus[0].Write64(offset, value);

    public uint Read32(uint offset) => _machine.Smmus[0].Read32(offset);

    public Reached Access(StreamId stream, ulong address, bool write)
    {
        var answer = _machine
            .Smmus[0]
            .Access(
                new Transaction
                {
                    Stream = stream,
                    Address = address,
                    Write = write,
                }
            );
        if (answer.Passed && write)
            _machine.Memory.TryWrite(answer.Address, [0, 0, 0, 0]);
        return new(answer.Passed, answer.Passed ? answer.Address.Value : 0);
    }
}
