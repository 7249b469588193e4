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
    private const int PageBytes = 4096;

    private readonly HashSet<ulong> _pages = [];
    private readonly byte[] _zeros = new byte[PageBytes];
    private ulong _lastPage = ulong.MaxValue;

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

    /// <summary>The driver has stored there itself, whatever has become of it in the machine.</summary>
    public void Stored(PhysicalAddress address)
    {
        if (address.Value >= Start.Value && address.Value < Start.Value + Bytes)
            Touch((address.Value - Start.Value) / PageBytes);
    }

    /// <summary>All zeros again.</summary>
    public void Clear()
    {
        foreach (var page in _pages)
            _view.SafeMemoryMappedViewHandle.WriteSpan<byte>(page * PageBytes, _zeros);
        _pages.Clear();
        _lastPage = ulong.MaxValue;
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
        if (bytes.IsEmpty)
            return;
        for (
            var page = offset / PageBytes;
            page <= (offset + (ulong)bytes.Length - 1) / PageBytes;
            page++
        )
            Touch(page);
        _view.SafeMemoryMappedViewHandle.WriteSpan(offset, bytes);
    }

    // Who stores, stores near by.
    private void Touch(ulong page)
    {
        if (page == _lastPage)
            return;
        _lastPage = page;
        _pages.Add(page);
    }
}
