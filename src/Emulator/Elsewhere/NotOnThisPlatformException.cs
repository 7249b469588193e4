namespace SmmuConformance.Emulator;

/// <summary>
/// A machine that is not emulated here was asked for something that only an emulated one has. The verdict of the case becomes not
/// applicable: the emulator's answer would say nothing of that machine.
/// </summary>
/// <param name="what">What was asked for.</param>
public sealed class NotOnThisPlatformException(string what)
    : Exception($"this platform has no {what}")
{
    /// <summary>What was asked for.</summary>
    public string What => what;
}
