using System.Runtime.CompilerServices;

namespace VerifyTests;

/// <summary>
/// A comparison that starts when it is awaited, so that settings can still be chained to the call. The part of Verify's
/// class of this name that the tests use, with the same meaning.
/// </summary>
/// <param name="settings">The settings given with the call, or null.</param>
/// <param name="compare">What to do with the final settings.</param>
public sealed class SettingsTask(VerifySettings? settings, Func<VerifySettings, Task> compare)
{
    private readonly VerifySettings _settings = settings ?? new();
    private Task? _task;

    /// <inheritdoc cref="VerifySettings.UseDirectory"/>
    public SettingsTask UseDirectory(string directory)
    {
        _settings.UseDirectory(directory);
        return this;
    }

    /// <inheritdoc cref="VerifySettings.UseFileName"/>
    public SettingsTask UseFileName(string fileName)
    {
        _settings.UseFileName(fileName);
        return this;
    }

    /// <summary>Starts the comparison, once.</summary>
    public Task ToTask() => _task ??= compare(_settings);

    /// <summary>Lets the call be awaited.</summary>
    public TaskAwaiter GetAwaiter() => ToTask().GetAwaiter();

    /// <summary>Lets the call be awaited without a context.</summary>
    public ConfiguredTaskAwaitable ConfigureAwait(bool continueOnCapturedContext) =>
        ToTask().ConfigureAwait(continueOnCapturedContext);

    /// <summary>Lets a test return the call as its task.</summary>
    public static implicit operator Task(SettingsTask task) => task.ToTask();
}
