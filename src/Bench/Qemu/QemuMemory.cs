using System.IO.MemoryMappedFiles;
using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Bench.Qemu;

/// <summary>QEMU's memory, seen from here as it is.</summary>
internal sealed class QemuMemory : IDisposable
{
    private const ulong PageBytes = 4096;

    private static readonly byte[] Zeros = new byte[PageBytes];
    private static readonly byte[] AtReset = new byte[QemuMap.BytesWrittenAtReset];

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly HashSet<ulong> _written = [];

    /// <summary>The memory that stands in a file.</summary>
    public QemuMemory(string path)
    {
        var stream = new FileStream(
            path,
            FileMode.Open,
            FileAccess.ReadWrite,
            FileShare.ReadWrite | FileShare.Delete
        );
        _file = MemoryMappedFile.CreateFromFile(
            stream,
            null,
            (long)QemuMap.MemoryBytes,
            MemoryMappedFileAccess.ReadWrite,
            HandleInheritability.None,
            leaveOpen: false
        );
        _view = _file.CreateViewAccessor(0, (long)QemuMap.MemoryBytes);
    }

    /// <summary>All of these bytes are memory.</summary>
    public static bool Has(PhysicalAddress start, ulong bytes) =>
        start.Value >= QemuMap.Memory
        && start.Value < QemuMap.Memory + QemuMap.MemoryBytes
        && bytes <= QemuMap.Memory + QemuMap.MemoryBytes - start.Value;

    /// <summary>What stands there.</summary>
    /// <exception cref="NotOnThisPlatformException">There is no memory.</exception>
    public void Load(PhysicalAddress start, Span<byte> into)
    {
        Require(start, (ulong)into.Length);
        // One load of eight bytes is one load.
        if (into.Length == sizeof(ulong))
            BitConverter.TryWriteBytes(into, _view.ReadUInt64(At(start)));
        else
            _view.SafeMemoryMappedViewHandle.ReadSpan((ulong)At(start), into);
    }

    /// <summary>Stores there.</summary>
    /// <exception cref="NotOnThisPlatformException">There is no memory.</exception>
    public void Store(PhysicalAddress start, ReadOnlySpan<byte> from)
    {
        Require(start, (ulong)from.Length);
        WillBeWritten(start, (ulong)from.Length);
        if (from.Length == sizeof(ulong))
            _view.Write(At(start), BitConverter.ToUInt64(from));
        else
            _view.SafeMemoryMappedViewHandle.WriteSpan((ulong)At(start), from);
    }

    /// <summary>Stores zeros there. Pages that nobody has written are zero already.</summary>
    /// <exception cref="NotOnThisPlatformException">There is no memory.</exception>
    public void Clear(PhysicalAddress start, ulong bytes)
    {
        Require(start, bytes);
        for (var at = start.Value; bytes > 0; )
        {
            var here = Math.Min(bytes, PageBytes - (at % PageBytes));
            if (_written.Contains(at / PageBytes))
                _view.WriteArray(At(at), Zeros, 0, (int)here);
            at += here;
            bytes -= here;
        }
    }

    /// <summary>Notes that QEMU may write there itself.</summary>
    public void WillBeWritten(PhysicalAddress start, ulong bytes)
    {
        if (bytes == 0 || !Has(start, bytes))
            return;
        for (
            var page = start.Value / PageBytes;
            page <= (start.Value + bytes - 1) / PageBytes;
            page++
        )
            _written.Add(page);
    }

    /// <summary>Everything that was written is zero again, and what the machine itself has written at its reset.</summary>
    public void Clear()
    {
        _view.WriteArray(0, AtReset, 0, AtReset.Length);
        foreach (var page in _written)
            _view.WriteArray(At(page * PageBytes), Zeros, 0, Zeros.Length);
        _written.Clear();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }

    private static long At(PhysicalAddress address) => (long)(address.Value - QemuMap.Memory);

    private static void Require(PhysicalAddress start, ulong bytes)
    {
        if (!Has(start, bytes))
            throw new NotOnThisPlatformException($"memory at {start}");
    }
}
