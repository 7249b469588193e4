using System.Reflection;
using System.Runtime.InteropServices;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Conformance.Platforms;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Conformance.Results;

/// <summary>What was run, where and when: enough to run it again.</summary>
/// <param name="Suite">Version of this suite.</param>
/// <param name="Manual">The manual the rules are of.</param>
/// <param name="Driver">Name of the driver under test.</param>
/// <param name="DriverVersion">Its version.</param>
/// <param name="Capabilities">What it declares to be able to do.</param>
/// <param name="Policies">What it declares to have chosen.</param>
/// <param name="Observation">How finely its stores can be seen.</param>
/// <param name="Platform">What answers as the SMMU: <c>emulator</c>, or what <c>SMMU_PLATFORM</c> says.</param>
/// <param name="Machine">How unkind the machine was (<c>SMMU_MACHINE</c>).</param>
/// <param name="Profiles">Names of the profiles that were run.</param>
/// <param name="Shard">Which part of the catalogue (<c>SMMU_SHARD</c>).</param>
/// <param name="Order">Seed of the order in which cases ran (<c>SMMU_ORDER</c>).</param>
/// <param name="Started">When it began, UTC.</param>
/// <param name="Seconds">Wall time, without discovery.</param>
/// <param name="Runtime">.NET and operating system.</param>
public sealed record Provenance(
    string Suite,
    string Manual,
    string Driver,
    string DriverVersion,
    string Capabilities,
    string Policies,
    string Observation,
    string Platform,
    string Machine,
    IReadOnlyList<string> Profiles,
    string Shard,
    int Order,
    DateTimeOffset Started,
    double Seconds,
    string Runtime
)
{
    /// <summary>Of a run of this process.</summary>
    public static Provenance Of(
        DriverDescription driver,
        IReadOnlyCollection<Result> results,
        TimeSpan elapsed
    ) =>
        new(
            typeof(Provenance)
                .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
                ?.InformationalVersion
                ?? "unknown",
            "IHI 0070 G.b",
            driver.Name,
            driver.Version,
            $"{driver.Capabilities}",
            $"{driver.Policies}",
            $"{driver.Observation}",
            CasePlatform.OfThisRun.Name,
            $"{Cases.Suite.Temper}",
            [
                .. results
                    .Select(result => result.Execution.Profile.Name)
                    .Distinct()
                    .Order(StringComparer.Ordinal),
            ],
            $"{Cases.Shard.FromEnvironment()}",
            ShuffledOrder.Seed,
            TimeProvider.System.GetUtcNow() - elapsed,
            Math.Round(elapsed.TotalSeconds, 3),
            $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}"
        );
}
