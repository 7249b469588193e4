using System.IO.MemoryMappedFiles;
using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Adapters.Wire;

/// <summary>
/// A file that another process maps and in which it finds memory for DMA as it stands whenever it is that process' turn. It is a
/// copy: what the machine has written is brought in before each turn, and what the driver stores it says as well.
/// </summary>
public sealed class MemoryWindow : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly HashSet<(ulong Offset, int Bytes)> _touched = [];
    private readonly byte[] _zeros = new byte[1 << 16];

    /// <summary>A window of zeros.</summary>
    /// <param name="start">The address that its first byte stands for.</param>
    /// <param name="bytes">Its size; what is not touched takes no room on disk.</param>
    public MemoryWindow(PhysicalAddress start, ulong bytes)
    {
        (Start, Bytes) = (start, bytes);
        // Where there is a file system in memory, nothing is ever written to a disk.
        var folder = Directory.Exists("/dev/shm") ? "/dev/shm" : System.IO.Path.GetTempPath();
        Path = System.IO.Path.Combine(folder, $"smmu-window-{Guid.NewGuid():n}");
        var stream = new FileStream(
            Path,
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.ReadWrite | FileShare.Delete
        );
        stream.SetLength((long)bytes);
        _file = MemoryMappedFile.CreateFromFile(
            stream,
            null,
            0,
            MemoryMappedFileAccess.ReadWrite,
            HandleInheritability.None,
            leaveOpen: false
        );
        _view = _file.CreateViewAccessor();
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The address that its first byte stands for.</summary>
    public PhysicalAddress Start { get; }

    /// <summary>Its size in bytes.</summary>
    public ulong Bytes { get; }

    /// <summary>Brings in what has changed.</summary>
    public void Update(IMemoryChanges memory) => memory.TakeChanges(Write);

    /// <summary>All zeros again.</summary>
    public void Clear()
    {
        foreach (var (offset, bytes) in _touched)
            for (var done = 0; done < bytes; done += _zeros.Length)
                _view.SafeMemoryMappedViewHandle.WriteSpan<byte>(
                    offset + (ulong)done,
                    _zeros.AsSpan(0, Math.Min(_zeros.Length, bytes - done))
                );
        _touched.Clear();
    }

    /// <summary>Reads what stands there now.</summary>
    public void Read(PhysicalAddress start, Span<byte> into) =>
        _view.SafeMemoryMappedViewHandle.ReadSpan(start.Value - Start.Value, into);

    /// <summary>The file is of use no more to who has not opened it yet.</summary>
    public void Unlink()
    {
        try
        {
            File.Delete(Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Where an open file cannot be deleted, it is when it is closed.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
        Unlink();
    }

    private void Write(PhysicalAddress start, ReadOnlySpan<byte> bytes)
    {
        if (start.Value < Start.Value || start.Value + (ulong)bytes.Length > Start.Value + Bytes)
            return;
        var offset = start.Value - Start.Value;
        _touched.Add((offset, bytes.Length));
        _view.SafeMemoryMappedViewHandle.WriteSpan(offset, bytes);
    }
}
