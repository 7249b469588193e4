using System.IO.MemoryMappedFiles;
using SmmuConformance.Architecture;

namespace SmmuConformance.Bench.Qemu;

/// <summary>What QEMU's SMMU made of an access.</summary>
/// <param name="Passed">It was not refused.</param>
/// <param name="Address">The output address, if it passed.</param>
public readonly record struct QemuAccess(bool Passed, PhysicalAddress Address);

/// <summary>
/// QEMU's machine with an SMMUv3 and devices that read and write memory through it, driven without a guest: registers over qtest, memory
/// as a file that both have mapped.
/// </summary>
public sealed class QemuMachine : IDisposable
{
    /// <summary>Where memory begins.</summary>
    public static readonly PhysicalAddress MemoryStart = 0x4000_0000;

    /// <summary>Where it ends.</summary>
    public static readonly PhysicalAddress MemoryEnd = 0x4000_0000 + (ulong)QemuProcess.MemoryBytes;

    private const ulong Smmu = 0x0905_0000;
    private const int FirmwareBytes = 2 << 20;

    private readonly QemuProcess _process;
    private readonly QtestClient _test;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _memory;
    private readonly EduDevices _devices;
    private readonly TranslationLog _log;

    private QemuMachine(QemuProcess process, IReadOnlyList<StreamId> streams)
    {
        _process = process;
        _test = new(process.Test);
        // The first answer: its memory is there.
        _test.Read32(Smmu);
        _file = MemoryMappedFile.CreateFromFile(
            process.Memory,
            FileMode.Open,
            null,
            QemuProcess.MemoryBytes
        );
        _memory = _file.CreateViewAccessor(0, QemuProcess.MemoryBytes);
        File.Delete(process.Memory);
        _log = new(process.Log);
        _devices = new(_test, streams);
        Control = new(process.Control);
        _devices.Enable();
        ClearFirmware();
    }

    // What a guest's firmware would read: a description of the machine.
    private void ClearFirmware()
    {
        var zeros = new byte[FirmwareBytes];
        _memory.WriteArray(0, zeros, 0, zeros.Length);
    }

    /// <summary>Its process id.</summary>
    public int ProcessId => _process.Id;

    private QmpClient Control { get; }

    /// <summary>Starts one.</summary>
    /// <param name="program">Which QEMU.</param>
    /// <param name="stage">What its SMMU has.</param>
    /// <param name="streams">The streams that devices have: 8 and above, up to 255. If none is named: 8.</param>
    /// <exception cref="QemuException">It does not come up; says what it printed.</exception>
    public static QemuMachine Start(QemuProgram program, QemuStage stage, params StreamId[] streams)
    {
        if (streams.Length == 0)
            streams = [8];
        var process = QemuProcess.Start(program, stage, EduDevices.Arguments(streams));
        try
        {
            return new(process, streams);
        }
        catch (QemuException exception)
        {
            process.Dispose();
            throw process.Explained(exception);
        }
    }

    /// <summary>Loads a register of 32 bits.</summary>
    /// <param name="offset">Offset from the base of page 0.</param>
    public uint Read32(uint offset) => Guarded(() => _test.Read32(Smmu + offset));

    /// <summary>Loads a register of 64 bits, as two of 32: the model answers few as a whole.</summary>
    /// <param name="offset">Offset from the base of page 0.</param>
    public ulong Read64(uint offset) =>
        Guarded(() => _test.Read32(Smmu + offset) | ((ulong)_test.Read32(Smmu + offset + 4) << 32));

    /// <summary>Stores a register of 32 bits; it is stored at the latest before the next load, access or end of <see cref="Complete"/>.</summary>
    /// <param name="offset">Offset from the base of page 0.</param>
    /// <param name="value">The value.</param>
    public void Write32(uint offset, uint value) => _test.Write32(Smmu + offset, value);

    /// <summary>Stores a register of 64 bits, as <see cref="Write32"/> does.</summary>
    /// <param name="offset">Offset from the base of page 0.</param>
    /// <param name="value">The value.</param>
    public void Write64(uint offset, ulong value) => _test.Write64(Smmu + offset, value);

    /// <summary>Every register is stored, and the SMMU has done what follows from it.</summary>
    public void Complete() =>
        Guarded(() =>
        {
            _test.Flush();
            return 0;
        });

    /// <summary>A word of memory.</summary>
    /// <param name="address">In memory; a multiple of 8.</param>
    public ulong Load(PhysicalAddress address)
    {
        Complete();
        return _memory.ReadUInt64(Place(address));
    }

    /// <summary>Stores a word of memory.</summary>
    /// <param name="address">In memory; a multiple of 8.</param>
    /// <param name="value">The value.</param>
    public void Store(PhysicalAddress address, ulong value)
    {
        // What registers say of it was said before.
        Complete();
        _memory.Write(Place(address), value);
    }

    /// <summary>Whether a word is in memory.</summary>
    public static bool Has(PhysicalAddress address) =>
        address.Value >= MemoryStart.Value && address.Value + 8 <= MemoryEnd.Value;

    /// <summary>Has a device read or write four bytes; those that it writes are zero.</summary>
    /// <param name="stream">Its stream.</param>
    /// <param name="address">Input address; a multiple of 4.</param>
    /// <param name="write">A write.</param>
    /// <exception cref="QemuException">QEMU is no more.</exception>
    public QemuAccess Access(StreamId stream, Iova address, bool write) =>
        Guarded(() =>
        {
            _test.Flush();
            _log.Skip();
            _devices.Access(stream, address, write);
            _test.Flush();
            return _log.Next(stream, write);
        });

    /// <summary>The machine as if it were new, but for its memory.</summary>
    public void Reset() =>
        Guarded(() =>
        {
            _test.Flush();
            Control.Reset();
            _devices.Enable();
            _test.Flush();
            ClearFirmware();
            return 0;
        });

    /// <inheritdoc/>
    public void Dispose()
    {
        _memory.Dispose();
        _file.Dispose();
        _log.Dispose();
        _process.Dispose();
    }

    private static long Place(PhysicalAddress address) =>
        Has(address)
            ? (long)(address.Value - MemoryStart.Value)
            : throw new QemuException($"QEMU's machine has no memory at {address}");

    private T Guarded<T>(Func<T> act)
    {
        try
        {
            return act();
        }
        catch (QemuException exception)
        {
            throw _process.Explained(exception);
        }
    }
}
