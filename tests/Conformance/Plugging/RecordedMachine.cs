using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Conformance.Plugging;

/// <summary>A machine that notes what is done to it, and answers each question differently.</summary>
/// <param name="other">Another SMMU of the same machine, if it is not the first.</param>
internal sealed class RecordedMachine(RecordedMachine? other = null) : IPlatform, ISystem
{
    private readonly List<string> _acts = [];
    private ulong _answers;

    /// <summary>What was done, in order.</summary>
    public IReadOnlyList<string> Acts => _acts;

    public ISystem System => other ?? this;

    public required SmmuFirmware Firmware { get; init; }

    // Time is asked for by the suite as well, and does not count.
    public ulong Microseconds { get; private set; }

    public uint Read32(uint offset) => unchecked((uint)Asked($"read32 {offset:x}"));

    public ulong Read64(uint offset) => Asked($"read64 {offset:x}");

    public void Write32(uint offset, uint value) => Said($"write32 {offset:x} {value:x}");

    public void Write64(uint offset, ulong value) => Said($"write64 {offset:x} {value:x}");

    public void Switch(StreamId stream, DeviceEnables enables, byte unit) =>
        Said($"switch {stream} {enables} {unit}");

    public PhysicalAddress? Allocate(ulong bytes, ulong alignment) =>
        Asked($"allocate {bytes:x} {alignment:x}") % 3 == 0 ? null : _answers & ~63ul;

    public void Free(PhysicalAddress address) => Said($"free {address}");

    // A load is told twice by who reads the window and by who asks: its value is that of the address.
    public ulong Load(PhysicalAddress address)
    {
        Said($"load {address}");
        return address.Value < 0x8000_0000 ? ~address.Value : 0;
    }

    public void Store(PhysicalAddress address, ulong value) => Said($"store {address} {value:x}");

    public ulong CompareExchange(PhysicalAddress address, ulong expected, ulong value) =>
        Asked($"exchange {address} {expected:x} {value:x}");

    public void Barrier() => Said("barrier");

    public void Clean(PhysicalAddress address, ulong bytes) => Said($"clean {address} {bytes:x}");

    public void Relax()
    {
        Microseconds += 3;
        Said("relax");
    }

    public void Report(in FaultReport report) => Said($"{report}");

    public void Forward(VirtualSmmuHandle guest, in EventRecord record) =>
        Said(
            $"forward {guest} {record.Word0:x} {record.Word1:x} {record.Word2:x} {record.Word3:x}"
        );

    public void Ask(in PageFault fault) => Said($"{fault}");

    public void Log(LogLevel level, string message) => Said($"{level}: {message}");

    private void Said(string act) => _acts.Add(act);

    private ulong Asked(string act)
    {
        Said(act);
        return _answers = unchecked((_answers + 1) * 0x9e37_79b9_7f4a_7c15);
    }
}
