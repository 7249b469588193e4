using System.Collections.Concurrent;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;

namespace SmmuConformance.Conformance.Captures;

/// <summary>A structure as a kernel had it in memory at one moment, or a command or register value it wrote.</summary>
/// <param name="Source">Where it stands in the capture.</param>
/// <param name="Layout">Which structure it is.</param>
/// <param name="Words">Its raw words.</param>
/// <param name="Rebuilt">The same built anew: each field read through its getter and set through its setter.</param>
/// <param name="Used">The bits the SMMU reads.</param>
public sealed record CapturedWords(
    string Source,
    Layout Layout,
    ulong[] Words,
    ulong[] Rebuilt,
    ulong[] Used
)
{
    private static readonly ConcurrentDictionary<string, IReadOnlyList<CapturedWords>> Moments =
        new();

    /// <summary>Every structure of a capture at every moment, commands and register values with them.</summary>
    public static IReadOnlyList<CapturedWords> AtEveryMoment(Capture capture) =>
        Moments.GetOrAdd(capture.Name, _ => [.. Follow(capture)]);

    private static IEnumerable<CapturedWords> Follow(Capture capture)
    {
        var tables = new CapturedTables();
        foreach (var happened in capture.Phases.SelectMany(phase => phase.Events))
        {
            tables.Apply(happened);
            yield return happened switch
            {
                SteFill fill => Of(fill.Source, fill.Ste),
                SteStore store => Of(store.Source, tables.Ste(store.Stream)),
                CdStore store => Of(store.Source, tables.Cd(store.Cd)),
                L1StdStore store => Of(store.Source, store.Descriptor),
                L1CdStore store => Of(store.Source, store.Descriptor),
                L1StdClear clear => Of(clear.Source, tables.L1Std(clear.First)),
                CommandStore store => TypedLayouts.Command(store.Source, store.Command),
                RegisterStore store => TypedLayouts.Register(
                    store.Source,
                    store.Register,
                    store.Value
                ),
                RegisterLoad load => TypedLayouts.Register(load.Source, load.Register, load.Value),
                _ => throw new CaptureFormatException($"{happened.Source} is of no known kind"),
            };
        }
    }

    /// <summary>Every structure of a capture as the dumps at the end of each phase show it.</summary>
    public static IEnumerable<CapturedWords> AtRest(Capture capture)
    {
        foreach (var phase in capture.Phases)
        foreach (var entry in phase.Entries)
        {
            var source = $"{capture.Name}/{phase.Label}/{entry.Stream}";
            yield return Of(source, entry.Ste);
            foreach (var (_, descriptor) in entry.L1Cds)
                yield return Of(source, descriptor);
            foreach (var cd in entry.Cds)
                yield return Of(source, cd.Cd);
        }
    }

    /// <summary>A typed value with what is known of it.</summary>
    public static CapturedWords Of<T>(string source, T value)
        where T : struct, ILayout<T> =>
        new(
            source,
            T.Layout,
            Words64(value),
            Words64(FieldByField.Rebuild(value)),
            Words64(value.UsedBits())
        );

    private static ulong[] Words64<T>(T value)
        where T : struct, ILayout<T> =>
        [.. Enumerable.Range(0, T.Layout.WordCount).Select(value.Word)];
}
