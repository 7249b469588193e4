namespace SmmuConformance.Bench;

/// <summary>Everything seen on the border between driver and hardware, in order.</summary>
public sealed class Trace
{
    private readonly List<TraceEntry> _entries = [];

    /// <summary>Every entry, first first.</summary>
    public IReadOnlyList<TraceEntry> Entries => _entries;

    /// <summary>A place in the trace: what comes later is <see cref="Since"/> it.</summary>
    public int Mark => _entries.Count;

    /// <summary>What came after a mark.</summary>
    public IEnumerable<TraceEntry> Since(int mark) => _entries.Skip(mark);

    /// <summary>The entries of one kind after a mark.</summary>
    public IEnumerable<T> Since<T>(int mark)
        where T : TraceEntry => _entries.Skip(mark).OfType<T>();

    internal void Add(TraceEntry entry)
    {
        // A polling loop is one line, however long it takes.
        if (
            entry is RegisterReadEntry read
            && _entries.Count > 0
            && _entries[^1] is RegisterReadEntry last
            && (last.Smmu, last.Offset, last.Value) == (read.Smmu, read.Offset, read.Value)
        )
        {
            last.Times++;
            return;
        }
        entry.Number = _entries.Count + 1;
        _entries.Add(entry);
    }
}
