using System.Text.Json;

namespace SmmuConformance.Bench.Qemu;

/// <summary>QEMU's control protocol, as much of it as a reset needs.</summary>
internal sealed class QmpClient
{
    private readonly LineChannel _channel;

    /// <summary>Greets it.</summary>
    public QmpClient(LineChannel channel)
    {
        _channel = channel;
        _channel.Receive();
        Execute("qmp_capabilities");
    }

    /// <summary>Resets the machine, but not its memory.</summary>
    public void Reset() => Execute("system_reset");

    private void Execute(string command)
    {
        _channel.Send($$"""{"execute": "{{command}}"}{{'\n'}}""");
        while (true)
        {
            using var answer = JsonDocument.Parse(_channel.Receive());
            if (answer.RootElement.TryGetProperty("return", out _))
                return;
            if (answer.RootElement.TryGetProperty("error", out var error))
                throw new QemuException($"QMP answers {command} with {error}");
        }
    }
}
