using System.Net.Sockets;
using System.Text;

namespace SmmuConformance.Bench.Qemu;

/// <summary>Lines to QEMU and back.</summary>
/// <param name="socket">The connection.</param>
/// <param name="process">Who is at the other end.</param>
internal sealed class LineChannel(Socket socket, QemuProcess process) : IDisposable
{
    private readonly byte[] _received = new byte[1 << 14];
    private readonly StringBuilder _line = new();
    private byte[] _sending = new byte[1 << 12];
    private int _toSend;
    private int _next;
    private int _end;

    /// <summary>What was asked last; for messages.</summary>
    public string Asked { get; private set; } = "starting";

    /// <summary>Puts a line among those that are sent next.</summary>
    public void Write(string line)
    {
        Asked = line;
        var needed = _toSend + line.Length + 1;
        if (needed > _sending.Length)
            Array.Resize(ref _sending, 2 * needed);
        _toSend += Encoding.ASCII.GetBytes(line, _sending.AsSpan(_toSend));
        _sending[_toSend++] = (byte)'\n';
    }

    /// <summary>Sends what was written.</summary>
    /// <exception cref="QemuFailedException">QEMU has ended.</exception>
    public void Flush()
    {
        try
        {
            for (var sent = 0; sent < _toSend; )
                sent += socket.Send(_sending.AsSpan(sent, _toSend - sent));
        }
        catch (SocketException)
        {
            throw process.Ended(Asked);
        }
        finally
        {
            _toSend = 0;
        }
    }

    /// <summary>The next line.</summary>
    /// <exception cref="QemuFailedException">QEMU has ended, or does not answer.</exception>
    public string Read()
    {
        _line.Clear();
        while (true)
        {
            if (_next == _end)
                Receive();
            var at = _received.AsSpan(_next, _end - _next).IndexOf((byte)'\n');
            var bytes = at < 0 ? _end - _next : at;
            _line.Append(Encoding.ASCII.GetString(_received, _next, bytes));
            _next += at < 0 ? bytes : bytes + 1;
            if (at >= 0)
                return _line.ToString();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    private void Receive()
    {
        (_next, _end) = (0, 0);
        try
        {
            _end = socket.Receive(_received);
        }
        catch (SocketException e)
            when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            process.Kill();
            throw new QemuFailedException(
                $"QEMU did not answer `{Asked}` within {QemuProcess.Patience / 1000} s and was ended"
            );
        }
        catch (SocketException)
        {
            // It has ended; what it said last is told.
        }
        if (_end == 0)
            throw process.Ended(Asked);
    }
}
