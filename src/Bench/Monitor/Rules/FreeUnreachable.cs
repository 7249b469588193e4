using SmmuConformance.Architecture;

namespace SmmuConformance.Bench;

/// <summary>Memory is freed only when no SMMU can reach it, and none may still be on its way through it.</summary>
public sealed class FreeUnreachable : MonitorRule
{
    private enum Family
    {
        Configuration,
        Translation,
    }

    // A pointer that is gone from memory, but may be in use until an invalidation of it has completed.
    private sealed class Retired
    {
        public required int Smmu { get; init; }
        public required PhysicalAddress Target { get; init; }
        public required Family Family { get; init; }
        public required string Where { get; init; }
        public bool Invalidated { get; set; }
    }

    private readonly List<Retired> _retired = [];

    /// <inheritdoc/>
    public override string Id => "monitor.free-unreachable";

    /// <inheritdoc/>
    public override string Clause => "§3.21.1, §3.21.3";

    /// <inheritdoc/>
    public override string Sentence =>
        "A table is freed only after no pointer leads to it, the invalidation of the last pointer was issued, and the CMD_SYNC after it has completed.";

    /// <inheritdoc/>
    public override void Stored(StoreEntry store)
    {
        if (!store.Place.IsStructure || store.Old == store.New || !Enabled(store.Place.Smmu))
            return;
        var family =
            store.Place.Kind == PlaceKind.TranslationTable
                ? Family.Translation
                : Family.Configuration;
        if (Pointers.LostBy(store, Monitor) is { } lost)
            _retired.Add(
                new()
                {
                    Smmu = store.Place.Smmu,
                    Target = lost,
                    Family = family,
                    Where = store.Place.ToString(),
                }
            );
    }

    /// <inheritdoc/>
    public override void CommandConsumed(
        int smmu,
        in Command command,
        PhysicalAddress slot,
        CommandError error
    )
    {
        if (error != CommandError.None)
            return;
        if (command.Is<Sync>())
        {
            _retired.RemoveAll(r => r.Smmu == smmu && r.Invalidated);
            return;
        }
        var configuration = command.Opcode is >= 0x03 and <= 0x06;
        var translation = command.Opcode is >= 0x10 and <= 0x30;
        foreach (var retired in _retired)
            if (
                retired.Smmu == smmu
                && (retired.Family == Family.Configuration ? configuration : translation)
            )
                retired.Invalidated = true;
    }

    /// <inheritdoc/>
    public override void RegisterWritten(int smmu, uint offset, ulong value)
    {
        if (offset == Cr0.Offset && !new Cr0(value).SMMUEN)
            _retired.RemoveAll(r => r.Smmu == smmu);
    }

    /// <inheritdoc/>
    public override void Freeing(PhysicalAddress address, ulong bytes)
    {
        // Where no allocation starts nothing is freed.
        if (bytes == 0)
            return;
        foreach (var smmu in Monitor.Machine.Smmus)
            if (
                Reachability.Into(
                    Monitor.Structures.Of(smmu.Index),
                    smmu,
                    Monitor.Machine.Memory,
                    address,
                    bytes
                ) is
                { } path
            )
                Violate(
                    $"{address} +0x{bytes:x} is freed while SMMU {smmu.Index} can reach it: {path}"
                );
        foreach (var retired in _retired)
            if (retired.Target.Within(address, bytes) is not null)
            {
                var missing = retired.Invalidated
                    ? "no CMD_SYNC has completed since its invalidation"
                    : "it was never invalidated";
                Violate(
                    $"{address} +0x{bytes:x} is freed, but SMMU {retired.Smmu} may still follow the pointer that {retired.Where} held: {missing}"
                );
                break;
            }
        foreach (var smmu in Monitor.Machine.Smmus)
            if (
                smmu.Inside.State.Enabled
                && smmu.Inside.Caches.LeadsInto(address, bytes) is { } ghost
            )
                Violate(
                    $"{address} +0x{bytes:x} is freed, but SMMU {smmu.Index} still holds a copy that leads there: {ghost}"
                );
        foreach (var smmu in Monitor.Machine.Smmus)
            Monitor.Structures.Of(smmu.Index).Tables.Forget(address, bytes);
        _retired.RemoveAll(r => r.Target.Within(address, bytes) is not null);
    }

    private bool Enabled(int smmu) => Monitor.Machine.Smmus[smmu].Inside.State.Cr0.SMMUEN;
}
