using System.Net.Sockets;
using System.Text;

namespace SmmuConformance.Bench.Qemu;

/// <summary>Lines of text over a socket that QEMU connects to, with a limit on how long an answer may take.</summary>
internal sealed class LineChannel : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly Socket _listener = new(
        AddressFamily.Unix,
        SocketType.Stream,
        ProtocolType.Unspecified
    );

    private readonly byte[] _buffer = new byte[1 << 16];
    private readonly string _name;
    private Socket? _socket;
    private int _start;
    private int _end;

    /// <summary>Listens.</summary>
    /// <param name="path">The socket's file, which does not exist yet.</param>
    /// <param name="name">What it is, in errors.</param>
    public LineChannel(string path, string name)
    {
        (Path, _name) = (path, name);
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen(1);
    }

    /// <summary>The socket's file.</summary>
    public string Path { get; }

    /// <summary>Waits until QEMU has connected.</summary>
    /// <param name="gone">Whether it has ended: then there is nothing to wait for.</param>
    /// <exception cref="QemuException">It does not.</exception>
    public void Accept(Func<bool> gone)
    {
        var deadline = Environment.TickCount64 + (long)s_patience.TotalMilliseconds;
        while (!_listener.Poll(TimeSpan.FromMilliseconds(20), SelectMode.SelectRead))
            if (gone())
                throw new QemuException($"it ended before it connected to its {_name} socket");
            else if (Environment.TickCount64 > deadline)
                throw new QemuException(
                    $"it has not connected to its {_name} socket in {s_patience.TotalSeconds} s"
                );
        _socket = _listener.Accept();
        _socket.ReceiveTimeout = _socket.SendTimeout = (int)s_patience.TotalMilliseconds;
    }

    /// <summary>Sends lines.</summary>
    /// <param name="text">Each ends in a newline.</param>
    /// <exception cref="QemuException">Nobody takes them.</exception>
    public void Send(string text)
    {
        try
        {
            _socket!.Send(Encoding.ASCII.GetBytes(text));
        }
        catch (SocketException exception)
        {
            throw Lost(exception);
        }
    }

    /// <summary>The next line.</summary>
    /// <exception cref="QemuException">None comes.</exception>
    public string Receive()
    {
        while (true)
        {
            var newline = Array.IndexOf(_buffer, (byte)'\n', _start, _end - _start);
            if (newline >= 0)
            {
                var line = Encoding.ASCII.GetString(_buffer, _start, newline - _start);
                _start = newline + 1;
                return line.TrimEnd('\r');
            }
            Fill();
        }
    }

    private void Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_end == _buffer.Length)
            throw new QemuException($"it sends a line without an end on its {_name} socket");
        try
        {
            var count = _socket!.Receive(_buffer, _end, _buffer.Length - _end, SocketFlags.None);
            if (count == 0)
                throw Lost(null);
            _end += count;
        }
        catch (SocketException exception)
        {
            throw Lost(exception);
        }
    }

    private QemuException Lost(SocketException? exception) =>
        exception?.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock
            ? new QemuException(
                $"no answer on its {_name} socket in {s_patience.TotalSeconds} s: it hangs",
                exception
            )
            : new QemuException($"its {_name} socket is closed: it is no more", exception);

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket?.Dispose();
        _listener.Dispose();
        File.Delete(Path);
    }
}
