using System.Collections.Concurrent;
using FluentAssertions;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Driver.Reference;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Cases.Tests;

/// <summary>
/// The reference driver with each of its choices made otherwise: every case still passes or does not apply. A case that fails
/// asserts one driver's way.
/// </summary>
public sealed class DriverVariantTests
{
    private static readonly (string Name, ReferenceOptions Options)[] s_variants =
    [
        ("lazy", new() { FlushMode = FlushMode.Lazy }),
        ("hears-broadcasts", new() { HearsBroadcasts = true }),
        ("tags-per-smmu", new() { AsidScope = TagScope.PerSmmu, VmidScope = TagScope.PerSmmu }),
    ];

    public static TheoryData<string> Variants => [.. s_variants.Select(variant => variant.Name)];

    [Theory]
    [MemberData(nameof(Variants))]
    public void A_driver_that_chooses_otherwise_passes_what_applies_to_it(string name)
    {
        var options = s_variants.Single(variant => variant.Name == name).Options;
        var failed = new ConcurrentBag<string>();
        var passed = 0;
        Parallel.ForEach(
            Catalogue
                .Cases.Where(declaration => !declaration.IsAboutHardware)
                .SelectMany(declaration => SilentRun.Executions(declaration, s_profiles)),
            execution =>
            {
                using var variant = DriverVariant.Use(() => new ReferenceDriver(options));
                var ending = SilentRun.Of(execution);
                if (ending.Verdict == Verdict.Passed)
                    Interlocked.Increment(ref passed);
                else if (ending.Verdict != Verdict.NotApplicable)
                    failed.Add(
                        $"{execution.Key}: {ending.Verdict}: {ending.Reason.ReplaceLineEndings(" ")}"
                    );
            }
        );

        failed.Order().Should().BeEmpty("a legal choice fails no case");
        passed.Should().BeGreaterThan(500, "the variant must be in use");
    }

    private static readonly Profile[] s_profiles =
    [
        Profiles.Maximal,
        Profiles.MsiSync,
        Profiles.Mmu700,
    ];
}
