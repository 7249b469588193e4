using System.Reflection;

namespace SmmuConformance.Snapshots;

/// <summary>A class whose tests verify snapshots: it says beforehand which.</summary>
public interface ISnapshots
{
    /// <summary>
    /// Every name its tests verify in a full run, taken from the same rows as the tests, so that neither can forget the other.
    /// </summary>
    static abstract IEnumerable<string> Names { get; }
}

/// <summary>Every snapshot there should be: the union of what all <see cref="ISnapshots"/> claim.</summary>
public static class SnapshotRegistry
{
    private static readonly Lazy<HashSet<string>> Claimed = new(() => Union(Owners()));

    /// <summary>All claimed names.</summary>
    public static IReadOnlySet<string> Names => Claimed.Value;

    /// <summary>Refuses a name that no class claims: its file could never be told from an orphan.</summary>
    /// <exception cref="ArgumentException">Nobody claims the name.</exception>
    public static void Require(string name)
    {
        if (!Names.Contains(name))
            throw new ArgumentException(
                $"no class claims the snapshot '{name}': add it to the Names of its {nameof(ISnapshots)}",
                nameof(name)
            );
    }

    /// <summary>True if the text is a file name everywhere: letters, digits, '.', '-' and '_', and not '.' at its start.</summary>
    public static bool IsFileName(string name) =>
        name.Length > 0
        && name[0] != '.'
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');

    /// <summary>The claims of several classes as one set.</summary>
    /// <exception cref="InvalidOperationException">Two classes claim one name, or a name cannot be a file.</exception>
    internal static HashSet<string> Union(
        IEnumerable<(string Owner, IEnumerable<string> Names)> owners
    )
    {
        var by = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (owner, names) in owners)
        foreach (var name in names)
        {
            if (!IsFileName(name))
                throw new InvalidOperationException($"{owner}: '{name}' cannot be a file name");
            if (!by.TryAdd(name, owner))
                throw new InvalidOperationException($"{owner} and {by[name]} both claim '{name}'");
        }
        return [.. by.Keys];
    }

    private static IEnumerable<(string, IEnumerable<string>)> Owners() =>
        from type in typeof(SnapshotRegistry).Assembly.GetTypes()
        where type is { IsClass: true } && type.IsAssignableTo(typeof(ISnapshots))
        let names = type.GetProperty(
            nameof(ISnapshots.Names),
            BindingFlags.Public | BindingFlags.Static
        )
        select (type.Name, (IEnumerable<string>)names!.GetValue(null)!);
}
