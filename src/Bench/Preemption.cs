namespace SmmuConformance.Bench;

/// <summary>
/// Two threads of which one runs at a time: the first up to a certain act on the border between driver and hardware, then the
/// second to its end, then the first. Tried at every act, it shows what a driver looks up too early or too late.
/// </summary>
/// <remarks>A thread must not wait for the other but in a loop that calls <c>Relax</c>.</remarks>
public sealed class Preemption : IDisposable
{
    // Who does more than this waits for the other, who has to go on first.
    private const int MostActs = 5_000;

    private readonly SemaphoreSlim _first = new(0);
    private readonly SemaphoreSlim _second = new(0);
    private readonly int _after;
    private readonly Thread _other;
    private int _acts;
    private int _actsOfOther;
    private bool _isStopped;
    private bool _waits;
    private Exception? _failure;

    private Preemption(int after, Action second)
    {
        _after = after;
        _other = new Thread(() => Run(second)) { IsBackground = true };
    }

    /// <summary>Runs both.</summary>
    /// <param name="bench">The machine whose border is watched.</param>
    /// <param name="after">Which act of the first does not come before the second has ended; from 1.</param>
    /// <param name="first">What is stopped.</param>
    /// <param name="second">What is done meanwhile.</param>
    /// <returns>False if the first came to its end before: then the second has not run.</returns>
    /// <exception cref="AggregateException">The second failed: its exception is inside.</exception>
    public static bool Run(TestBench bench, int after, Action first, Action second)
    {
        using var preemption = new Preemption(after, second);
        bench.System.Acting = preemption.Act;
        try
        {
            first();
        }
        finally
        {
            preemption.Join();
            bench.System.Acting = null;
        }
        if (preemption._failure is { } failure)
            throw new AggregateException(failure);
        return preemption._isStopped;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
    }

    private void Act()
    {
        if (Thread.CurrentThread == _other)
        {
            if (++_actsOfOther != MostActs)
                return;
            _waits = true;
            _first.Release();
            _second.Wait();
        }
        else if (++_acts == _after)
        {
            _isStopped = true;
            _other.Start();
            _first.Wait();
        }
    }

    private void Run(Action second)
    {
        try
        {
            second();
        }
        catch (Exception e)
        {
            _failure = e;
        }
        if (!_waits)
            _first.Release();
    }

    private void Join()
    {
        if (!_isStopped)
            return;
        if (_waits)
            _second.Release();
        _other.Join();
    }
}
