using System.Globalization;
using System.Text;

namespace SmmuConformance.Bench.Qemu;

/// <summary>
/// QEMU's qtest protocol: a request a line, an answer a line. Requests are collected and sent together when an answer is asked for, which
/// is many times as fast as one by one.
/// </summary>
/// <param name="channel">The socket.</param>
internal sealed class QtestClient(LineChannel channel)
{
    // Answers must fit into what the socket holds while nobody reads them.
    private const int Most = 512;

    private readonly StringBuilder _waiting = new();
    private int _count;

    /// <summary>Stores 32 bits at an address of the machine.</summary>
    public void Write32(ulong address, uint value) => Add($"writel 0x{address:x} 0x{value:x}");

    /// <summary>Stores 64 bits.</summary>
    public void Write64(ulong address, ulong value) => Add($"writeq 0x{address:x} 0x{value:x}");

    /// <summary>Lets virtual time go on, so that timers fire.</summary>
    public void Step(ulong nanoseconds) => Add($"clock_step {nanoseconds}");

    /// <summary>Loads 32 bits.</summary>
    public uint Read32(ulong address) => (uint)Ask($"readl 0x{address:x}");

    /// <summary>Loads 64 bits.</summary>
    public ulong Read64(ulong address) => Ask($"readq 0x{address:x}");

    /// <summary>Has everything done that was asked for so far.</summary>
    /// <exception cref="QemuException">A request was refused, or QEMU is no more.</exception>
    public void Flush()
    {
        if (_count > 0)
            Last();
    }

    private ulong Ask(string request)
    {
        Add(request);
        var answer = Last();
        return
            answer.StartsWith("OK 0x", StringComparison.Ordinal)
            && ulong.TryParse(
                answer.AsSpan(5),
                NumberStyles.HexNumber,
                CultureInfo.InvariantCulture,
                out var value
            )
            ? value
            : throw new QemuException($"qtest answers '{request}' with '{answer}'");
    }

    private void Add(string request)
    {
        _waiting.Append(request).Append('\n');
        if (++_count == Most)
            Flush();
    }

    private string Last()
    {
        var (requests, count) = (_waiting.ToString(), _count);
        _waiting.Clear();
        _count = 0;
        channel.Send(requests);
        var answer = "";
        for (var n = 0; n < count; n++)
        {
            do answer = channel.Receive();
            // Interrupts are told whenever they come.
            while (answer.StartsWith("IRQ ", StringComparison.Ordinal));
            if (!answer.StartsWith("OK", StringComparison.Ordinal))
                throw new QemuException(
                    $"qtest answers '{requests.Split('\n')[n]}' with '{answer}'"
                );
        }
        return answer;
    }
}
