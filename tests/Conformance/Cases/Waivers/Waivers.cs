using System.Collections.Concurrent;
using System.Collections.Immutable;
using SmmuConformance.Conformance.Rules;

namespace SmmuConformance.Conformance.Cases;

/// <summary>The accepted failures of one driver, as of a day.</summary>
public sealed class Waivers
{
    private readonly DateOnly _today;
    private readonly ConcurrentDictionary<Waiver, byte> _used = new();

    /// <summary>Waivers that hold or do not hold on a day.</summary>
    public Waivers(IEnumerable<Waiver> entries, DateOnly today) =>
        (Entries, _today) = ([.. entries], today);

    /// <summary>No failure is accepted.</summary>
    public static Waivers None { get; } = new([], default);

    /// <summary>Every entry.</summary>
    public ImmutableArray<Waiver> Entries { get; }

    /// <summary>The waivers of this catalogue, as of today.</summary>
    /// <exception cref="FormatException">An entry is not complete, or names something that does not exist.</exception>
    public static Waivers Load() =>
        new(
            WaiverFile.Parse(
                Resource.Text(WaiverFile.Name),
                Catalogue
                    .Cases.SelectMany(@case =>
                        Enumerable.Range(0, @case.Rows.Length).Select(@case.IdOf).Append(@case.Id)
                    )
                    .ToHashSet(),
                RuleRegistry.Catalogue
            ),
            DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().Date)
        );

    /// <summary>Entries for a driver that have not accepted any failure so far.</summary>
    public IEnumerable<Waiver> Unused(string driver) =>
        Entries.Where(entry => entry.Driver == driver && !_used.ContainsKey(entry));

    /// <summary>
    /// The verdict after waivers. What fails as expected is waived; an expired waiver, another failure than the expected
    /// one, and a waived case that passes fail, and say what to do. A waived rule whose case passes has nothing to waive.
    /// </summary>
    public Ending Apply(Execution execution, string driver, Ending ending)
    {
        var waiver = Entries.FirstOrDefault(entry => entry.Covers(execution, driver));
        if (waiver is null || ending.Verdict == Verdict.NotApplicable)
            return ending;
        if (ending.Verdict == Verdict.Passed)
            return waiver.Case is null
                ? ending
                : Fail(
                    $"it passes although it is waived: remove the waiver from {WaiverFile.Name}, or narrow its 'where'"
                );
        if (waiver.Expires < _today)
            return Fail(
                $"the waiver has expired: mend the driver, or have {waiver.Owner} renew it in {WaiverFile.Name}"
            );
        if (!$"{ending}".Contains(waiver.Symptom, StringComparison.Ordinal))
            return Fail(
                $"it fails for another reason than the waived one, '{waiver.Symptom}': mend that, or waive it apart"
            );
        _used.TryAdd(waiver, 0);
        return new Ending(Verdict.Waived, waiver.ToString());

        Ending Fail(string what)
        {
            var reason = $"{what}\nwaiver: {waiver}\nwithout it: {ending}";
            return new(
                Verdict.Failed,
                reason,
                new InvalidOperationException(reason, ending.Exception)
            );
        }
    }
}
