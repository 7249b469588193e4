using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Conformance.Driver;

/// <summary>How an operation is refused.</summary>
internal static class Refusal
{
    /// <summary>An operation was refused, and for that reason.</summary>
    public static void MustBe(ErrorClass expected, ErrorClass actual) =>
        Assert.True(
            actual == expected,
            actual == ErrorClass.None
                ? $"must be refused with {expected} ({(byte)expected}), but the driver has carried it out"
                : $"must be refused with {expected} ({(byte)expected}), but is refused with {actual} ({(byte)actual})"
        );
}
