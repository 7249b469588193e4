using System.Collections.Concurrent;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Bench.Models;
using SmmuConformance.Driver.Adapters;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Cases;

/// <summary>
/// Hardware that a driver may leave to others: it says so when it is to probe it, and then no case applies there. It is asked once for
/// each kind.
/// </summary>
internal static class HardwareRefusal
{
    /// <summary>Why no case applies on the hardware of an execution, or null.</summary>
    /// <param name="execution">What would be run.</param>
    /// <param name="known">What the driver has said already, by profile.</param>
    public static Ending? Of(Execution execution, ConcurrentDictionary<string, Ending?> known) =>
        execution.Case.IsAboutHardware || MayRefuse(execution.Profile) is not { } field
            ? null
            : known.GetOrAdd(execution.Profile.Name, _ => Ask(execution.Profile, field));

    // A driver for little-endian PEs has no use for tables of the other byte order.
    private static string? MayRefuse(Profile profile) =>
        profile.IDR0.TTENDIAN == WalkEndianness.Big ? "SMMU_IDR0.TTENDIAN is Big" : null;

    private static Ending? Ask(Profile profile, string field)
    {
        try
        {
            using var bench = TestBench.Create(profile);
            return bench.Probe().Error == ErrorClass.UnsupportedHardware
                ? new(
                    Verdict.NotApplicable,
                    $"{field}, and driver '{bench.Description.Name}' says at probe that it does not support that"
                )
                : null;
        }
        catch (Exception e)
            when (e
                    is ViolationException
                        or DriverThrewException
                        or DriverFaultException
                        or NotOnThisPlatformException
                        or ModelFaultException
            )
        {
            // The cases will say it.
            return null;
        }
    }
}
