using SmmuConformance.Architecture;
using SmmuConformance.Bench;

namespace SmmuConformance.Conformance.Driver;

/// <summary>The TLB invalidations of a driver at work: pages, blocks and tables come and go in awkward ranges.</summary>
internal static class TlbiTraffic
{
    private static readonly (ulong First, ulong Pages)[] Ranges =
    [
        (0, 1),
        (1, 2),
        (3, 7),
        (5, 31),
        (9, 32),
        (7, 33),
        (31, 64),
        (2, 65),
        (100, 255),
        (1, 300),
        (1, 511),
        (0, 512),
        (511, 513),
        (3, 1025),
    ];

    /// <summary>Maps and unmaps ranges, and gives every invalidation by address.</summary>
    public static IReadOnlyList<TlbiNhVa> ByAddress(WarmScene scene) =>
        [.. All(scene).Where(IsByAddress).Select(command => command.As<TlbiNhVa>())];

    /// <summary>Maps and unmaps ranges, and gives every TLB invalidation.</summary>
    public static IReadOnlyList<Command> All(WarmScene scene)
    {
        var mark = scene.Bench.Trace.Mark;
        foreach (var (first, pages) in Ranges)
        {
            scene.Map(first, pages);
            scene.Warm(first, 1);
            scene.Unmap(first, pages);
        }
        foreach (var size in scene.Sizes)
        {
            var bytes = 3 * size;
            scene.Bench.Must(
                scene.Bench.Map(scene.Domain, WarmScene.Window, WarmScene.Target, bytes)
            );
            scene.Bench.Must(scene.Bench.Unmap(scene.Domain, WarmScene.Window, bytes));
        }
        return [.. scene.Bench.CommandsSince(mark).Where(IsTlbi)];
    }

    /// <summary>A CMD_TLBI_* of any kind.</summary>
    public static bool IsTlbi(Command command) => command.Opcode is >= 0x10 and <= 0x30;

    /// <summary>A CMD_TLBI_* of stage 1 by address: all have their fields at the same bits (§4.4.2).</summary>
    public static bool IsByAddress(Command command) =>
        command.Is<TlbiNhVa>()
        || command.Is<TlbiNhVaa>()
        || command.Is<TlbiEl2Va>()
        || command.Is<TlbiEl2Vaa>();

    /// <summary>One of EL1: what reaches translations of a stream in that regime (§4.4.2).</summary>
    public static bool IsEl1(Command command) =>
        command.Opcode is >= 0x10 and <= 0x13 or 0x28 or 0x30;

    /// <summary>One of EL2.</summary>
    public static bool IsEl2(Command command) => command.Opcode is >= 0x20 and <= 0x23;
}
