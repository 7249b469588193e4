using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Adapters;

/// <summary>Between errno and <see cref="ErrorClass"/>.</summary>
internal static class ErrorNumbers
{
    /// <summary>The error class of a number.</summary>
    /// <exception cref="DriverFaultException">The contract knows no such number.</exception>
    public static ErrorClass Of(int number, string driver, string operation) =>
        number is >= 0 and <= byte.MaxValue && Enum.IsDefined((ErrorClass)number)
            ? (ErrorClass)number
            : throw new DriverFaultException(
                $"driver {driver}: `{operation}` answered {number}, which is no error of the contract. "
                    + (
                        number < 0
                        && Enum.IsDefined((ErrorClass)Math.Min(-(long)number, byte.MaxValue))
                            ? $"Errors are positive: answer {-number}, not {number}."
                            : $"Answer 0 or one of {string.Join(", ", Enum.GetValues<ErrorClass>().Skip(1).Select(e => $"{(byte)e} ({e})"))}."
                    )
            );
}
