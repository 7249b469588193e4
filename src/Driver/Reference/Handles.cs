using System.Collections.Concurrent;

namespace SmmuConformance.Driver.Reference;

/// <summary>The objects behind handles. A handle is never given out twice.</summary>
internal sealed class Handles<T>
    where T : class
{
    private readonly ConcurrentDictionary<int, T> _objects = [];
    private int _last;

    /// <summary>The object behind a handle, or null.</summary>
    public T? this[int handle] => _objects.GetValueOrDefault(handle);

    /// <summary>Every object.</summary>
    public IEnumerable<T> Values => _objects.Values;

    /// <summary>A handle that has never been given out.</summary>
    public int Next() => Interlocked.Increment(ref _last);

    /// <summary>Puts an object behind a handle.</summary>
    public void Add(int handle, T value) => _objects[handle] = value;

    /// <summary>Ends a handle.</summary>
    public void Remove(int handle) => _objects.TryRemove(handle, out _);
}
