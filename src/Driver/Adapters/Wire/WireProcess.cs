using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;

namespace SmmuConformance.Driver.Adapters.Wire;

/// <summary>What a program is to the suite; for messages.</summary>
/// <param name="Kind"><c>driver</c> or <c>model</c>.</param>
/// <param name="Choice">Environment variable that names it.</param>
/// <param name="Patience">Environment variable that bounds one answer.</param>
/// <param name="Page">The page of its protocol.</param>
public sealed record WireRole(string Kind, string Choice, string Patience, string Page);

/// <summary>A program that is spoken to in frames over its standard input and output: its life, its time limits, its last words.</summary>
public abstract class WireProcess : IDisposable
{
    // Of a program that floods its error stream, what it said last is what matters.
    private const int LinesKept = 20;
    private const int LongestLine = 2000;

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

    /// <summary>One that has been started by <see cref="Launch"/>.</summary>
    /// <param name="role">What it is to the suite.</param>
    /// <param name="name">How messages name it.</param>
    /// <param name="process">The process.</param>
    /// <param name="patience">How long one answer may take by the clock on the wall.</param>
    protected WireProcess(WireRole role, string name, Process process, TimeSpan patience)
    {
        (Role, Name, _process, _patience) = (role, name, process, patience);
        _to = process.StandardInput.BaseStream;
        _from = new OutputPipe(process);
        // On a thread of its own: what a program says last must not wait for one that is busy.
        new Thread(Listen) { IsBackground = true, Name = $"errors of {name}" }.Start(
            process.StandardError
        );
        Watchdog.Watch(this);
    }

    /// <summary>What it is to the suite.</summary>
    public WireRole Role { get; }

    /// <summary>How messages name it: what it was chosen by.</summary>
    public string Name { get; }

    /// <summary>What it is asked to do now; for messages.</summary>
    public string Doing { get; private set; } = "starting";

    /// <summary>True if it cannot be asked anything any more.</summary>
    public bool IsOver { get; private set; }

    /// <summary>True if it can serve another machine.</summary>
    public bool IsAlive => !IsOver && !_process.HasExited;

    /// <summary>What it did that nothing can be asked of it any more, in one line; null if it did nothing.</summary>
    public string? Broken { get; private set; }

    /// <summary>Starts a program.</summary>
    /// <param name="role">What it is to be.</param>
    /// <param name="name">How messages name it.</param>
    /// <param name="start">The program, its arguments and its environment.</param>
    /// <param name="refused">What is thrown if it cannot be started, with message and reason.</param>
    protected static Process Launch(
        WireRole role,
        string name,
        ProcessStartInfo start,
        Func<string, Exception, Exception> refused
    )
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.UseShellExecute = false;
        try
        {
            return Process.Start(start)!;
        }
        catch (Exception e)
            when (e
                    is System.ComponentModel.Win32Exception
                        or IOException
                        or InvalidOperationException
            )
        {
            throw refused(
                $"{role.Kind} {name}: `{start.FileName}` cannot be started ({e.Message}). {role.Choice} names a program and its arguments; is it there and executable?",
                e
            );
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

    /// <summary>Sends a frame. Throws what <see cref="Fault(string,Exception)"/> makes if it has ended.</summary>
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

    /// <summary>The next frame. Throws the same if it has ended, hangs, or says what is no frame.</summary>
    public WireReader Receive()
    {
        var length = BinaryPrimitives.ReadUInt32LittleEndian(Read(sizeof(uint)));
        if (length is 0 or > Protocol.LongestFrame)
            throw NotAFrame(length);
        var position = _received;
        var payload = Read((int)length);
        return new WireReader(payload, position, Role.Kind);
    }

    /// <summary>An error of the protocol in what was received; there is nothing to talk about any more.</summary>
    public Exception Refuse(WireException error)
    {
        End("it does not keep to the protocol");
        return Fault(
            $"{Role.Kind} {Name}, while {Doing}: what it says is not the protocol ({Role.Page}).\n{error.Message}{Said()}",
            error
        );
    }

    /// <summary>Ends it after it has broken the agreement; who asks it for more is told the same.</summary>
    public void End(Exception fault)
    {
        Broken ??= fault.Message.Split('\n')[0];
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
        Release();
        GC.SuppressFinalize(this);
    }

    /// <summary>The run is over: nothing that it shared with the program stays behind.</summary>
    protected internal virtual void Unlink() { }

    /// <summary>Gives back what it shared with the program, which has ended.</summary>
    protected virtual void Release() { }

    /// <summary>That it has broken the agreement, as an exception.</summary>
    /// <param name="message">Who, what it was doing, and the remedy.</param>
    /// <param name="inner">How that was found, if by an exception.</param>
    protected abstract Exception Fault(string message, Exception? inner = null);

    /// <summary>Takes the first frame apart up to what its kind of program says of itself.</summary>
    /// <exception cref="WireException">It is no greeting of this version.</exception>
    protected void MustBeWelcome(ref WireReader welcome)
    {
        if (welcome.U8("kind of frame") is var first && first != (byte)FrameKind.Welcome)
            throw welcome.Wrong(
                $"the first frame has kind 0x{first:x2}, and must be 0x11 (Welcome)",
                1
            );
        if (welcome.U32("the magic number") is var magic && magic != Protocol.Magic)
            throw welcome.Wrong($"the magic number is 0x{magic:x8}, and must be \"SMMU\"", 4);
        if (welcome.U16("the version") is var version && version != Protocol.Version)
            throw welcome.Wrong(
                $"the {Role.Kind} speaks version {version} of the protocol, this suite version {Protocol.Version}",
                2
            );
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

    private Exception NotAFrame(uint length)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, length);
        var at = _received - sizeof(uint);
        End("it does not keep to the protocol");
        return Fault(
            $"{Role.Kind} {Name}, while {Doing}: byte {at} of what the {Role.Kind} wrote: the length of a frame is {length}, and must be 1 to {Protocol.LongestFrame}."
                + Printed(bytes)
                + Said()
        );
    }

    private Exception Died(string closed, scoped ReadOnlySpan<byte> printed = default)
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
        return Fault(
            (
                _killed is { } why
                    ? $"{Role.Kind} {Name} was ended while {Doing}: {why}."
                    : $"{Role.Kind} {Name} ended while {Doing}: {ExitText.Of(_process.ExitCode)}."
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
            var reader = (StreamReader)errors!;
            while (Line(reader) is { } line)
                Keep(line);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Nobody wants to know any more.
        }
        _saidAll.Set();
    }

    // As far as it is shown: who writes without end of line fills no memory.
    private static string? Line(StreamReader reader)
    {
        var line = new StringBuilder();
        while (true)
            switch (reader.Read())
            {
                case < 0:
                    return line.Length == 0 ? null : line.ToString();
                case '\n':
                    return line.ToString().TrimEnd('\r');
                case var c when line.Length < LongestLine:
                    line.Append((char)c);
                    break;
            }
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
                $"it did not come to an end within {_patience.TotalSeconds:0.###} s of real time ({Role.Patience})"
            );
    }
}
