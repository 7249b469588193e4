using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>
/// Devices that go on while the driver works: one access of each stream after every store and at every wait. What they
/// met is judged afterwards, so that a driver is never interrupted by a verdict.
/// </summary>
internal sealed class Traffic : IDisposable
{
    private readonly TestBench _bench;
    private readonly Iova _address;
    private readonly IReadOnlyList<StreamId> _streams;
    private readonly bool _cached;
    private readonly List<(int At, StreamId Stream, Translation Access)> _seen = [];

    /// <summary>Starts the traffic; it ends when this is disposed of.</summary>
    /// <param name="bench">Machine and driver.</param>
    /// <param name="address">Where each access goes.</param>
    /// <param name="cached">
    /// Through the caches, which keep an entry as long as they may; or past them, so that each access sees memory as it is.
    /// </param>
    /// <param name="streams">Who accesses.</param>
    public Traffic(TestBench bench, Iova address, bool cached, params StreamId[] streams)
    {
        (_bench, _address, _cached, _streams) = (bench, address, cached, streams);
        bench.System.Stored = Go;
        bench.System.Relaxing = Go;
    }

    /// <summary>What each access met.</summary>
    public IEnumerable<Translation> Seen => _seen.Select(one => one.Access);

    /// <summary>Fails the case unless every access met what it may, and says at which store it did not.</summary>
    /// <param name="meet">Whether it may meet that.</param>
    /// <param name="because">Why it may not meet anything else.</param>
    /// <param name="only">The stream to judge; null: all.</param>
    public void MustAll(Func<Translation, bool> meet, string because, StreamId? only = null)
    {
        Assert.NotEmpty(_seen);
        foreach (var (at, stream, access) in _seen)
            // The text costs more than the look.
            if (stream == (only ?? stream) && !meet(access))
                Assert.Fail(
                    $"{because}, but stream {stream} met {Text(access)} after:\n{Around(at)}"
                );
    }

    /// <inheritdoc/>
    public void Dispose() => (_bench.System.Stored, _bench.System.Relaxing) = (null, null);

    private void Go()
    {
        foreach (var stream in _streams)
        {
            var transaction = new Transaction { Stream = stream, Address = _address };
            var at = _bench.Trace.Mark;
            var access = _cached
                ? _bench.Smmu.Access(in transaction)
                : _bench.Smmu.Truth(in transaction);
            _seen.Add((at, stream, access));
        }
    }

    private static string Text(in Translation access) =>
        access.Passed ? $"{access.Address}"
        : access.Result == TranslationResult.Faulted ? $"{access.Event}"
        : "an abort";

    // Accesses of the traffic itself say nothing new.
    private string Around(int at) =>
        TraceText.Of(
            _bench.Trace.Entries.Take(at).Where(entry => entry is not AccessEntry).TakeLast(8),
            arrow: at
        );
}
