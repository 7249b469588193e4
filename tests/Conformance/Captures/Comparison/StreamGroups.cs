using SmmuConformance.Architecture;
using SmmuConformance.Bench;

namespace SmmuConformance.Conformance.Captures;

/// <summary>
/// Which streams are one device's: those whose entries point to one CD table at the same time. In 6.1 the table is the
/// domain's, so it tells nothing there and every stream counts as a device.
/// </summary>
public sealed class StreamGroups
{
    private readonly Dictionary<StreamId, List<StreamId>> _groups = [];

    /// <summary>Looks through a capture.</summary>
    public StreamGroups(Capture capture)
    {
        if (capture.Release == "6.1")
            return;
        var tables = new CapturedTables();
        var known = new HashSet<StreamId>();
        foreach (var happened in capture.Phases.SelectMany(phase => phase.Events))
        {
            tables.Apply(happened);
            if (happened is not SteStore store || !tables.Ste(store.Stream).Stage1)
                continue;
            known.Add(store.Stream);
            foreach (var other in known)
                if (SharesTable(tables.Ste(other), tables.Ste(store.Stream)))
                    Join(other, store.Stream);
        }
    }

    /// <summary>The streams of the device that has this one, in order of number.</summary>
    public IReadOnlyList<StreamId> Of(StreamId stream) =>
        _groups.TryGetValue(stream, out var group) ? [.. group.Order()] : [stream];

    /// <summary>True if both streams are one device's.</summary>
    public bool SameDevice(StreamId left, StreamId right) =>
        left == right || (_groups.TryGetValue(left, out var group) && group.Contains(right));

    private static bool SharesTable(Ste left, Ste right) =>
        left.Stage1 && right.Stage1 && left.S1ContextPtr == right.S1ContextPtr;

    private void Join(StreamId left, StreamId right)
    {
        if (left == right || SameDevice(left, right))
            return;
        var group = _groups.GetValueOrDefault(left) ?? _groups.GetValueOrDefault(right) ?? [];
        foreach (var stream in (StreamId[])[left, right])
        {
            if (!group.Contains(stream))
                group.Add(stream);
            _groups[stream] = group;
        }
    }
}
