using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>How the Command queue is consumed: order, wrap, enable, and what software may do to its pointers.</summary>
public sealed class CommandQueueCases
{
    private static MachineOptions Lazy(MachineOptions options) =>
        options with
        {
            Consumption = CommandConsumption.Lazy,
        };

    /// <summary>§4.1.2, §3.5.1</summary>
    [Case("hw.queues.order", Level.Architecture, "commands.010", "queues.009")]
    public void Commands_are_consumed_in_order_and_the_consumer_follows(Profile profile)
    {
        var rig = Rig.Started(profile);
        Command[] commands = [new TlbiNsnhAll(), CfgiSteRange.All, new Sync()];

        rig.Submit(commands);

        Assert.Equal(commands, rig.Seen.Commands.Select(seen => seen.Command));
        Assert.Equal(3u, rig.Read<CmdqCons>().RD);
    }

    /// <summary>§3.5.1: the wrap bit stands just above the index.</summary>
    [Case("hw.queues.wrap", Level.Architecture, "queues.004", "queues.040")]
    public void The_consumer_wraps_and_toggles_its_wrap_bit(Profile profile)
    {
        var rig = Rig.Started(profile);

        for (var i = 0; i < 2 * Rig.Entries + 3; i++)
            rig.Submit(new Sync());

        Assert.Equal(3u, rig.Read<CmdqCons>().RD);
        Assert.Equal(2 * Rig.Entries + 3, rig.Seen.Commands.Count);
        Assert.Equal(Rig.Commands + 2 * Command.Size, rig.Seen.Fetches[^1]);
        Assert.Empty(rig.Misuses);
    }

    /// <summary>§3.5.1: all entries can be used at once.</summary>
    [Case("hw.queues.full", Level.Architecture, "queues.004")]
    public void A_full_queue_is_consumed_entirely(Profile profile)
    {
        var rig = Rig.Started(profile);
        var all = Enumerable.Repeat<Command>(new Sync(), Rig.Entries).ToArray();

        rig.Submit(all);

        Assert.Equal((uint)Rig.Entries, rig.Read<CmdqCons>().RD);
        Assert.Equal(Rig.Entries, rig.Seen.Commands.Count);
        Assert.Empty(rig.Misuses);
    }

    /// <summary>§6.3.27: a queue of one entry has no index bits.</summary>
    [Case("hw.queues.one-entry", Level.Architecture, "queues.032")]
    public void In_a_queue_of_one_entry_each_command_toggles_bit_0(Profile profile)
    {
        var rig = new Rig(profile);
        rig.PlaceQueues();
        rig.Write(new CmdqBase { ADDR = Rig.Commands, LOG2SIZE = 0 });
        rig.Enable(new Cr0 { CMDQEN = true });
        rig.Store(0, new Sync());

        rig.Write(new CmdqProd { WR = 1 });
        rig.Write(new CmdqProd { WR = 0 });

        Assert.Equal(2, rig.Seen.Commands.Count);
        Assert.All(rig.Seen.Fetches, slot => Assert.Equal(Rig.Commands, slot));
        Assert.Equal(0u, rig.Read<CmdqCons>().RD);
    }

    /// <summary>§6.3.26: low bits that the size makes unaligned are ignored.</summary>
    [Case("hw.queues.alignment", Level.Architecture, "queues.033")]
    public void The_base_is_aligned_to_the_size_of_the_queue(Profile profile)
    {
        var rig = new Rig(profile);
        rig.PlaceQueues();
        rig.Write(new CmdqBase { ADDR = Rig.Commands + 64, LOG2SIZE = Rig.Log2Entries });
        rig.Enable(new Cr0 { CMDQEN = true });

        rig.Submit(new Sync());

        Assert.Equal(Rig.Commands, rig.Seen.Fetches[0]);
        Assert.Equal(Misuse.OutOfRange, Assert.Single(rig.Misuses));
    }

    /// <summary>§6.3.9.3</summary>
    [Case("hw.queues.disabled", Level.Architecture, "commands.042", "commands.009")]
    public void Nothing_is_fetched_while_the_queue_is_disabled(Profile profile)
    {
        var rig = new Rig(profile);
        rig.PlaceQueues();

        rig.Submit(new Sync());
        rig.Smmu.Run();

        Assert.Empty(rig.Seen.Fetches);
        Assert.Equal(1u, rig.Unconsumed);
    }

    /// <summary>§6.3.9.3: enabling is enough, no new doorbell is needed.</summary>
    [Case("hw.queues.enabled-non-empty", Level.Architecture, "commands.042")]
    public void A_queue_enabled_with_commands_in_it_is_consumed(Profile profile)
    {
        var rig = new Rig(profile);
        rig.PlaceQueues();
        rig.Submit(new TlbiNsnhAll(), new Sync());

        rig.Enable(new Cr0 { CMDQEN = true });

        Assert.Equal(0u, rig.Unconsumed);
    }

    /// <summary>§3.11: commands are processed while translation is off.</summary>
    [Case("hw.queues.before-translation", Level.Architecture, "commands.003", "tlb.065")]
    public void Invalidations_are_consumed_before_translation_is_enabled(Profile profile)
    {
        var rig = Rig.Started(profile);

        rig.Submit(CfgiSteRange.All, new TlbiNsnhAll(), new Sync());

        Assert.Equal(0u, rig.Unconsumed);
        Assert.Empty(rig.Seen.Ignored);
    }

    /// <summary>§6.3.28: the consumer need not advance at once, but in finite time.</summary>
    [Case("hw.queues.lazy", Level.Architecture, "commands.045")]
    public void A_lazy_SMMU_consumes_only_in_time(Profile profile)
    {
        var rig = Rig.Started(profile, Lazy);

        rig.Submit(new Sync(), new Sync());

        Assert.Empty(rig.Seen.Commands);
        for (var looks = 0; rig.Unconsumed > 0; looks++)
            Assert.True(looks < 100, "the consumer never arrives");
        Assert.Equal(2, rig.Seen.Commands.Count);
    }

    /// <summary>§3.21.2, §6.3.27: the producer only moves forward.</summary>
    [Case("hw.queues.backwards", Level.Architecture, "queues.009", "commands.009")]
    public void A_producer_moved_backwards_is_told_and_stops_the_queue(Profile profile)
    {
        var rig = Rig.Started(profile);
        rig.Submit(new Sync(), new Sync());

        rig.Write(new CmdqProd { WR = 1 });

        Assert.Equal(Misuse.QueueIndex, Assert.Single(rig.Misuses));
        rig.Write(new CmdqProd { WR = 3 });
        Assert.Equal(2, rig.Seen.Commands.Count);
    }

    /// <summary>§3.21.2: from there, disabling and enabling helps.</summary>
    [Case("hw.queues.recovered", Level.Architecture, "commands.042")]
    public void A_queue_stopped_by_its_producer_runs_again_after_disable_and_enable(Profile profile)
    {
        var rig = Rig.Started(profile);
        rig.Submit(new Sync(), new Sync());
        rig.Write(new CmdqProd { WR = 1 });
        rig.Enable(new Cr0());
        rig.Write(new CmdqProd { WR = 2 });
        rig.Enable(new Cr0 { CMDQEN = true });

        rig.Submit(new Sync());

        Assert.Equal(0u, rig.Unconsumed);
    }

    /// <summary>§3.5.1: no more than all entries can be full.</summary>
    [Case("hw.queues.overrun", Level.Architecture, "queues.004")]
    public void A_producer_moved_past_a_full_queue_is_told(Profile profile)
    {
        var rig = Rig.Started(profile, Lazy);
        rig.Write(new CmdqProd { WR = Rig.Entries });

        rig.Write(new CmdqProd { WR = Rig.Entries + 1 });

        Assert.Equal(Misuse.QueueIndex, Assert.Single(rig.Misuses));
    }

    /// <summary>§3.5.1: such a state must not be written at initialization either.</summary>
    [Case("hw.queues.inconsistent", Level.Architecture, "queues.004")]
    public void Enabling_a_queue_with_impossible_pointers_is_told_and_nothing_is_consumed(
        Profile profile
    )
    {
        var rig = new Rig(profile);
        rig.PlaceQueues();
        rig.Write(new CmdqProd { WR = 1 });
        rig.Write(new CmdqCons { RD = 2 });

        rig.Enable(new Cr0 { CMDQEN = true });

        Assert.Equal(Misuse.QueueSetup, Assert.Single(rig.Misuses));
        Assert.Empty(rig.Seen.Fetches);
    }

    /// <summary>§6.3.27</summary>
    [Case("hw.queues.high-bits", Level.Architecture, "queues.038")]
    public void Producer_bits_above_the_wrap_bit_are_told_and_have_no_effect(Profile profile)
    {
        var rig = Rig.Started(profile);
        rig.Store(0, new Sync());

        rig.Write(new CmdqProd { WR = 2 * Rig.Entries + 1 });

        Assert.Single(rig.Seen.Commands);
        Assert.Equal(1u, rig.Read<CmdqCons>().RD);
        Assert.Equal(Misuse.ReservedBit, Assert.Single(rig.Misuses));
    }

    /// <summary>§4.1.2</summary>
    [Case("hw.queues.room-wakes", Level.Architecture, "commands.011")]
    [AppliesIf(nameof(CannotWake))]
    public void A_full_queue_that_gets_room_wakes_waiting_PEs(Profile profile)
    {
        var rig = Rig.Started(profile);

        rig.Submit(Enumerable.Repeat<Command>(new Sync(), Rig.Entries).ToArray());

        Assert.True(rig.Lines.Take(InterruptLine.WakeUp));
    }

    private static string? CannotWake(Profile profile) =>
        !profile.IDR0.SEV ? "SMMU_IDR0.SEV is 0"
        : profile.Quirks.HasFlag(Quirks.LosesWakeEvents) ? "the part loses wake-up events"
        : null;
}
