using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>An entry of the Command queue is the SMMU's own once the producer has passed it (§3.21.2, §7.1).</summary>
public sealed class FetchAheadTests
{
    private static readonly Command Nonsense = new(0xff, 0);

    [Theory, InlineData(true), InlineData(false)]
    public void What_is_changed_behind_the_producer_may_not_be_seen(bool ahead)
    {
        var rig = Lazy(ahead);
        rig.Store(0, Command.From(new Sync()));
        rig.Write(new CmdqProd { WR = 1 });

        rig.Store(0, Nonsense);
        rig.Machine.Run();

        rig.Read<CmdqCons>().RD.Should().Be(ahead ? 1u : 0u);
    }

    [Fact]
    public void After_an_error_everything_is_fetched_again()
    {
        var rig = Lazy(ahead: true);
        rig.Store(0, Nonsense);
        rig.Store(1, Nonsense);
        rig.Write(new CmdqProd { WR = 2 });
        rig.Machine.Run();
        rig.Read<CmdqCons>().RD.Should().Be(0);

        rig.Store(0, Command.From(new Sync()));
        rig.Store(1, Command.From(new Sync()));
        rig.Write(new GErrorN(rig.Read<GError>().Value));
        rig.Machine.Run();

        rig.Read<CmdqCons>().RD.Should().Be(2);
    }

    [Fact]
    public void A_queue_that_was_disabled_is_fetched_again()
    {
        var rig = Lazy(ahead: true);
        rig.Store(0, Nonsense);
        rig.Write(new CmdqProd { WR = 1 });
        var enabled = rig.Read<Cr0>();

        rig.Enable(enabled with { CMDQEN = false });
        rig.Store(0, Command.From(new Sync()));
        rig.Enable(enabled);
        rig.Machine.Run();

        rig.Read<CmdqCons>().RD.Should().Be(1);
    }

    private static Rig Lazy(bool ahead) =>
        Rig.Started(
            Profiles.Maximal,
            options =>
                options with
                {
                    Consumption = CommandConsumption.Lazy,
                    FetchesCommandsAhead = ahead,
                }
        );
}
