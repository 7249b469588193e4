using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// What an invalidation should have removed and did not, on a part with one of the <see cref="Quirks"/> about that.
/// </summary>
/// <param name="quirks">Faults of the part.</param>
internal sealed class Survivors(Quirks quirks)
{
    // For each copy the CMD_SYNC after which it was missed, or removed because it had been missed before.
    private readonly Dictionary<(CachedKind, CacheKey), (int When, bool Removed)> _missed = [];
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
        var known = _missed.TryGetValue((kind, key), out var last);
        // What was removed and came back at once was filled from another copy that was missed: it goes with that one.
        if (known && last.Removed && _synchronized <= last.When + 1)
        {
            _missed[(kind, key)] = (_synchronized, true);
            return false;
        }
        if (known && !last.Removed && last.When != _synchronized)
        {
            _missed[(kind, key)] = (_synchronized, true);
            return false;
        }
        _missed[(kind, key)] = (_synchronized, false);
        return true;
    }

    /// <summary>A CMD_SYNC was consumed.</summary>
    public void Synchronized() => _synchronized++;

    /// <summary>Nothing is held any more.</summary>
    public void Clear() => _missed.Clear();
}
