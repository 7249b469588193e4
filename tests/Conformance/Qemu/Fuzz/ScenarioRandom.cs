using System.Collections.Immutable;
using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Hardware;

namespace SmmuConformance.Conformance.Qemu;

/// <summary>Scenarios from seeds: the same seed, the same scenario.</summary>
internal static class ScenarioRandom
{
    // Within what the SMMU has: 44 bits of output addresses.
    private const int OutputBits = 44;

    private static readonly Told[] s_told = Enum.GetValues<Told>();

    /// <summary>The scenario of a seed.</summary>
    public static Scenario Of(ulong seed)
    {
        var random = new FuzzRandom(seed);
        var config = random.Of(
            SteConfig.Stage1,
            SteConfig.Stage1,
            SteConfig.Stage2,
            SteConfig.Stage2,
            SteConfig.Nested,
            SteConfig.Nested,
            SteConfig.Nested,
            random.Of(SteConfig.Bypass, SteConfig.Abort)
        );
        var (page2, start2, bits2) = Stage2(random, nested: config == SteConfig.Nested);
        var page1 = random.Of(12, 14, 16);
        var bits1 = 25 + random.Below(24);
        var scenario = new Scenario
        {
            Config = config,
            Page1 = page1,
            Bits1 = bits1,
            Leaf1 = page1 == 12 && bits1 > 30 ? 1 + random.Below(3) : 2 + random.Below(2),
            Upper = random.OneIn(3),
            Page2 = page2,
            Bits2 = bits2,
            Start2 = start2,
            Leaf2 = page2 == 12 && start2 <= 1 ? 1 + random.Below(3) : 2 + random.Below(2),
            Output2 = Output(random, OutputBits),
        };
        scenario = scenario with
        {
            Address = Address(random, scenario),
            // In the upper half of the IPA space, away from the structures.
            Output1 = scenario.HasStage2
                ? (1ul << (bits2 - 1)) | (random.Next() & ((1ul << (bits2 - 1)) - 1))
                : Output(random, OutputBits),
        };
        return scenario with
        {
            Changes = [.. Enumerable.Range(0, random.Below(4)).Select(_ => Change(random))],
            Steps = [.. Enumerable.Range(0, 1 + random.Below(3)).Select(n => Happening(random, n))],
        };
    }

    // Start level and width that belong together: at most sixteen tables side by side, and at least two descriptors.
    private static (int Page, int Start, int Bits) Stage2(FuzzRandom random, bool nested)
    {
        var page = random.Of(12, 14, 16);
        var bitsPerLevel = page - 3;
        var start = page == 12 ? random.Below(3) : 1 + random.Below(2);
        var least = page + ((3 - start) * bitsPerLevel) + 1;
        // Four bits more are of tables side by side.
        var most = Math.Min(least + bitsPerLevel - 1 + (random.OneIn(8) ? 4 : 0), OutputBits);
        // The structures are above 1 GB.
        least = Math.Max(least, nested ? 33 : 25);
        return least > most
            ? Stage2(random, nested)
            : (page, start, least + random.Below(most - least + 1));
    }

    private static ulong Address(FuzzRandom random, Scenario scenario)
    {
        var bits =
            scenario.HasStage1 ? scenario.Bits1
            : scenario.HasStage2 ? scenario.Bits2
            : OutputBits;
        var inside = random.Next() & ((1ul << bits) - 1) & ~3ul;
        return scenario is { HasStage1: true, Upper: true }
            ? inside | ~((1ul << bits) - 1)
            : inside;
    }

    // In memory that has nothing else, or where no memory is.
    private static ulong Output(FuzzRandom random, int bits) =>
        random.OneIn(2)
            ? 0x4800_0000 | (random.Next() & 0x07ff_ffff)
            : (1ul << 40) | (random.Next() & ((1ul << bits) - 1));

    private static Change Change(FuzzRandom random)
    {
        var part = (Part)random.Below(1 + (int)Part.Structures2);
        var layout = LayoutOf(part);
        var field = layout.Fields[random.Below(layout.Fields.Length)];
        var value = random.OneIn(2) ? random.Word() : random.Next();
        return new(part, field.Name, value & (field.Mask >> (field.Low % 64)));
    }

    private static Happening Happening(FuzzRandom random, int number) =>
        new(
            number > 0 && random.OneIn(2) ? Change(random) : null,
            number > 0 ? random.Of<Told>(s_told) : Told.Nothing,
            random.OneIn(2),
            random.OneIn(4) ? 1ul << (2 + random.Below(62)) : random.Next() & 0xffc
        );

    private static Layout LayoutOf(Part part) =>
        part switch
        {
            Part.Ste => Ste.Layout,
            Part.Cd => Cd.Layout,
            Part.Table1 => Stage1Table.Layout,
            Part.Leaf1 => Stage1Leaf.Layout,
            Part.Table2 => Stage2Table.Layout,
            _ => Stage2Leaf.Layout,
        };
}
