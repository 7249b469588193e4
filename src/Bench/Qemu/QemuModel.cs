using SmmuConformance.Bench.Models;
using SmmuConformance.Emulator;

namespace SmmuConformance.Bench.Qemu;

/// <summary>QEMU's model of an SMMU.</summary>
public sealed class QemuModel : IHardwareModel
{
    private readonly QemuProcess _process;

    /// <summary>Starts QEMU.</summary>
    /// <param name="path">The program.</param>
    /// <param name="stage">Which stages its SMMU has.</param>
    /// <exception cref="QemuFailedException">It cannot be started, or cannot do what is needed.</exception>
    public QemuModel(string path, QemuStage stage)
    {
        _process = QemuProcess.Start(path, stage);
        try
        {
            Profile = ModelProfile.Read(
                new QemuHardware(_process),
                Profiles.Qemu10 with
                {
                    Name = $"Qemu{stage}",
                    Reason = "QEMU's SMMU itself answers.",
                }
            );
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Profile Profile { get; }

    /// <inheritdoc/>
    public bool HasEnded => _process.HasEnded;

    /// <summary>A QEMU as a platform.</summary>
    /// <param name="path">The program.</param>
    /// <param name="stage">Which stages its SMMU has.</param>
    /// <exception cref="QemuFailedException">It cannot be started, or cannot do what is needed.</exception>
    public static ModelPlatform Platform(string path, QemuStage stage) =>
        new(() => new QemuModel(path, stage));

    /// <inheritdoc/>
    public IOtherHardware Reset(ulong seed)
    {
        _process.Qtest.Drain();
        _process.Qmp.Reset();
        _process.Memory.Clear();
        _process.Log.Skip();
        return new QemuHardware(_process);
    }

    /// <inheritdoc/>
    public void Dispose() => _process.Dispose();

    /// <summary>Ends the process, as a fault of its own would.</summary>
    internal void Kill() => _process.Kill();
}
