using SmmuConformance.Architecture;

namespace SmmuConformance.Driver.Contract;

/// <summary>
/// Memory that can be copied to where another process sees it. An <see cref="ISystem"/> may have it; drivers have no use for it,
/// only what stands between them and the machine.
/// </summary>
public interface IMemoryChanges
{
    /// <summary>Tells every piece of memory that was written since it was asked last; the first time all that was ever written.</summary>
    void TakeChanges(MemoryChanged told);

    /// <summary>Reads bytes as they stand, unnoticed by whoever watches the driver. What is not there reads as 0.</summary>
    void Peek(PhysicalAddress start, Span<byte> into);
}

/// <summary>A piece of memory was written.</summary>
/// <param name="start">Where it begins.</param>
/// <param name="bytes">What stands there now.</param>
public delegate void MemoryChanged(PhysicalAddress start, ReadOnlySpan<byte> bytes);
