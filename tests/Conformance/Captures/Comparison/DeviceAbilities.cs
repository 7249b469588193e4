using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Conformance.Captures;

/// <summary>
/// What the devices of a capture can do, which firmware and the bus told the kernel and nothing told us: it is read off
/// what the kernel then wrote. That it wrote so for such a device is what is compared.
/// </summary>
public sealed class DeviceAbilities
{
    // A kernel puts no more into a linear table; what the device offered is the SMMU's limit there. §5.2
    private const byte MostLinearBits = 10;

    private readonly HashSet<StreamId> _stalling;
    private readonly HashSet<StreamId> _caching;
    private readonly Dictionary<StreamId, byte> _substreams;

    /// <summary>Looks through the changes of a capture.</summary>
    public DeviceAbilities(Capture capture, CapturedOperations operations)
    {
        var streams = operations.Operations.SelectMany(operation => operation.Streams).ToList();
        // A CD with S set is how a device that can stall shows; S1STALLD must then agree.
        _stalling = [.. streams.Where(s => s.Cd.S).Select(s => s.Stream)];
        _caching = [.. streams.Where(s => s.Ste.EATS == Eats.Full).Select(s => s.Stream)];
        var most = new Idr1(capture.Register("IDR1")).SSIDSIZE;
        _substreams = streams
            .GroupBy(s => s.Stream)
            .ToDictionary(
                group => group.Key,
                group => Offered(group.Max(s => s.Ste.S1CDMax), most)
            );
    }

    /// <summary>A device with these streams.</summary>
    public MasterDescription Describe(string name, IReadOnlyList<StreamId> streams) =>
        new()
        {
            Name = name,
            Streams = [.. streams],
            CanStall = streams.Any(_stalling.Contains),
            Ats = streams.Any(_caching.Contains),
            SubstreamBits = streams.Max(stream => _substreams.GetValueOrDefault(stream)),
        };

    private static byte Offered(byte written, byte most) =>
        written == MostLinearBits ? most : written;
}
