namespace SmmuConformance.Driver.Adapters.Wire;

/// <summary>Ends what is overdue, and everything when the run ends.</summary>
internal static class Watchdog
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly HashSet<WireProcess> s_watched = [];
    private static readonly Timer s_timer = new(_ => Look(), null, Pause, Pause);

    static Watchdog() => AppDomain.CurrentDomain.ProcessExit += (_, _) => EndAll();

    /// <summary>From now on the process is watched.</summary>
    public static void Watch(WireProcess process)
    {
        lock (s_watched)
            s_watched.Add(process);
        GC.KeepAlive(s_timer);
    }

    /// <summary>It is not any more.</summary>
    public static void Forget(WireProcess process)
    {
        lock (s_watched)
            s_watched.Remove(process);
    }

    private static void Look()
    {
        foreach (var process in All())
            process.Look();
    }

    /// <summary>Ends every process that is still there.</summary>
    public static void EndAll()
    {
        foreach (var process in All())
        {
            process.End("the run is over");
            process.Unlink();
        }
    }

    private static WireProcess[] All()
    {
        lock (s_watched)
            return [.. s_watched];
    }
}
