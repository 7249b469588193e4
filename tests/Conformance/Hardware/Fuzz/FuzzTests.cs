using SmmuConformance.Architecture;
using SmmuConformance.Emulator;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>
/// Whatever software and devices do, the emulator ends in what the manual says: no exception but for what is not
/// modelled, no hang, no access where there is no memory. <c>SMMU_FUZZ</c> is the number of acts, <c>SMMU_FUZZ_SEED</c> the
/// first seed; a failure names the seed of its machine.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int ActsPerMachine = 400;

    private static readonly HashSet<string> MustBeSeen =
    [
        nameof(TranslationResult.Passed),
        nameof(TranslationResult.Aborted),
        .. new[]
        {
            EventId.FUut,
            EventId.CBadStreamid,
            EventId.CBadSte,
            EventId.CBadSubstreamid,
            EventId.FStreamDisabled,
            EventId.FCdFetch,
            EventId.CBadCd,
            EventId.FWalkEabt,
            EventId.FTranslation,
            EventId.FAddrSize,
            EventId.FAccess,
            EventId.FPermission,
        }.Select(id => $"{id}"),
    ];

    [Fact]
    public void Whatever_is_stored_written_sent_or_accessed_ends_as_the_manual_says()
    {
        var acts = Setting.Number("SMMU_FUZZ", 100_000);
        var seed = (ulong)Setting.Number("SMMU_FUZZ_SEED", 1);
        var notModelled = new HashSet<string>();
        var endings = new Dictionary<string, int>();

        for (var done = 0L; done < acts; done += ActsPerMachine, seed++)
        {
            var machine = Abused(seed);
            notModelled.UnionWith(machine.NotModelled);
            foreach (var (ending, count) in machine.Endings)
                endings[ending] = endings.GetValueOrDefault(ending) + count;
        }

        output.WriteLine($"{acts} acts; not modelled: {string.Join("; ", notModelled.Order())}");
        foreach (var (ending, count) in endings.OrderByDescending(pair => pair.Value))
            output.WriteLine($"{count, 9} {ending}");

        // Otherwise it would not go deep enough to prove anything.
        Assert.Superset(MustBeSeen, endings.Keys.ToHashSet());
    }

    private static FuzzMachine Abused(ulong seed)
    {
        var profile = Profiles.All[(int)(seed % (ulong)Profiles.All.Length)];
        var machine = new FuzzMachine(profile, seed);
        for (var act = 0; act < ActsPerMachine; act++)
        {
            try
            {
                machine.Act();
            }
            catch (Exception exception)
            {
                throw new XunitException(
                    $"seed {seed} ({profile}), act {act}: {machine.LastAct}\n{exception}"
                );
            }
        }
        return machine;
    }
}
