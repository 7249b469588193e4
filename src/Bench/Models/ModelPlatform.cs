using SmmuConformance.Emulator;

namespace SmmuConformance.Bench.Models;

/// <summary>
/// A model as a platform: it stands for one machine after another, and is reset between them. One that has ended is replaced when
/// the next machine is asked for.
/// </summary>
public sealed class ModelPlatform : IDisposable
{
    private readonly Func<IHardwareModel> _start;
    private IHardwareModel _model;
    private WatchedHardware? _current;

    /// <summary>Starts a model.</summary>
    /// <param name="start">Makes one. What it throws if there is none is not caught.</param>
    public ModelPlatform(Func<IHardwareModel> start)
    {
        (_start, _model) = (start, start());
        Profile = _model.Profile;
    }

    /// <summary>What the SMMU is like.</summary>
    public Profile Profile { get; }

    /// <summary>What was asked of it about SMMU and memory since the last machine began.</summary>
    public int Questions => _current?.Questions ?? 0;

    /// <summary>A machine was asked for since <see cref="Use"/> that the model could only be if it were made otherwise.</summary>
    public bool WasAskedForAnother { get; private set; }

    /// <summary>How many have ended by themselves.</summary>
    public int Deaths { get; private set; }

    /// <summary>Stands for every machine that this flow of control makes, until the answer is disposed of.</summary>
    public IDisposable Use()
    {
        (_current, WasAskedForAnother) = (null, false);
        return OtherHardware.Use(Begin);
    }

    /// <summary>What a machine is like that the model can be, whatever is asked for.</summary>
    public MachineOptions AsItIs(MachineOptions options) =>
        options.Smmus.Length == 1 ? new() { Smmus = [Profile], Seed = options.Seed } : options;

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    internal bool IsCurrent(WatchedHardware hardware) => ReferenceEquals(_current, hardware);

    private WatchedHardware Begin(MachineOptions options)
    {
        Require(options);
        using var itself = OtherHardware.UseNone();
        if (_model.HasEnded)
            Replace();
        IOtherHardware hardware;
        try
        {
            hardware = _model.Reset(options.Seed);
        }
        catch (ModelFaultException)
        {
            // It died of the last machine, and was not asked anything since.
            Replace();
            hardware = _model.Reset(options.Seed);
        }
        return _current = new WatchedHardware(this, hardware);
    }

    private void Replace()
    {
        Deaths++;
        _model.Dispose();
        _model = _start();
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
}
