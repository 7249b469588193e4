using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>
/// Registers of an SMMU that does at once whatever it is told, and nothing else: for what is measured of a driver alone. It
/// allocates nothing when it is used, and several threads may use it.
/// </summary>
internal sealed class InstantHardware(ISystem system, Profile profile) : IPlatform
{
    /// <summary>Commands are polled for, not told of by messages: nothing here writes one.</summary>
    public static Profile Polled { get; } =
        Profiles.Maximal with
        {
            IDR0 = Profiles.Maximal.IDR0 with { MSI = false },
        };

    private readonly ulong[] _registers = new ulong[RegisterMap.Bytes / 4];

    /// <summary>Commands that were handed over.</summary>
    public int Commands { get; private set; }

    public ISystem System => system;

    public SmmuFirmware Firmware { get; } = new();

    public uint Read32(uint offset) =>
        offset switch
        {
            Idr0.Offset => unchecked((uint)profile.IDR0.Word(0)),
            Idr1.Offset => unchecked((uint)profile.IDR1.Word(0)),
            Idr3.Offset => unchecked((uint)profile.IDR3.Word(0)),
            Idr5.Offset => unchecked((uint)profile.IDR5.Word(0)),
            Cr0Ack.Offset => Stored(Cr0.Offset),
            IrqCtrlAck.Offset => Stored(IrqCtrl.Offset),
            CmdqCons.Offset => Stored(CmdqProd.Offset),
            _ => Stored(offset),
        };

    public ulong Read64(uint offset) => _registers[offset / 4];

    public void Write32(uint offset, uint value)
    {
        if (offset == CmdqProd.Offset)
            Commands += unchecked((int)(value - Stored(offset))) & 0xfff;
        Volatile.Write(ref _registers[offset / 4], value);
    }

    public void Write64(uint offset, ulong value) => _registers[offset / 4] = value;

    public void Switch(StreamId stream, DeviceEnables enables, byte unit) { }

    private uint Stored(uint offset) => unchecked((uint)Volatile.Read(ref _registers[offset / 4]));
}
