using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// Hardware outside of this process that answers for an emulated machine. Whatever goes through the machine's front doors is
/// told to it, and what it answers is what the asker gets; the emulator goes along, so that who watches sees what it should be.
/// </summary>
public interface IOtherHardware
{
    /// <summary>A register as it reads there.</summary>
    /// <param name="offset">Offset from page 0.</param>
    /// <param name="bytes">4 or 8.</param>
    ulong Read(uint offset, int bytes);

    /// <summary>Stores a register there.</summary>
    /// <param name="offset">Offset from page 0.</param>
    /// <param name="bytes">4 or 8.</param>
    /// <param name="value">What is stored.</param>
    void Write(uint offset, int bytes, ulong value);

    /// <summary>What became of a transaction there.</summary>
    /// <param name="transaction">What a device does.</param>
    /// <param name="emulated">What became of it here, for what cannot be seen from outside.</param>
    /// <exception cref="NotOnThisPlatformException">No device there can do that.</exception>
    Translation Access(in Transaction transaction, in Translation emulated);

    /// <summary>Bytes of memory as they are there.</summary>
    /// <exception cref="NotOnThisPlatformException">It has no memory at that address.</exception>
    void Load(PhysicalAddress start, Span<byte> into);

    /// <summary>Stores bytes there.</summary>
    /// <exception cref="NotOnThisPlatformException">It has no memory at that address.</exception>
    void Store(PhysicalAddress start, ReadOnlySpan<byte> from);

    /// <summary>Stores zeros there.</summary>
    /// <exception cref="NotOnThisPlatformException">It has no memory at that address.</exception>
    void Clear(PhysicalAddress start, ulong bytes);

    /// <summary>Tells what may stand in memory that it has written there itself.</summary>
    void TellWritten(MemoryPiece told);

    /// <summary>It has memory at all of these addresses.</summary>
    bool Has(PhysicalAddress start, ulong bytes);
}
