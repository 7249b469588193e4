using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// What an invalidation should have removed and did not, on a part with one of the <see cref="Quirks"/> about that.
/// </summary>
/// <param name="quirks">Faults of the part.</param>
internal sealed class Survivors(Quirks quirks)
{
    private readonly Dictionary<(CachedKind, CacheKey), int> _missed = [];
    private int _synchronized;

    private readonly bool _keepsNested = quirks.HasFlag(Quirks.MissesNestedEntries);
    private readonly bool _surviveOnce = quirks.HasFlag(Quirks.SurvivesOneInvalidation);

    /// <summary>The scope of a command without what the part does not find by it.</summary>
    public TlbScope? LeftBy(in Command command, TlbScope? scope)
    {
        var byAddressOrAsid =
            (CommandOpcode)command.Opcode
            is CommandOpcode.TlbiNhVa
                or CommandOpcode.TlbiNhVaa
                or CommandOpcode.TlbiNhAsid;
        return _keepsNested && byAddressOrAsid && scope is { } found
            ? found with
            {
                SparesNested = true,
            }
            : scope;
    }

    /// <summary>A copy that is to go stays, because this is the first command that finds it.</summary>
    public bool Spares(CachedKind kind, CacheKey key)
    {
        if (!_surviveOnce)
            return false;
        if (!_missed.TryGetValue((kind, key), out var when))
            _missed.Add((kind, key), _synchronized);
        else if (when != _synchronized)
            return !_missed.Remove((kind, key));
        return true;
    }

    /// <summary>A CMD_SYNC was consumed.</summary>
    public void Synchronized() => _synchronized++;

    /// <summary>Nothing is held any more.</summary>
    public void Clear() => _missed.Clear();
}
