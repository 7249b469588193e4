using System.Diagnostics;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Text;

namespace SmmuConformance.Driver.Adapters.Wire;

/// <summary>
/// What a process writes. It ends when the process has ended, even if somebody whom it left behind still holds the pipe open.
/// </summary>
/// <param name="process">The process; its standard output is redirected.</param>
internal sealed partial class OutputPipe(Process process)
{
    // How often it is looked whether the process is still there, while it says nothing.
    private const int Milliseconds = 100;
    private const short Readable = 1;
    private const int LongestQuote = 60;

    private readonly Stream _pipe = process.StandardOutput.BaseStream;
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _at;
    private int _end;

    /// <summary>Reads up to so many bytes; 0: no more will come.</summary>
    public int Read(Span<byte> into)
    {
        if (_at == _end)
        {
            if (!MayRead())
                return 0;
            (_at, _end) = (0, _pipe.Read(_buffer));
        }
        var bytes = Math.Min(into.Length, _end - _at);
        _buffer.AsSpan(_at, bytes).CopyTo(into);
        _at += bytes;
        return bytes;
    }

    /// <summary>Some bytes and what has come behind them as text, for a message; null if they are none.</summary>
    public string? Quote(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || TextIn(bytes) < bytes.Length)
            return null;
        var behind = _buffer.AsSpan(_at, Math.Min(_end - _at, LongestQuote));
        return (
            Encoding.ASCII.GetString(bytes) + Encoding.ASCII.GetString(behind[..TextIn(behind)])
        )
            .ReplaceLineEndings("\\n")
            .Replace('\t', ' ')
            .Replace('\u001b', '^');
    }

    private static int TextIn(ReadOnlySpan<byte> bytes)
    {
        var length = 0;
        while (
            length < bytes.Length
            && bytes[length]
                is (>= (byte)' ' and <= (byte)'~')
                    or (byte)'\n'
                    or (byte)'\r'
                    or (byte)'\t'
                    or 0x1b
        )
            length++;
        return length;
    }

    private bool MayRead()
    {
        if (OperatingSystem.IsWindows() || _pipe is not PipeStream { SafePipeHandle: var handle })
            return true;
        var poll = new PollDescriptor
        {
            Descriptor = (int)handle.DangerousGetHandle(),
            Events = Readable,
        };
        while (Poll(ref poll, 1, Milliseconds) <= 0)
            // What it wrote before it ended is still in the pipe.
            if (process.HasExited)
                return Poll(ref poll, 1, 0) > 0;
        return true;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref PollDescriptor descriptors, nuint count, int milliseconds);
}
