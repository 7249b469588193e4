using System.Diagnostics;
using System.Text;

namespace SmmuConformance.Bench.Qemu;

/// <summary>What of an SMMU QEMU's machine has.</summary>
public enum QemuStage : byte
{
    /// <summary>Stage 1 only.</summary>
    One,

    /// <summary>Stage 2 only.</summary>
    Two,

    /// <summary>Both, and one behind the other.</summary>
    Nested,
}

/// <summary>
/// A QEMU process without a guest, the sockets that it is driven by, and the files it has; all of it is gone when this is disposed of,
/// whatever happened.
/// </summary>
internal sealed class QemuProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private readonly string _folder;

    private QemuProcess(QemuProgram program, QemuStage stage, IEnumerable<string> devices)
    {
        _folder = Directory.CreateTempSubdirectory("smmu-qemu-").FullName;
        Memory = Path.Combine(
            Directory.Exists("/dev/shm") ? "/dev/shm" : _folder,
            $"{Path.GetFileName(_folder)}.ram"
        );
        Log = Path.Combine(_folder, "log");
        Test = new(Path.Combine(_folder, "qtest"), "qtest");
        Control = new(Path.Combine(_folder, "qmp"), "QMP");
        var start = new ProcessStartInfo(program.Path, Arguments(stage, devices, program))
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        _process = Process.Start(start) ?? throw new QemuException("it does not start");
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_errors)
                _errors.AppendLine(line.Data);
        };
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
    }

    /// <summary>The file that is its memory, of <see cref="MemoryBytes"/>.</summary>
    public string Memory { get; }

    /// <summary>Bytes of its memory.</summary>
    public const long MemoryBytes = 256 << 20;

    /// <summary>What it traces.</summary>
    public string Log { get; }

    /// <summary>Registers, memory and time.</summary>
    public LineChannel Test { get; }

    /// <summary>Reset.</summary>
    public LineChannel Control { get; }

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>Starts one.</summary>
    /// <param name="program">Which QEMU.</param>
    /// <param name="stage">What its SMMU has.</param>
    /// <param name="devices">Arguments for the devices behind it.</param>
    /// <exception cref="QemuException">It does not come up; says what it printed.</exception>
    public static QemuProcess Start(
        QemuProgram program,
        QemuStage stage,
        IEnumerable<string> devices
    )
    {
        var process = new QemuProcess(program, stage, devices);
        try
        {
            process.Test.Accept(() => process._process.HasExited);
            process.Control.Accept(() => process._process.HasExited);
            return process;
        }
        catch (QemuException exception)
        {
            process.Dispose();
            throw process.Explained(exception);
        }
    }

    /// <summary>An error together with what QEMU has printed.</summary>
    public QemuException Explained(QemuException exception)
    {
        lock (_errors)
            return _errors.Length == 0
                ? exception
                : new QemuException(
                    $"{exception.Message}; it says: {$"{_errors}".Trim()}",
                    exception
                );
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Test.Dispose();
        Control.Dispose();
        File.Delete(Memory);
        Directory.Delete(_folder, recursive: true);
    }

    // Machines from 9.2 on choose the stages themselves, whatever one asks for.
    private List<string> Arguments(
        QemuStage stage,
        IEnumerable<string> devices,
        QemuProgram program
    )
    {
        var stages = stage switch
        {
            QemuStage.One => "1",
            QemuStage.Two => "2",
            _ => "nested",
        };
        var arguments = new List<string>
        {
            "-M",
            "virt-9.1,iommu=smmuv3,gic-version=3,highmem-ecam=off,memory-backend=ram0",
            "-accel",
            "qtest",
            "-cpu",
            "cortex-a57",
            "-m",
            $"{MemoryBytes >> 20}",
            "-nodefaults",
            "-display",
            "none",
            "-net",
            "none",
            "-object",
            $"memory-backend-file,id=ram0,size={MemoryBytes >> 20}M,share=on,mem-path={Memory}",
            "-global",
            $"arm-smmuv3.stage={stages}",
            "-qtest",
            $"unix:{Test.Path}",
            "-qtest-log",
            "/dev/null",
            "-qmp",
            $"unix:{Control.Path}",
            "-trace",
            "smmuv3_translate*",
            "-D",
            Log,
        };
        if (int.TryParse(program.Version.Split('.')[0], out var major) && major >= 11)
            arguments.AddRange(["-run-with", "exit-with-parent=on"]);
        foreach (var device in devices)
            arguments.AddRange(["-device", device]);
        return arguments;
    }
}
