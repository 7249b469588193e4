namespace SmmuConformance.Bench.Qemu;

/// <summary>QEMU's device for teaching, which moves bytes between memory and a buffer of its own when it is told to.</summary>
/// <param name="qtest">The machine.</param>
/// <param name="stream">Its StreamID.</param>
internal readonly struct EduDevice(QtestClient qtest, uint stream)
{
    private const ulong Source = 0x80;
    private const ulong Destination = 0x88;
    private const ulong Count = 0x90;
    private const ulong Command = 0x98;
    private const ulong Buffer = 0x4_0000;

    // Writes are interrupted by nothing: no interrupt is asked for.
    private const ulong ReadMemory = 1;
    private const ulong WriteMemory = 3;

    // It lets so long pass before it starts.
    private const ulong Nanoseconds = 100_000_000;

    /// <summary>Puts its registers where they belong, and lets it access memory.</summary>
    public void Enable()
    {
        var configuration = QemuMap.ConfigurationOf(stream);
        qtest.Write32(configuration + 0x10, unchecked((uint)QemuMap.RegistersOf(stream)));
        // Memory space and bus master.
        qtest.Write32(configuration + 0x04, 6);
    }

    /// <summary>One access to memory, which has been done when the next question is answered.</summary>
    /// <param name="address">Its input address.</param>
    /// <param name="bytes">How many.</param>
    /// <param name="write">It writes.</param>
    public void Access(ulong address, ulong bytes, bool write)
    {
        var registers = QemuMap.RegistersOf(stream);
        qtest.Write64(registers + Source, write ? Buffer : address);
        qtest.Write64(registers + Destination, write ? address : Buffer);
        qtest.Write64(registers + Count, bytes);
        qtest.Write64(registers + Command, write ? WriteMemory : ReadMemory);
        qtest.Step(Nanoseconds);
    }
}
