using SmmuConformance.Emulator;

namespace SmmuConformance.Bench.Models;

/// <summary>
/// A model as a platform: it stands for one machine after another, and is reset between them. One that has ended, or has thrown, is
/// replaced when the next machine is asked for.
/// </summary>
public sealed class ModelPlatform : IDisposable
{
    /// <summary>The longest name of a model in characters.</summary>
    internal const int LongestName = 40;

    private readonly Func<IHardwareModel> _start;
    private IHardwareModel _model;
    private WatchedHardware? _current;
    private bool _isBroken;

    /// <summary>Starts a model.</summary>
    /// <param name="start">Makes one.</param>
    /// <exception cref="ModelFaultException">There is none, or its name cannot be one.</exception>
    public ModelPlatform(Func<IHardwareModel> start)
    {
        _start = start;
        _model = Started();
        try
        {
            Profile = ProfileOf(_model);
        }
        catch
        {
            _model.Dispose();
            throw;
        }
    }

    /// <summary>What the SMMU is like.</summary>
    public Profile Profile { get; }

    /// <summary>What was asked of it about SMMU and memory since the last machine began.</summary>
    public int Questions => _current?.Questions ?? 0;

    /// <summary>Registers and accesses that it was asked for last, one a line; empty if there were none.</summary>
    public string Story => $"{_current?.Story}";

    /// <summary>A machine was asked for since <see cref="Use"/> that the model could only be if it were made otherwise.</summary>
    public bool WasAskedForAnother { get; private set; }

    /// <summary>How it broke the agreement since <see cref="Use"/>, whoever has caught it; null: it did not.</summary>
    public ModelFaultException? Fault { get; private set; }

    /// <summary>How many were replaced.</summary>
    public int Deaths { get; private set; }

    /// <summary>Stands for every machine that this flow of control makes, until the answer is disposed of.</summary>
    public IDisposable Use()
    {
        (_current, WasAskedForAnother, Fault) = (null, false, null);
        return OtherHardware.Use(Begin);
    }

    /// <summary>What was asked for without an answer is done before this returns; if the model does not bear it, <see cref="Fault"/> says so.</summary>
    public void Settle()
    {
        if (_current is null || _isBroken)
            return;
        try
        {
            using var itself = OtherHardware.UseNone();
            _current.Settle();
        }
        catch (Exception e) when (e is ModelFaultException or NotOnThisPlatformException)
        {
            // It is noted, or it has no such register.
        }
    }

    /// <summary>What a machine is like that the model can be, whatever is asked for.</summary>
    public MachineOptions AsItIs(MachineOptions options) =>
        options.Smmus.Length == 1 ? new() { Smmus = [Profile], Seed = options.Seed } : options;

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    internal bool IsCurrent(WatchedHardware hardware) => ReferenceEquals(_current, hardware);

    /// <summary>The exception of a model as what it is for the suite; from now on it counts as broken.</summary>
    internal ModelFaultException Broken(string doing, Exception e)
    {
        _isBroken = true;
        var fault = Wrapped(doing, e);
        Fault ??= fault;
        return fault;
    }

    private WatchedHardware Begin(MachineOptions options)
    {
        Require(options);
        using var itself = OtherHardware.UseNone();
        if (_model.HasEnded || _isBroken)
            Replace();
        IOtherHardware hardware;
        try
        {
            hardware = _model.Reset(options.Seed);
        }
        catch (Exception e) when (e is not NotOnThisPlatformException)
        {
            // It died of the last machine, and was not asked anything since.
            Replace();
            hardware = Reset(options.Seed);
        }
        return _current = new WatchedHardware(this, hardware);
    }

    private IOtherHardware Reset(ulong seed)
    {
        try
        {
            return _model.Reset(seed);
        }
        catch (Exception e) when (e is not NotOnThisPlatformException)
        {
            throw Broken("it began a machine", e);
        }
    }

    private void Replace()
    {
        Deaths++;
        _model.Dispose();
        _model = Started();
        _isBroken = false;
        if (ProfileOf(_model) != Profile)
            throw Broken(
                "it was started again",
                new ModelFaultException(
                    $"model {Profile.Name}: started again it has other registers or another name than before"
                )
            );
    }

    private IHardwareModel Started()
    {
        try
        {
            return _start();
        }
        catch (Exception e) when (e is not ModelFaultException)
        {
            throw new ModelFaultException(
                $"a model cannot be started: {e.GetType().Name}: {e.Message}",
                e
            );
        }
    }

    private static Profile ProfileOf(IHardwareModel model)
    {
        Profile profile;
        try
        {
            profile = model.Profile;
        }
        catch (Exception e) when (e is not ModelFaultException)
        {
            throw new ModelFaultException(
                $"model {model.GetType().Name}: its profile throws {e.GetType().Name}: {e.Message}",
                e
            );
        }
        return IsName(profile.Name)
            ? profile
            : throw new ModelFaultException(
                $"model {model.GetType().Name}: its profile is named `{profile.Name}`, and a name has 1 to {LongestName} letters, digits, dots and dashes"
            );
    }

    /// <summary>A text can be the name of a model: it is part of the name of every execution.</summary>
    internal static bool IsName(string text) =>
        text.Length is > 0 and <= LongestName
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-');

    private ModelFaultException Wrapped(string doing, Exception e) =>
        e as ModelFaultException
        ?? new ModelFaultException(
            $"model {Profile.Name} threw {e.GetType().Name} while {doing}: {e.Message}",
            e
        );

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
