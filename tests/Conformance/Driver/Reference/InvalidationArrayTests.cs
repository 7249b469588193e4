using SmmuConformance.Bench;
using SmmuConformance.Driver.Reference;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>The array of invalidations, in the steps and with the figures of Linux' own unit test of it.</summary>
public sealed class InvalidationArrayTests : IDisposable
{
    private readonly TestBench _bench = TestBench.Create(Profiles.Maximal);
    private readonly SmmuDevice _smmu;
    private InvalidationArray _array = InvalidationArray.Empty();

    public InvalidationArrayTests() => _smmu = SmmuDevice.Start(new(1), _bench.Platforms[0]).Value;

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Users_come_and_go_and_trash_is_dropped_when_there_is_time()
    {
        var first = Entries(
            (InvalidationKind.Stage2, 1, 0),
            (InvalidationKind.GuestStage1, 1, 0),
            (InvalidationKind.Device, 3, 0)
        );
        var second = Entries(
            (InvalidationKind.Stage2, 1, 0),
            (InvalidationKind.Device, 4, 0),
            (InvalidationKind.Device, 5, 0)
        );
        var third = Entries(
            (InvalidationKind.Stage2, 1, 0),
            (InvalidationKind.Device, 5, 0),
            (InvalidationKind.Device, 6, 0)
        );

        _array = _array.Merge(first);
        Is([1, 1, 3], [1, 1, 1]);
        _array = _array.Merge(second);
        Is([1, 1, 3, 4, 5], [2, 1, 1, 1, 1]);
        _array = _array.Unref(second);
        Is([1, 1, 3], [1, 1, 1], trash: 0);
        _array = _array.Merge(third);
        Is([1, 1, 3, 5, 6], [2, 1, 1, 1, 1]);
        _array = _array.Unref(first);
        Is([1, 1, 3, 5, 6], [1, 0, 0, 1, 1], trash: 2);
        _array = _array.Purge();
        Is([1, 5, 6], [1, 1, 1]);
        _array = _array.Unref(third);
        Is([], []);
    }

    [Fact]
    public void Substreams_of_one_device_are_told_apart()
    {
        var first = Entries(
            (InvalidationKind.Device, 10, 1),
            (InvalidationKind.Device, 10, 3),
            (InvalidationKind.Device, 12, 1)
        );
        var second = Entries(
            (InvalidationKind.Device, 10, 2),
            (InvalidationKind.Device, 10, 3),
            (InvalidationKind.Device, 12, 2)
        );

        _array = _array.Merge(first);
        Is([10, 10, 12], [1, 1, 1], [1, 3, 1]);
        _array = _array.Merge(second);
        Is([10, 10, 10, 12, 12], [1, 1, 2, 1, 1], [1, 2, 3, 1, 2]);
        _array = _array.Unref(second);
        Is([10, 10, 10, 12], [1, 0, 1, 1], [1, 2, 3, 1], trash: 1);
        _array = _array.Purge();
        Is([10, 10, 12], [1, 1, 1], [1, 3, 1]);
    }

    [Fact]
    public void An_array_in_use_is_never_changed()
    {
        var before = InvalidationArray.Empty().Merge(Entries((InvalidationKind.Stage1, 7, 0)));

        before.Merge(Entries((InvalidationKind.Stage1, 7, 0), (InvalidationKind.Stage1, 8, 0)));
        before.Unref(Entries((InvalidationKind.Stage1, 7, 0)));

        var entry = Assert.Single(before.Entries.ToArray());
        Assert.Equal((7u, 1), (entry.Id, entry.Users));
    }

    [Fact]
    public void What_replaces_an_array_waits_until_nobody_sweeps_it()
    {
        var entries = Entries((InvalidationKind.Stage1, 7, 0));
        var list = new InvalidationList(_bench.System);
        list.Add(entries);
        var swept = list.Current;
        swept.Enter();
        var turns = 0;
        _bench.System.Relaxing = () =>
        {
            if (++turns == 5)
                swept.Leave();
        };

        list.Remove(entries);

        Assert.Equal(5, turns);
        Assert.NotSame(swept, list.Current);
    }

    private InvalidationEntry[] Entries(
        params (InvalidationKind Kind, uint Id, uint Substream)[] entries
    ) => [.. entries.Select(e => new InvalidationEntry(_smmu, e.Kind, e.Id, e.Substream))];

    private void Is(uint[] ids, int[] users, uint[]? substreams = null, int trash = 0)
    {
        var entries = _array.Entries.ToArray();
        Assert.Equal(ids, entries.Select(entry => entry.Id));
        Assert.Equal(users, entries.Select(entry => entry.Users));
        if (substreams is not null)
            Assert.Equal(substreams, entries.Select(entry => entry.Substream.Value));
        Assert.Equal(trash, _array.Trash);
    }
}
