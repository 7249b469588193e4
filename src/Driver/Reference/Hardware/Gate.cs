using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>
/// Lets one thread in at a time. Whoever waits gives hardware and time a turn, as everything here does that waits; the
/// sections behind a gate are short, or wait for hardware with a bound.
/// </summary>
/// <param name="system">Gives the turns.</param>
internal sealed class Gate(ISystem system)
{
    private int _taken;

    /// <summary>Waits until nobody is in, and is in; not to be entered twice.</summary>
    public void Enter()
    {
        while (Interlocked.Exchange(ref _taken, 1) != 0)
            system.Relax();
    }

    /// <summary>Is out again. What was stored inside is seen by the next one in.</summary>
    public void Leave() => Volatile.Write(ref _taken, 0);
}
