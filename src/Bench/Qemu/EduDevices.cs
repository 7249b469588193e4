using SmmuConformance.Architecture;

namespace SmmuConformance.Bench.Qemu;

/// <summary>QEMU's <c>edu</c> devices: each copies between memory, through the SMMU, and a buffer of its own.</summary>
/// <param name="test">How they are reached.</param>
/// <param name="streams">Their streams, which are their places on bus 0: device times 8, plus function.</param>
internal sealed class EduDevices(QtestClient test, IReadOnlyList<StreamId> streams)
{
    private const ulong Configuration = 0x3f00_0000;
    private const ulong Window = 0x1000_0000;
    private const ulong WindowBytes = 0x10_0000;
    private const ulong Buffer = 0x4_0000;
    private const ulong Source = 0x80;
    private const ulong Destination = 0x88;
    private const ulong Count = 0x90;
    private const ulong Command = 0x98;

    // Bit 0 starts, bit 1 is set to write memory.
    private const ulong ReadsMemory = 1;
    private const ulong WritesMemory = 3;

    // How long one takes to begin.
    private const ulong Nanoseconds = 100_000_000;

    /// <summary>The arguments for devices with these streams.</summary>
    public static IEnumerable<string> Arguments(IEnumerable<StreamId> streams) =>
        streams
            // A device's function 0 says that there are others.
            .OrderBy(stream => stream.Value)
            .Select(stream =>
                $"edu,addr={stream.Value >> 3:x2}.{stream.Value & 7},multifunction=on,dma_mask=0xffffffffffffffff"
            );

    /// <summary>Gives them addresses and lets them reach memory, as after a reset.</summary>
    public void Enable()
    {
        for (var i = 0; i < streams.Count; i++)
        {
            var configuration = Configuration + ((ulong)streams[i].Value << 12);
            test.Write32(configuration + 0x10, (uint)WindowOf(i));
            // Memory space and bus master: without the latter nothing reaches the SMMU.
            test.Write32(configuration + 0x04, 0b110);
        }
    }

    /// <summary>Has one read or write four bytes; those that it writes are zero.</summary>
    public void Access(StreamId stream, Iova address, bool write)
    {
        var window = WindowOf(IndexOf(stream));
        test.Write64(window + Source, write ? Buffer : address.Value);
        test.Write64(window + Destination, write ? address.Value : Buffer);
        test.Write64(window + Count, 4);
        test.Write64(window + Command, write ? WritesMemory : ReadsMemory);
        test.Step(Nanoseconds);
    }

    /// <summary>Whether a device has a stream.</summary>
    public bool Has(StreamId stream) => streams.Contains(stream);

    private static ulong WindowOf(int index) => Window + ((ulong)index * WindowBytes);

    private int IndexOf(StreamId stream)
    {
        for (var i = 0; i < streams.Count; i++)
            if (streams[i] == stream)
                return i;
        throw new QemuException($"no device of QEMU's machine has stream {stream}");
    }
}
