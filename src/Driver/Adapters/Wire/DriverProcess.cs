using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Adapters.Wire;

/// <summary>A driver in a process of its own, spoken to over its standard input and output.</summary>
public sealed class DriverProcess : IDisposable
{
    // Of a driver that floods its error stream, what it said last is what matters.
    private const int LinesKept = 20;

    // For what should happen at once.
    private const int GraceMilliseconds = 2000;

    private readonly Process _process;
    private readonly Stream _to;
    private readonly OutputPipe _from;
    private readonly Queue<string> _lines = [];
    private readonly ManualResetEventSlim _saidAll = new();
    private readonly TimeSpan _patience;
    private byte[] _payload = new byte[4096];
    private long _received;
    private string? _killed;

    // By the clock that only goes forward; 0 while nothing is asked of it.
    private long _deadline;

    private DriverProcess(string name, Process process, MemoryWindow window, TimeSpan patience)
    {
        (Name, _process, Window, _patience) = (name, process, window, patience);
        _to = process.StandardInput.BaseStream;
        _from = new OutputPipe(process);
        // On a thread of its own: what a driver says last must not wait for one that is busy.
        new Thread(Listen) { IsBackground = true, Name = $"errors of {name}" }.Start(
            process.StandardError
        );
        Watchdog.Watch(this);
    }

    /// <summary>How messages name it: what SMMU_DUT says.</summary>
    public string Name { get; }

    /// <summary>Memory as it sees it.</summary>
    public MemoryWindow Window { get; }

    /// <summary>What it says of itself.</summary>
    public DriverDescription Description { get; private set; } = null!;

    /// <summary>The capabilities whose operations it has.</summary>
    public Capabilities Offered { get; private set; }

    /// <summary>What it is asked to do now; for messages.</summary>
    public string Doing { get; private set; } = "starting";

    /// <summary>True if it cannot be asked anything any more.</summary>
    public bool IsOver { get; private set; }

    /// <summary>True if it can serve another machine.</summary>
    public bool IsAlive => !IsOver && !_process.HasExited;

    /// <summary>What it did that nothing can be asked of it any more, in one line; null if it did nothing.</summary>
    public string? Fault { get; private set; }

    /// <summary>Starts it and exchanges greetings.</summary>
    /// <param name="name">How messages name it.</param>
    /// <param name="start">The program, its arguments and its environment.</param>
    /// <param name="window">Where it finds memory.</param>
    /// <param name="patience">How long one answer may take by the clock on the wall.</param>
    /// <exception cref="DriverFaultException">It cannot be started, or does not speak the protocol.</exception>
    public static DriverProcess Start(
        string name,
        ProcessStartInfo start,
        MemoryWindow window,
        TimeSpan patience
    )
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.UseShellExecute = false;
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Exception e)
            when (e
                    is System.ComponentModel.Win32Exception
                        or IOException
                        or InvalidOperationException
            )
        {
            window.Dispose();
            throw new DriverFaultException(
                $"driver {name}: `{start.FileName}` cannot be started ({e.Message}). SMMU_DUT names a program and its arguments; is it there and executable?",
                e
            );
        }
        var driver = new DriverProcess(name, process, window, patience);
        try
        {
            driver.Greet();
            return driver;
        }
        catch
        {
            driver.Dispose();
            throw;
        }
    }

    /// <summary>From now on it must answer.</summary>
    /// <param name="doing">What it is asked to do; for messages.</param>
    public void StartClock(string doing)
    {
        Doing = doing;
        Volatile.Write(ref _deadline, Environment.TickCount64 + (long)_patience.TotalMilliseconds);
    }

    /// <summary>It has answered.</summary>
    public void StopClock() => Volatile.Write(ref _deadline, 0);

    /// <summary>Sends a frame.</summary>
    /// <exception cref="DriverFaultException">It has ended.</exception>
    public void Send(WireWriter frame)
    {
        try
        {
            frame.Send(_to);
        }
        catch (IOException)
        {
            throw Died("input");
        }
    }

    /// <summary>The next frame.</summary>
    /// <exception cref="DriverFaultException">It has ended, hangs, or says what is no frame.</exception>
    public WireReader Receive()
    {
        var length = BinaryPrimitives.ReadUInt32LittleEndian(Read(sizeof(uint)));
        if (length is 0 or > Protocol.LongestFrame)
            throw NotAFrame(length);
        var position = _received;
        var payload = Read((int)length);
        return new WireReader(payload, position);
    }

    /// <summary>An error of the protocol in what was received; there is nothing to talk about any more.</summary>
    public DriverFaultException Refuse(WireException error)
    {
        End("it does not keep to the protocol");
        return new DriverFaultException(
            $"driver {Name}, while {Doing}: what it says is not the protocol (docs/process-protocol.md).\n{error.Message}{Said()}",
            error
        );
    }

    /// <summary>Ends it after it has broken the agreement; who asks it for more is told the same.</summary>
    public void End(DriverFaultException fault)
    {
        Fault ??= fault.Message.Split('\n')[0];
        End("it has broken the agreement");
    }

    /// <summary>Ends it for what it did.</summary>
    public void End(string why)
    {
        _killed ??= why;
        IsOver = true;
        StopClock();
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception e)
            when (e
                    is InvalidOperationException
                        or System.ComponentModel.Win32Exception
                        or AggregateException
            )
        {
            // It, or one that it has started, has ended by itself.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Watchdog.Forget(this);
        End("no longer needed");
        _process.Dispose();
        Window.Dispose();
    }

    private void Greet()
    {
        var hello = new WireWriter().Start(FrameKind.Hello);
        hello.U32(Protocol.Magic);
        hello.U16(Protocol.Version);
        hello.U64(Window.Start.Value);
        hello.U64(Window.Bytes);
        hello.Text(Window.Path);
        StartClock("starting");
        Send(hello);
        var welcome = Receive();
        StopClock();
        try
        {
            if (welcome.U8("kind of frame") is var kind && kind != (byte)FrameKind.Welcome)
                throw welcome.Wrong(
                    $"the first frame has kind 0x{kind:x2}, and must be 0x11 (Welcome)",
                    1
                );
            if (welcome.U32("the magic number") is var magic && magic != Protocol.Magic)
                throw welcome.Wrong($"the magic number is 0x{magic:x8}, and must be \"SMMU\"", 4);
            if (welcome.U16("the version") is var version && version != Protocol.Version)
                throw welcome.Wrong(
                    $"the driver speaks version {version} of the protocol, this suite version {Protocol.Version}",
                    2
                );
            (Description, Offered) = welcome.Description();
            if (Description.Name.Length == 0)
                throw welcome.Wrong("the driver's name is empty, and must name it", 0);
            welcome.MustBeAtEnd();
        }
        catch (WireException error)
        {
            throw Refuse(error);
        }
        // Both sides have it open: whatever ends the run, nothing stays behind.
        Window.Unlink();
    }

    private ReadOnlySpan<byte> Read(int bytes)
    {
        if (_payload.Length < bytes)
            _payload = new byte[Math.Max(bytes, 2 * _payload.Length)];
        for (var done = 0; done < bytes; )
        {
            int now;
            try
            {
                now = _from.Read(_payload.AsSpan(done, bytes - done));
            }
            catch (IOException)
            {
                now = 0;
            }
            if (now == 0)
                throw Died("output", _payload.AsSpan(0, done));
            done += now;
            _received += now;
        }
        return _payload.AsSpan(0, bytes);
    }

    private DriverFaultException NotAFrame(uint length)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, length);
        var at = _received - sizeof(uint);
        End("it does not keep to the protocol");
        return new DriverFaultException(
            $"driver {Name}, while {Doing}: byte {at} of what the driver wrote: the length of a frame is {length}, and must be 1 to {Protocol.LongestFrame}."
                + Printed(bytes)
                + Said()
        );
    }

    private DriverFaultException Died(string closed, scoped ReadOnlySpan<byte> printed = default)
    {
        IsOver = true;
        StopClock();
        if (!_process.WaitForExit(GraceMilliseconds))
        {
            End($"it closed its {closed} and did not end");
            _process.WaitForExit(GraceMilliseconds);
        }
        Span<byte> first = stackalloc byte[sizeof(uint)];
        if (printed.IsEmpty)
            printed = first[.._from.Read(first)];
        // What it said last may still be on its way; who it left behind may never end.
        _saidAll.Wait(2 * GraceMilliseconds);
        return new DriverFaultException(
            (
                _killed is { } why
                    ? $"driver {Name} was ended while {Doing}: {why}."
                    : $"driver {Name} ended while {Doing}: {ExitText.Of(_process.ExitCode)}."
            )
                + Printed(printed)
                + Said()
        );
    }

    private string Printed(ReadOnlySpan<byte> bytes) =>
        _from.Quote(bytes) is { } text
            ? $" The bytes read \"{text}\": standard output carries the protocol, print to standard error."
            : "";

    private string Said()
    {
        lock (_lines)
            return _lines.Count == 0
                ? ""
                : $"\nlast on its standard error:\n{string.Join('\n', _lines.Select(line => $"    {line}"))}";
    }

    private void Listen(object? errors)
    {
        try
        {
            while (((StreamReader)errors!).ReadLine() is { } line)
                Keep(line);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Nobody wants to know any more.
        }
        _saidAll.Set();
    }

    private void Keep(string line)
    {
        lock (_lines)
        {
            _lines.Enqueue(line);
            if (_lines.Count > LinesKept)
                _lines.Dequeue();
        }
    }

    /// <summary>Called now and then by the watchdog.</summary>
    internal void Look()
    {
        if (
            Volatile.Read(ref _deadline) is not 0 and var deadline
            && Environment.TickCount64 > deadline
        )
            End(
                $"it did not come to an end within {_patience.TotalSeconds:0.###} s of real time (SMMU_DUT_SECONDS)"
            );
    }
}
