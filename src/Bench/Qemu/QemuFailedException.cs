using SmmuConformance.Bench.Models;

namespace SmmuConformance.Bench.Qemu;

/// <summary>QEMU could not be started, has ended, hangs, or says what nobody can understand.</summary>
/// <param name="message">What happened, with what it was asked last.</param>
public sealed class QemuFailedException(string message) : ModelFaultException(message);
