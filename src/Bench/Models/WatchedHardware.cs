using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Bench.Models;

/// <summary>
/// A model as the hardware of one machine: notes what it is asked, turns whatever it throws into its fault, and answers no more once
/// there is a later machine.
/// </summary>
/// <param name="platform">Whose it is.</param>
/// <param name="hardware">The model.</param>
internal sealed class WatchedHardware(ModelPlatform platform, IOtherHardware hardware)
    : IOtherHardware
{
    /// <summary>What it was asked: registers, memory, what devices do.</summary>
    public int Questions { get; private set; }

    /// <summary>What it was asked last.</summary>
    public ModelStory Story { get; } = new();

    /// <inheritdoc/>
    public ulong Read(uint offset, int bytes)
    {
        MustBeCurrent();
        Questions++;
        try
        {
            var value = hardware.Read(offset, bytes);
            Story.Read(offset, value);
            return value;
        }
        catch (Exception e) when (IsFault(e))
        {
            throw platform.Broken($"register 0x{offset:x} was read", e);
        }
    }

    /// <inheritdoc/>
    public void Write(uint offset, int bytes, ulong value)
    {
        MustBeCurrent();
        Story.Write(offset, value);
        try
        {
            hardware.Write(offset, bytes, value);
        }
        catch (Exception e) when (IsFault(e))
        {
            throw platform.Broken($"0x{value:x} was written to register 0x{offset:x}", e);
        }
    }

    /// <inheritdoc/>
    public Translation Access(in Transaction transaction, in Translation emulated)
    {
        MustBeCurrent();
        Questions++;
        try
        {
            var said = hardware.Access(in transaction, in emulated);
            Story.Access(in transaction, in said, in emulated);
            return said;
        }
        catch (Exception e) when (IsFault(e))
        {
            throw platform.Broken(
                $"stream {transaction.Stream} made an access of {transaction.Address}",
                e
            );
        }
    }

    /// <inheritdoc/>
    public void Load(PhysicalAddress start, Span<byte> into)
    {
        MustBeCurrent();
        Questions++;
        try
        {
            hardware.Load(start, into);
        }
        catch (Exception e) when (IsFault(e))
        {
            throw platform.Broken($"memory at {start} was read", e);
        }
    }

    /// <inheritdoc/>
    public void Store(PhysicalAddress start, ReadOnlySpan<byte> from)
    {
        MustBeCurrent();
        try
        {
            hardware.Store(start, from);
        }
        catch (Exception e) when (IsFault(e))
        {
            throw platform.Broken($"memory at {start} was written", e);
        }
    }

    /// <inheritdoc/>
    public void Clear(PhysicalAddress start, ulong bytes)
    {
        MustBeCurrent();
        try
        {
            hardware.Clear(start, bytes);
        }
        catch (Exception e) when (IsFault(e))
        {
            throw platform.Broken($"memory at {start} was cleared", e);
        }
    }

    /// <inheritdoc/>
    public void TellWritten(MemoryPiece told)
    {
        MustBeCurrent();
        try
        {
            hardware.TellWritten(told);
        }
        catch (Exception e) when (IsFault(e))
        {
            throw platform.Broken("it said what it has written", e);
        }
    }

    /// <inheritdoc/>
    public bool Has(PhysicalAddress start, ulong bytes) => hardware.Has(start, bytes);

    /// <summary>An answer that nobody wants comes after everything that was stored.</summary>
    public void Settle()
    {
        try
        {
            hardware.Read(Idr0.Offset, sizeof(uint));
        }
        catch (Exception e) when (IsFault(e))
        {
            throw platform.Broken("it did what was asked last", e);
        }
    }

    // What it does not have is an answer.
    private static bool IsFault(Exception e) =>
        e is not (NotOnThisPlatformException or OutOfMemoryException);

    private void MustBeCurrent()
    {
        if (!platform.IsCurrent(this))
            throw new NotOnThisPlatformException("second machine beside the first");
    }
}
