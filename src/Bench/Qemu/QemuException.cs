namespace SmmuConformance.Bench.Qemu;

/// <summary>QEMU cannot be had, has refused something, hangs, or is no more.</summary>
/// <param name="message">What happened, and what to do.</param>
/// <param name="inner">What it came from.</param>
public sealed class QemuException(string message, Exception? inner = null)
    : Exception(message, inner);
