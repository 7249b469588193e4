using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Bench;

/// <summary>The devices of the machine, and what the driver has switched on at each.</summary>
public sealed class DeviceBus(Machine machine, Trace trace, Monitor monitor)
{
    private readonly Dictionary<(int Smmu, StreamId Stream), DeviceEnables> _enables = [];
    private readonly Dictionary<(int Smmu, StreamId Stream), byte> _units = [];
    private readonly Dictionary<(int Smmu, StreamId Stream), AddressTranslationCache> _caches = [];

    /// <summary>Every device that has a translation cache: the SMMU it is behind, its stream, the cache.</summary>
    public IEnumerable<(int Smmu, StreamId Stream, AddressTranslationCache Cache)> Caches =>
        _caches.Select(pair => (pair.Key.Smmu, pair.Key.Stream, pair.Value));

    /// <summary>What is on at a device.</summary>
    public DeviceEnables EnablesOf(int smmu, StreamId stream) =>
        _enables.GetValueOrDefault((smmu, stream));

    /// <summary>log2 of the smallest unit that a device may ask a translation for; 0 if nobody has said so yet.</summary>
    public byte UnitOf(int smmu, StreamId stream) => _units.GetValueOrDefault((smmu, stream));

    /// <summary>The translation cache of a device.</summary>
    /// <exception cref="KeyNotFoundException">It has none.</exception>
    public AddressTranslationCache CacheOf(int smmu, StreamId stream) => _caches[(smmu, stream)];

    /// <summary>A device is there, whether or not the driver will take it. It is off, and stays if it was there before.</summary>
    internal void Plug(int smmu, MasterDescription description)
    {
        if (!description.Ats || !machine.Smmus[smmu].Profile.IDR0.ATS)
            return;
        foreach (var stream in description.Streams)
        {
            if (_caches.ContainsKey((smmu, stream)))
                continue;
            var cache = new AddressTranslationCache(machine.Smmus[smmu], stream)
            {
                IsEnabled = false,
            };
            machine.Smmus[smmu].Connect(cache);
            _caches.Add((smmu, stream), cache);
        }
    }

    /// <summary>The driver writes the enables of a device.</summary>
    internal void Switch(int smmu, StreamId stream, DeviceEnables enables, byte unit)
    {
        var before = EnablesOf(smmu, stream);
        _enables[(smmu, stream)] = enables;
        _units[(smmu, stream)] = unit;
        if (_caches.TryGetValue((smmu, stream), out var cache))
            cache.IsEnabled = enables.HasFlag(DeviceEnables.Ats);
        trace.Add(new SwitchEntry(smmu, stream, before, enables));
        monitor.Tell(
            Act.Switched,
            static (rule, it) => rule.Switched(it),
            new DeviceSwitch(smmu, stream, before, enables, unit)
        );
    }
}

/// <summary>The driver has written the enables of a device.</summary>
/// <param name="Smmu">Index of the SMMU it is behind.</param>
/// <param name="Stream">The device.</param>
/// <param name="Before">What was on.</param>
/// <param name="After">What is on.</param>
/// <param name="Unit">log2 of the smallest unit it may ask a translation for.</param>
public readonly record struct DeviceSwitch(
    int Smmu,
    StreamId Stream,
    DeviceEnables Before,
    DeviceEnables After,
    byte Unit
);
