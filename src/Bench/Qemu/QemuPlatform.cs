using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Bench.Qemu;

/// <summary>
/// QEMU as a platform: it stands for one machine after another, and is reset between them. One that has died is replaced when the
/// next machine is asked for.
/// </summary>
public sealed class QemuPlatform : IDisposable
{
    private readonly string _path;
    private readonly QemuStage _stage;
    private QemuProcess _process;
    private QemuHardware? _current;

    /// <summary>Starts QEMU.</summary>
    /// <param name="path">The program.</param>
    /// <param name="stage">Which stages its SMMU has.</param>
    /// <exception cref="QemuFailedException">It cannot be started, or cannot do what is needed.</exception>
    public QemuPlatform(string path, QemuStage stage)
    {
        (_path, _stage) = (path, stage);
        _process = QemuProcess.Start(path, stage);
        try
        {
            Profile = ReadProfile();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The SMMU as its own registers describe it.</summary>
    public Profile Profile { get; }

    /// <summary>What was asked of it about SMMU and memory since the last machine began.</summary>
    public int Questions => _current?.Questions ?? 0;

    /// <summary>A machine was asked for since <see cref="Use"/> that QEMU could only be if it were made otherwise.</summary>
    public bool WasAskedForAnother { get; private set; }

    /// <summary>How many have died.</summary>
    public int Deaths { get; private set; }

    /// <summary>Stands for every machine that this flow of control makes, until the answer is disposed of.</summary>
    public IDisposable Use()
    {
        (_current, WasAskedForAnother) = (null, false);
        return OtherHardware.Use(Begin);
    }

    /// <summary>What a machine is like that QEMU can be, whatever is asked for.</summary>
    public MachineOptions AsItIs(MachineOptions options) =>
        options.Smmus.Length == 1 ? new() { Smmus = [Profile], Seed = options.Seed } : options;

    /// <inheritdoc/>
    public void Dispose() => _process.Dispose();

    /// <summary>Ends the process, as a fault of its own would.</summary>
    internal void Kill() => _process.Kill();

    internal bool IsCurrent(QemuHardware hardware) => ReferenceEquals(_current, hardware);

    private QemuHardware Begin(MachineOptions options)
    {
        Require(options);
        if (_process.HasEnded)
            Replace();
        try
        {
            Reset();
        }
        catch (QemuFailedException)
        {
            // It died of the last machine, and was not asked anything since.
            Replace();
        }
        return _current = new QemuHardware(this, _process);
    }

    // Whatever differs from an ordinary machine would be asked of the emulator alone.
    private void Require(MachineOptions options)
    {
        if (options.Smmus is not [var profile])
            throw new NotOnThisPlatformException("second SMMU");
        var ordinary = new MachineOptions { Smmus = options.Smmus, Seed = options.Seed };
        if (profile == Profile && options == ordinary)
            return;
        WasAskedForAnother = true;
        throw new NotOnThisPlatformException(
            profile == Profile
                ? "machine that is made other than it is"
                : "SMMU with other registers than its own"
        );
    }

    private void Replace()
    {
        Deaths++;
        _process.Dispose();
        _process = QemuProcess.Start(_path, _stage);
    }

    private void Reset()
    {
        _process.Qtest.Drain();
        _process.Qmp.Reset();
        _process.Memory.Clear();
        _process.Log.Skip();
    }

    private Profile ReadProfile()
    {
        uint At(uint offset) => _process.Qtest.Read32(QemuMap.Smmu + offset);

        return Profiles.Qemu10 with
        {
            Name = $"Qemu{_stage}",
            Reason = "QEMU's SMMU itself answers.",
            IDR0 = new(At(Idr0.Offset)),
            IDR1 = new(At(Idr1.Offset)),
            IDR2 = new(At(Idr2.Offset)),
            IDR3 = new(At(Idr3.Offset)),
            IDR4 = new(At(Idr4.Offset)),
            IDR5 = new(At(Idr5.Offset)),
            IIDR = new(At(Iidr.Offset)),
            AIDR = new(At(Aidr.Offset)),
        };
    }
}
