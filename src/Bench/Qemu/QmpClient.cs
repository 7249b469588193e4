namespace SmmuConformance.Bench.Qemu;

/// <summary>QEMU's monitor, for what the test protocol has not.</summary>
internal sealed class QmpClient
{
    private readonly LineChannel _lines;

    /// <summary>Exchanges greetings.</summary>
    /// <param name="lines">The connection.</param>
    public QmpClient(LineChannel lines)
    {
        _lines = lines;
        lines.Read();
        Execute("qmp_capabilities", []);
    }

    /// <summary>Resets the machine, and waits until it is.</summary>
    public void Reset() => Execute("system_reset", ["\"RESET\""]);

    // An event may come before the answer or after it.
    private void Execute(string command, List<string> events)
    {
        _lines.Write($"{{\"execute\":\"{command}\"}}");
        _lines.Flush();
        for (var answered = false; !answered || events.Count > 0; )
        {
            var line = _lines.Read();
            if (line.Contains("\"error\"", StringComparison.Ordinal))
                throw new QemuFailedException($"QEMU answers {command} with {line}");
            if (line.Contains("\"return\"", StringComparison.Ordinal))
                answered = true;
            else
                events.RemoveAll(name => line.Contains(name, StringComparison.Ordinal));
        }
    }
}
