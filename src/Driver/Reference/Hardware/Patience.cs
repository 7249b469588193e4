using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>Waiting for hardware, but never for ever.</summary>
internal static class Patience
{
    /// <summary>How long anything is waited for, in microseconds of the system's clock.</summary>
    public const ulong Limit = 1_000_000;

    // What is not there at once may take long: look less and less often.
    private const int LongestPause = 1024;

    /// <summary>Polls until a condition holds, giving hardware a turn each round.</summary>
    /// <returns>False if the condition did not hold within <see cref="Limit"/>.</returns>
    public static bool Until(ISystem system, Func<bool> holds)
    {
        var end = system.Microseconds + Limit;
        for (var pause = 1; !holds(); pause = int.Min(2 * pause, LongestPause))
        {
            if (system.Microseconds > end)
                return false;
            for (var i = 0; i < pause; i++)
                system.Relax();
        }

        return true;
    }
}
