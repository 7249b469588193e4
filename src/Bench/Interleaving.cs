namespace SmmuConformance.Bench;

/// <summary>
/// Several threads of which one runs at a time. At each act on the border between driver and hardware a seed says whether
/// another goes on, so that any interleaving of a driver's acts can be had, and had again.
/// </summary>
/// <remarks>A thread must not wait for another but in a loop that calls <c>Relax</c>: there the others get their turn.</remarks>
public sealed class Interleaving
{
    // Out of so many acts about one hands over.
    private const int ActsPerTurn = 6;

    private readonly Random _random;
    private readonly List<Turn> _turns = [];
    private Turn? _running;
    private Exception? _failure;

    private sealed class Turn
    {
        public SemaphoreSlim Go { get; } = new(0);
        public bool IsOver { get; set; }
    }

    private Interleaving(int seed) => _random = new Random(seed);

    /// <summary>Runs some jobs to their ends, interleaved.</summary>
    /// <param name="bench">The machine whose border is watched.</param>
    /// <param name="seed">Decides who goes on when.</param>
    /// <param name="jobs">What the threads do.</param>
    /// <exception cref="AggregateException">A job failed: its exception is inside.</exception>
    public static void Run(TestBench bench, int seed, params IReadOnlyList<Action> jobs)
    {
        var interleaving = new Interleaving(seed);
        bench.System.Acting = interleaving.HandOver;
        try
        {
            interleaving.RunAll(jobs);
        }
        finally
        {
            bench.System.Acting = null;
        }
    }

    private void RunAll(IReadOnlyList<Action> jobs)
    {
        using var over = new CountdownEvent(jobs.Count);
        foreach (var job in jobs)
        {
            var turn = new Turn();
            _turns.Add(turn);
            var thread = new Thread(() =>
            {
                turn.Go.Wait();
                try
                {
                    job();
                }
                catch (Exception e)
                {
                    _failure ??= e;
                }
                turn.IsOver = true;
                Next();
                over.Signal();
            })
            {
                IsBackground = true,
            };
            thread.Start();
        }
        Next();
        over.Wait();
        if (_failure is { } failure)
            throw new AggregateException(failure);
    }

    // Called by the one that runs.
    private void HandOver()
    {
        if (_running is not { } mine || _random.Next(ActsPerTurn) != 0)
            return;
        Next();
        mine.Go.Wait();
    }

    private void Next()
    {
        var ready = _turns.Where(turn => !turn.IsOver).ToList();
        _running = ready.Count == 0 ? null : ready[_random.Next(ready.Count)];
        _running?.Go.Release();
    }
}
