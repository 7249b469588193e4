using SmmuConformance.Driver.Adapters;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Bench;

/// <summary>Thrown when the driver refuses what a case needs of it: the verdict is <c>failed</c>.</summary>
/// <param name="outcome">How it refused.</param>
/// <param name="trace">What it did before.</param>
public sealed class OperationRefusedException(Outcome outcome, string trace)
    : Exception($"the driver refused an operation that must succeed: {outcome}\n{trace}")
{
    /// <summary>How it refused.</summary>
    public Outcome Outcome => outcome;
}

/// <summary>Thrown when a driver lets an exception escape: it answers with an outcome, always.</summary>
/// <param name="operation">What was asked of it.</param>
/// <param name="trace">What it did before.</param>
/// <param name="inner">What it threw.</param>
public sealed class DriverThrewException(string operation, string trace, Exception inner)
    : Exception(
        $"contract.never-throws: {(inner is DriverFaultException ? $"`{operation}` gave no outcome" : $"the driver threw {inner.GetType().Name} from `{operation}`")}: {inner.Message}\n{trace}",
        inner
    );
