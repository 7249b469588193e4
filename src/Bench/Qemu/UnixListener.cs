using System.Net.Sockets;

namespace SmmuConformance.Bench.Qemu;

/// <summary>A socket in a directory, to which one program connects.</summary>
internal sealed class UnixListener : IDisposable
{
    private readonly Socket _socket = new(
        AddressFamily.Unix,
        SocketType.Stream,
        ProtocolType.Unspecified
    );

    /// <summary>Listens.</summary>
    /// <param name="path">Where.</param>
    public UnixListener(string path)
    {
        Path = path;
        _socket.Bind(new UnixDomainSocketEndPoint(path));
        _socket.Listen(1);
    }

    /// <summary>Where it listens.</summary>
    public string Path { get; }

    /// <summary>The program that connects.</summary>
    /// <param name="process">Who should; if it ends, nobody will.</param>
    /// <exception cref="QemuFailedException">It has ended, or took too long.</exception>
    public Socket Accept(QemuProcess process)
    {
        for (var waited = 0; waited < QemuProcess.Patience; waited += 20)
        {
            if (_socket.Poll(TimeSpan.FromMilliseconds(20), SelectMode.SelectRead))
            {
                var accepted = _socket.Accept();
                accepted.ReceiveTimeout = accepted.SendTimeout = QemuProcess.Patience;
                return accepted;
            }
            if (process.HasEnded)
                throw process.Ended("starting");
        }
        throw new QemuFailedException(
            $"QEMU has not connected to {System.IO.Path.GetFileName(Path)} within {QemuProcess.Patience / 1000} s"
        );
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
