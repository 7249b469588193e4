using System.Buffers.Binary;
using SmmuConformance.Architecture;
using SmmuConformance.Bench.Qemu;

namespace SmmuConformance.Conformance.Qemu;

/// <summary>QEMU's SMMU.</summary>
internal sealed class QemuTarget : IScenarioTarget, IDisposable
{
    private readonly QemuProcess _process;
    private readonly EduDevice _device;

    /// <summary>Starts one, whose SMMU has both stages.</summary>
    /// <param name="path">The program.</param>
    /// <exception cref="QemuFailedException">It cannot be started.</exception>
    public QemuTarget(string path)
    {
        _process = QemuProcess.Start(path, QemuStage.Nested);
        _device = new(_process.Qtest, ScenarioImage.Stream.Value);
        _device.Enable();
        _process.Qtest.Drain();
        _process.Memory.Clear();
    }

    public void Store(PhysicalAddress at, ulong value)
    {
        // What was said of memory before was said of what stood there then.
        _process.Qtest.Drain();
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        _process.Memory.Store(at, bytes);
    }

    public ulong Load(PhysicalAddress at)
    {
        _process.Qtest.Drain();
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        _process.Memory.Load(at, bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    public void Write32(uint offset, uint value) =>
        _process.Qtest.Write32(QemuMap.Smmu + offset, value);

    public void Write64(uint offset, ulong value) =>
        _process.Qtest.Write64(QemuMap.Smmu + offset, value);

    public uint Read32(uint offset) => _process.Qtest.Read32(QemuMap.Smmu + offset);

    public Reached Access(StreamId stream, ulong address, bool write)
    {
        _process.Qtest.Drain();
        _process.Log.Skip();
        _device.Access(address, sizeof(uint), write);
        _process.Qtest.Drain();
        return _process.Log.Take(write) is { } led ? new(true, led.Value) : default;
    }

    /// <inheritdoc/>
    public void Dispose() => _process.Dispose();
}
