using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Bench;

/// <summary>
/// Says of any address which structure of which SMMU stands there. It follows the driver's stores and registers, so that
/// no rule has to search memory.
/// </summary>
public sealed class StructureMap
{
    private readonly StreamStructures[] _smmus;

    /// <summary>The map of a machine whose tables are not yet set up.</summary>
    public StructureMap(Machine machine) =>
        _smmus = [.. machine.Smmus.Select(smmu => new StreamStructures(machine.Memory, smmu))];

    /// <summary>The structures of one SMMU.</summary>
    public StreamStructures Of(int smmu) => _smmus[smmu];

    /// <summary>What stands at an address now; the first SMMU that reads it is named.</summary>
    public Place At(PhysicalAddress address)
    {
        foreach (var smmu in _smmus)
            if (smmu.At(address) is { IsStructure: true } place)
                return place;
        return new(PlaceKind.None, -1, address, 0, default, default);
    }

    internal void Stored(StoreEntry store)
    {
        foreach (var smmu in _smmus)
            smmu.Stored(store.Address, store.New);
    }

    internal void RegisterWritten(Smmu smmu, uint offset, ulong value) =>
        _smmus[smmu.Index].RegisterWritten(offset, value);

    internal void CommandConsumed(int smmu, in Command command, CommandError error)
    {
        if (error == CommandError.None && command.Is<Sync>())
            _smmus[smmu].Synchronised();
    }
}
