using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware.Layouts;

/// <summary>Commands and event records as the bytes that they are in memory. §4.1.1, §7.3</summary>
public sealed class QueueBytes
{
    /// <summary>§4.1.1: sixteen bytes each, little-endian, opcode first.</summary>
    [Case("hw.commands.bytes", Level.Architecture, "commands.004")]
    public void A_command_is_read_as_sixteen_little_endian_bytes(Profile profile)
    {
        var rig = Rig.Started(profile);
        rig.Memory.TryWrite(
            Rig.Commands,
            [0x03, 0, 0, 0, 0x05, 0, 0, 0, 0x01, 0, 0, 0, 0, 0, 0, 0, 0x46, .. new byte[15]]
        );

        rig.Write(new CmdqProd { WR = 2 });

        Assert.Equal(
            [
                (Command.From(new CfgiSte { StreamID = 5, Leaf = true }), CommandError.None),
                (Command.From(new Sync()), CommandError.None),
            ],
            rig.Seen.Commands
        );
    }

    /// <summary>§4.1.1: every opcode but the Reserved ones, where its feature exists (§4.1.3).</summary>
    [Case(
        "hw.commands.opcodes",
        Level.Architecture,
        "commands.005",
        "commands.006",
        "commands.007",
        "commands.008",
        "config-cache.035"
    )]
    [NotOn(Quirks.RefusesPrefetch)]
    public void Exactly_the_opcodes_of_this_SMMU_are_commands(Profile profile)
    {
        // What the implementation makes of 0x80 to 0x8f is its own affair.
        var opcodes = Enumerable.Range(0, 256).Where(opcode => opcode is < 0x80 or > 0x8f);
        var expected = Expected(profile.IDR0, profile.IDR3).ToHashSet();
        var rig = Rig.Started(profile);

        var consumed = opcodes.Where(opcode => Consumes(rig, opcode)).ToHashSet();

        Assert.Empty(expected.Except(consumed).Select(opcode => $"0x{opcode:x2} is refused"));
        Assert.Empty(consumed.Except(expected).Select(opcode => $"0x{opcode:x2} is consumed"));
    }

    /// <summary>§7.3: thirty-two bytes each, little-endian, number first, StreamID last of the first eight.</summary>
    [Case("hw.events.bytes", Level.Architecture, "events.047", "events.048")]
    public void A_record_is_written_as_thirty_two_little_endian_bytes(Profile profile)
    {
        var rig = Rig.Started(profile);
        rig.StartTranslation();
        rig.CauseEvent();

        rig.CauseEvent();

        var second = new byte[32];
        Assert.True(rig.Memory.TryRead(Rig.Events + 32, second));
        // Without a SubstreamID, that field, [31:12], is UNKNOWN.
        (second[1], second[2], second[3]) = ((byte)(second[1] & 0x0f), 0, 0);
        Assert.Equal([0x02, 0, 0, 0, 0x19, .. new byte[27]], second);
    }

    /// <summary>§7.3</summary>
    [Case("hw.events.substream", Level.Architecture, "events.048", "events.049")]
    [AppliesWhere("SMMU_IDR1.SSIDSIZE", AtLeast = 1)]
    public void SSV_tells_whether_the_SubstreamID_of_a_record_is_one(Profile profile)
    {
        var largest = (1u << profile.IDR1.SSIDSIZE) - 1;
        var rig = Rig.Started(profile);
        rig.StartTranslation();
        rig.CauseEvent();

        rig.Smmu.Access(
            new Transaction
            {
                Stream = Rig.Outside,
                SubstreamValid = true,
                Substream = new(largest),
                Address = new(0x1000),
            }
        );

        Assert.Equal(0ul, rig.RecordAt(0).Word0 & (1ul << 11));
        Assert.Equal(
            (0x19ul << 32) | ((ulong)largest << 12) | (1ul << 11) | 0x02,
            rig.RecordAt(1).Word0
        );
    }

    private static bool Consumes(Rig rig, int opcode)
    {
        if (rig.Judge(new Command((ulong)opcode, 0)) == CommandError.None)
            return true;
        // The SMMU goes on when the command is replaced and the error acknowledged (§7.1).
        rig.Store((int)rig.Read<CmdqCons>().RD, new Sync());
        rig.AcknowledgeErrors();
        return false;
    }

    private static IEnumerable<int> Expected(Idr0 idr0, Idr3 idr3)
    {
        int[] always = [0x01, 0x02, 0x03, 0x04, 0x30, 0x46];
        int[] stage1 = [0x05, 0x06, 0x10, 0x11, 0x12, 0x13];
        int[] stage2 = [0x28, 0x2a];
        int[] hypervisor = [0x20, 0x21, 0x22, 0x23];
        int[] stalls = [0x44, 0x45];
        int[] permissions = [0x70, 0x73];
        return always
            .Concat(idr0.S1P ? stage1 : [])
            .Concat(idr0.S2P ? stage2 : [])
            .Concat(idr0.Hyp ? hypervisor : [])
            .Concat(idr0.ATS ? [0x40] : [])
            .Concat(idr0.PRI ? [0x41] : [])
            .Concat(idr0.STALL_MODEL != StallModel.TerminateOnly ? stalls : [])
            .Concat(idr3.MPAM ? [0x07] : [])
            .Concat(idr3.DPT ? permissions : []);
    }
}
