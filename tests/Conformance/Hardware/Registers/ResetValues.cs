using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>What reset leaves, and what it leaves open.</summary>
public sealed class ResetValues
{
    /// <summary>§6.3.9, §6.3.16, §6.3.19</summary>
    [Case("hw.reset.off", Level.Architecture, "reset.001", "reset.011")]
    public void After_reset_everything_is_off_and_no_error_is_active(Profile profile)
    {
        var rig = new Rig(profile);

        Assert.Equal(0u, rig.Read<Cr0>().Value | rig.Read<Cr0Ack>().Value);
        Assert.Equal(0u, rig.Read<IrqCtrl>().Value | rig.Read<IrqCtrlAck>().Value);
        Assert.Equal(0u, rig.ActiveErrors.Value);
        Assert.False(rig.Read<Gbpa>().Update);
    }

    /// <summary>§6.3.26, §6.3.12: software cannot know these, so it must write them.</summary>
    [Case("hw.reset.unknown", Level.Architecture, "reset.012", "reset.013")]
    public void What_the_manual_leaves_UNKNOWN_differs_from_seed_to_seed(Profile profile)
    {
        var one = new Rig(profile, options => options with { Seed = 1 });
        var other = new Rig(profile, options => options with { Seed = 2 });

        Assert.NotEqual(one.Read<CmdqBase>(), other.Read<CmdqBase>());
        Assert.NotEqual(one.Read<EventqBase>(), other.Read<EventqBase>());
        Assert.NotEqual(one.Read<StrtabBase>(), other.Read<StrtabBase>());
    }

    /// <summary>A run must repeat.</summary>
    [Case("hw.reset.repeats", Level.Contract, "reset.012")]
    public void The_same_seed_gives_the_same_registers(Profile profile)
    {
        var one = new Rig(profile, options => options with { Seed = 7 });
        var other = new Rig(profile, options => options with { Seed = 7 });

        foreach (var register in RegisterMap.All)
            Assert.Equal(one.Smmu.Read32(register.Offset), other.Smmu.Read32(register.Offset));
    }

    /// <summary>§6.2: no bit that does not exist is ever read as one.</summary>
    [Case("hw.reset.reserved", Level.Architecture, "registers.073")]
    public void Reserved_bits_read_as_zero_after_reset(Profile profile)
    {
        var rig = new Rig(profile, options => options with { Seed = 99 });

        foreach (var register in RegisterMap.All.Where(profile.Has))
        {
            var value =
                register.Bytes == 8
                    ? rig.Smmu.Read64(register.Offset)
                    : rig.Smmu.Read32(register.Offset);
            Assert.Equal(0ul, value & register.Layout.Reserved(0));
        }
    }

    /// <summary>§6.3.14, §3.11: an SMMU may deny everything from reset on.</summary>
    [Case("hw.bypass.abort-at-reset", Level.Architecture, "reset.014", "bypass.007")]
    public void GBPA_decides_about_transactions_from_reset_on(Profile profile)
    {
        var open = new Rig(profile with { GBPA = profile.GBPA with { ABORT = false } });
        var shut = new Rig(profile with { GBPA = profile.GBPA with { ABORT = true } });
        var access = new Transaction { Address = new(0x1234) };

        Assert.Equal(new PhysicalAddress(0x1234), open.Smmu.Access(access).Address);
        Assert.Equal(TranslationResult.Aborted, shut.Smmu.Access(access).Result);
        Assert.Empty(shut.Seen.Events);
    }
}
