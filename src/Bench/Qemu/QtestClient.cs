using System.Globalization;

namespace SmmuConformance.Bench.Qemu;

/// <summary>
/// QEMU's test protocol: one line a request, one line an answer. Stores are sent with the next question, so that they cost
/// nothing; a question is answered after everything that was sent before.
/// </summary>
/// <param name="lines">The connection.</param>
internal sealed class QtestClient(LineChannel lines)
{
    private const string Ok = "OK";

    private int _unanswered;

    /// <summary>Something was sent, or waits to be, whose answer has not been read.</summary>
    public bool IsBusy => _unanswered > 0;

    /// <summary>Stores 32 bits, some time before the next question.</summary>
    public void Write32(ulong address, uint value) => Post($"writel 0x{address:x} 0x{value:x}");

    /// <summary>Stores 64 bits, some time before the next question.</summary>
    public void Write64(ulong address, ulong value) => Post($"writeq 0x{address:x} 0x{value:x}");

    /// <summary>Lets time pass, some time before the next question.</summary>
    public void Step(ulong nanoseconds) => Post($"clock_step {nanoseconds}");

    /// <summary>A 32-bit load.</summary>
    public uint Read32(ulong address) => unchecked((uint)Ask($"readl 0x{address:x}"));

    /// <summary>A 64-bit load.</summary>
    public ulong Read64(ulong address) => Ask($"readq 0x{address:x}");

    /// <summary>Waits until everything is done that was sent.</summary>
    public void Drain()
    {
        lines.Flush();
        while (_unanswered > 0)
            Answer();
    }

    /// <summary>Something that QEMU answers whatever it can do.</summary>
    public void Greet()
    {
        Post("endianness");
        Drain();
    }

    private void Post(string request)
    {
        lines.Write(request);
        _unanswered++;
    }

    private ulong Ask(string request)
    {
        Post(request);
        lines.Flush();
        while (_unanswered > 1)
            Answer();
        var answer = Answer();
        return
            answer.StartsWith("OK 0x", StringComparison.Ordinal)
            && ulong.TryParse(
                answer.AsSpan(5),
                NumberStyles.HexNumber,
                CultureInfo.InvariantCulture,
                out var value
            )
            ? value
            : throw new QemuFailedException($"QEMU answers `{request}` with `{answer}`");
    }

    private string Answer()
    {
        // Interrupts are told whenever they change, between answers.
        string line;
        do line = lines.Read().TrimEnd();
        while (line.StartsWith("IRQ", StringComparison.Ordinal));
        _unanswered--;
        return line.StartsWith(Ok, StringComparison.Ordinal)
            ? line
            : throw new QemuFailedException(
                $"QEMU answers `{line}`; the last request was `{lines.Asked}`"
            );
    }
}
