using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>Waiting for hardware, but never for ever.</summary>
/// <param name="system">Whose clock counts.</param>
internal struct Patience(ISystem system)
{
    /// <summary>How long anything is waited for, in microseconds of the system's clock.</summary>
    public const ulong Limit = 1_000_000;

    // What is not there at once may take long: look less and less often.
    private const int LongestPause = 1024;

    private readonly ulong _end = system.Microseconds + Limit;
    private int _pause = 1;

    /// <summary>Polls until a condition holds, giving hardware a turn each round.</summary>
    /// <returns>False if the condition did not hold within <see cref="Limit"/>.</returns>
    public static bool Until(ISystem system, Func<bool> holds)
    {
        var patience = new Patience(system);
        while (!holds())
            if (!patience.Lasts())
                return false;
        return true;
    }

    /// <summary>Gives hardware a turn before the next look.</summary>
    /// <returns>False if the time is over; then it has not.</returns>
    public bool Lasts()
    {
        if (system.Microseconds > _end)
            return false;
        for (var i = 0; i < _pause; i++)
            system.Relax();
        _pause = int.Min(2 * _pause, LongestPause);
        return true;
    }
}
