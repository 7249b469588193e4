using SmmuConformance.Architecture;
using SmmuConformance.Bench;

namespace SmmuConformance.Conformance.Driver;

/// <summary>What an operation of a driver has cost: exact numbers, the same in every run.</summary>
/// <param name="Commands">Commands beside CMD_SYNC.</param>
/// <param name="Syncs">CMD_SYNCs: how often the driver waits.</param>
/// <param name="Reads">Register reads, polls included.</param>
/// <param name="Writes">Register writes.</param>
/// <param name="Stores">Words stored in structures and tables; slots of the command queue are commands already.</param>
/// <param name="Barriers">Barriers.</param>
/// <param name="Blocks">Blocks of memory allocated.</param>
/// <param name="Bytes">Bytes allocated, less what was given back.</param>
internal sealed record Cost(
    int Commands,
    int Syncs,
    int Reads,
    int Writes,
    int Stores,
    int Barriers,
    int Blocks,
    long Bytes
)
{
    /// <summary>What has been spent since a mark of the trace.</summary>
    public static Cost Since(TestBench bench, int mark)
    {
        var entries = bench.Trace.Since(mark);
        var commands = entries.OfType<CommandEntry>().ToList();
        var allocated = entries.OfType<AllocateEntry>().ToList();
        return new Cost(
            commands.Count(entry => !entry.Command.Is<Sync>()),
            commands.Count(entry => entry.Command.Is<Sync>()),
            entries.OfType<RegisterReadEntry>().Sum(entry => entry.Times),
            entries.OfType<RegisterWriteEntry>().Count(),
            entries.OfType<StoreEntry>().Count(entry => entry.Place.Kind != PlaceKind.CommandQueue),
            entries.OfType<BarrierEntry>().Count(),
            allocated.Count,
            allocated.Sum(entry => (long)entry.Bytes)
                - entries.OfType<FreeEntry>().Sum(entry => (long)entry.Bytes)
        );
    }

    /// <summary>The columns of a table.</summary>
    public const string Header =
        "commands | CMD_SYNC | register reads | register writes | words stored | barriers | blocks | bytes";

    /// <summary>A row of a table.</summary>
    public override string ToString() =>
        $"{Commands} | {Syncs} | {Reads} | {Writes} | {Stores} | {Barriers} | {Blocks} | {Bytes}";
}
