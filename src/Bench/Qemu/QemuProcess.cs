using System.Diagnostics;

namespace SmmuConformance.Bench.Qemu;

/// <summary>One QEMU without a guest. Once it runs nothing of it is in any directory, and it does not outlive this process.</summary>
internal sealed class QemuProcess : IDisposable
{
    /// <summary>Milliseconds within which whatever it is asked must be answered.</summary>
    public const int Patience = 20_000;

    private const int LinesKept = 5;

    private readonly Queue<string> _said = [];
    private readonly ManualResetEventSlim _started = new();
    private Process? _process;
    private string? _problem;

    private QemuProcess(ProcessStartInfo start)
    {
        // QEMU ends with the thread that started it, so this one must live as long.
        new Thread(() => Keep(start)) { IsBackground = true, Name = "keeper of QEMU" }.Start();
        _started.Wait();
        if (_problem is { } problem)
            throw new QemuFailedException($"`{start.FileName}` cannot be started: {problem}");
        AppDomain.CurrentDomain.ProcessExit += EndWithThis;
    }

    /// <summary>The test protocol.</summary>
    public QtestClient Qtest { get; private set; } = null!;

    /// <summary>The monitor.</summary>
    public QmpClient Qmp { get; private set; } = null!;

    /// <summary>Its memory.</summary>
    public QemuMemory Memory { get; private set; } = null!;

    /// <summary>What it says of translations.</summary>
    public TranslationLog Log { get; private set; } = null!;

    /// <summary>It can be asked nothing any more.</summary>
    public bool HasEnded => _process is not { HasExited: false };

    /// <summary>Starts one.</summary>
    /// <param name="path">The program.</param>
    /// <param name="stage">Which stages its SMMU has.</param>
    /// <exception cref="QemuFailedException">It cannot be started, or cannot do what is needed.</exception>
    public static QemuProcess Start(string path, QemuStage stage)
    {
        if (OperatingSystem.IsWindows())
            throw new QemuFailedException("QEMU's memory and sockets are shared as on Linux");
        var directory = Directory
            .CreateDirectory(
                System.IO.Path.Combine(Room, $"smmu-qemu-{Guid.NewGuid():N}"),
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            )
            .FullName;
        try
        {
            return Start(path, stage, directory);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>That it has ended, as a message.</summary>
    /// <param name="asked">What it was asked.</param>
    public QemuFailedException Ended(string asked)
    {
        if (_process is not { } process || !process.WaitForExit(Patience))
            return new QemuFailedException($"QEMU has closed its connection at `{asked}`");
        lock (_said)
            return new QemuFailedException(
                $"QEMU ended with exit code {process.ExitCode} at `{asked}`. {string.Join(" | ", _said)}"
            );
    }

    /// <summary>Ends it.</summary>
    public void Kill()
    {
        try
        {
            _process?.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= EndWithThis;
        Kill();
        Memory?.Dispose();
        Log?.Dispose();
    }

    // Memory that is a file should never reach a disk.
    private static string Room =>
        Directory.Exists("/dev/shm") ? "/dev/shm" : System.IO.Path.GetTempPath();

    private static QemuProcess Start(string path, QemuStage stage, string directory)
    {
        string In(string name) => System.IO.Path.Combine(directory, name);

        File.WriteAllBytes(In("log"), []);
        using var qtest = new UnixListener(In("qtest"));
        using var monitor = new UnixListener(In("monitor"));
        var process = new QemuProcess(
            new ProcessStartInfo(path, QemuCommandLine.Of(stage, directory))
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
                UseShellExecute = false,
            }
        );
        try
        {
            process.Connect(qtest, monitor, directory);
            return process;
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    private void Connect(UnixListener qtest, UnixListener monitor, string directory)
    {
        Qtest = new QtestClient(new LineChannel(qtest.Accept(this), this));
        Qmp = new QmpClient(new LineChannel(monitor.Accept(this), this));
        Qtest.Greet();
        Memory = new QemuMemory(System.IO.Path.Combine(directory, "memory"));
        Log = new TranslationLog(System.IO.Path.Combine(directory, "log"));
    }

    private void Keep(ProcessStartInfo start)
    {
        try
        {
            _process = Process.Start(start);
            _process!.ErrorDataReceived += (_, said) => Note(said.Data);
            _process.OutputDataReceived += (_, said) => Note(said.Data);
            _process.BeginErrorReadLine();
            _process.BeginOutputReadLine();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            _problem = e.Message;
        }
        _started.Set();
        _process?.WaitForExit();
    }

    private void Note(string? line)
    {
        if (string.IsNullOrWhiteSpace(line))
            return;
        lock (_said)
        {
            _said.Enqueue(line.Trim());
            if (_said.Count > LinesKept)
                _said.Dequeue();
        }
    }

    private void EndWithThis(object? sender, EventArgs e) => Kill();
}
