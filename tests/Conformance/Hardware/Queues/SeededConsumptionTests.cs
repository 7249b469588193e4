using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Commands that are consumed a few at a time: how many is by chance, their order is not, and in the end all are.</summary>
public sealed class SeededConsumptionTests
{
    private const int Commands = 6;

    [Fact]
    public void Some_are_consumed_at_once_and_all_at_the_hardwares_turn()
    {
        var soon = new HashSet<uint>();
        for (var seed = 0ul; seed < 32; seed++)
        {
            var rig = Rig.Started(
                Profiles.Maximal,
                options => options with { Consumption = CommandConsumption.Seeded, Seed = seed }
            );
            for (var i = 0; i < Commands; i++)
                rig.Store(i, Command.From(new Sync()));
            rig.Write(new CmdqProd { WR = Commands });
            soon.Add(Commands - rig.Unconsumed);

            rig.Machine.Run();

            Assert.Equal(0u, rig.Unconsumed);
            Assert.Equal(Commands, rig.Seen.Commands.Count);
        }

        Assert.True(soon.Count >= 4, $"consumed at once: {string.Join(", ", soon.Order())}");
    }
}
