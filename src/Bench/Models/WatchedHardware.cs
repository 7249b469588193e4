using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Bench.Models;

/// <summary>A model as the hardware of one machine: counts what it is asked, and answers no more once there is a later machine.</summary>
/// <param name="platform">Whose it is.</param>
/// <param name="hardware">The model.</param>
internal sealed class WatchedHardware(ModelPlatform platform, IOtherHardware hardware)
    : IOtherHardware
{
    /// <summary>What it was asked: registers, memory, what devices do.</summary>
    public int Questions { get; private set; }

    /// <inheritdoc/>
    public ulong Read(uint offset, int bytes) => Asked().Read(offset, bytes);

    /// <inheritdoc/>
    public void Write(uint offset, int bytes, ulong value) => Current().Write(offset, bytes, value);

    /// <inheritdoc/>
    public Translation Access(in Transaction transaction, in Translation emulated) =>
        Asked().Access(in transaction, in emulated);

    /// <inheritdoc/>
    public void Load(PhysicalAddress start, Span<byte> into) => Asked().Load(start, into);

    /// <inheritdoc/>
    public void Store(PhysicalAddress start, ReadOnlySpan<byte> from) =>
        Current().Store(start, from);

    /// <inheritdoc/>
    public void Clear(PhysicalAddress start, ulong bytes) => Current().Clear(start, bytes);

    /// <inheritdoc/>
    public void TellWritten(MemoryPiece told) => Current().TellWritten(told);

    /// <inheritdoc/>
    public bool Has(PhysicalAddress start, ulong bytes) => hardware.Has(start, bytes);

    private IOtherHardware Asked()
    {
        var current = Current();
        Questions++;
        return current;
    }

    private IOtherHardware Current() =>
        platform.IsCurrent(this)
            ? hardware
            : throw new NotOnThisPlatformException("second machine beside the first");
}
