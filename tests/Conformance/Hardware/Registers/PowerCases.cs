using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Power that goes takes everything with it but, perhaps, what caches hold (§3.19, §3.11).</summary>
public sealed class PowerCases
{
    private const uint Nic = 3;
    private static readonly Iova Page = 0x4000_0000;

    /// <summary>§3.19: on wake-up the SMMU is as after a reset.</summary>
    [Case("hw.reset.power", Level.Architecture, "reset.019", "reset.011", "reset.001")]
    public void After_power_was_lost_nothing_is_enabled_and_GBPA_decides(Profile profile)
    {
        var rig = Attached(profile);
        rig.Write32(IrqCtrl.Offset, TranslationRig.Word(new IrqCtrl { GERROR_IRQEN = true }));

        Cycle(rig);

        Read<Cr0>(rig).Should().Be(default(Cr0));
        Read<Cr0Ack>(rig).Should().Be(default(Cr0Ack));
        Read<IrqCtrl>(rig).Should().Be(default(IrqCtrl));
        Read<Gbpa>(rig).Should().Be(profile.GBPA);
        rig.Access(Nic, Page).Passed.Should().Be(!profile.GBPA.ABORT);
    }

    /// <summary>§3.11: the state of the caches is IMPLEMENTATION SPECIFIC; commands that invalidate everything help.</summary>
    [Case("hw.reset.power-caches", Level.Architecture, "reset.003", AboutCaches = true)]
    public void What_caches_held_may_be_there_again_until_it_is_invalidated(Profile profile)
    {
        var rig = Attached(profile);
        rig.Access(Nic, Page).Result.Should().Be(TranslationResult.Faulted);
        rig.StoreSte(Nic, new Ste { V = true, Config = SteConfig.Abort });

        Cycle(rig);
        rig.Restart(invalidates: false);
        var before = rig.Access(Nic, Page).Result;
        rig.Send(CfgiSteRange.All);
        rig.Send(new Sync());

        before.Should().Be(TranslationResult.Faulted, "the entry from before is still there");
        rig.Access(Nic, Page).Result.Should().Be(TranslationResult.Aborted);
    }

    /// <summary>§3.19: what is stalled is terminated with an abort, and tags and records are gone.</summary>
    [Case("hw.stall.power", Level.Architecture, "stall.066")]
    [AppliesIf(nameof(CannotStall))]
    public void What_is_stalled_when_power_goes_ends_in_an_abort(Profile profile)
    {
        var rig = new TranslationRig(profile);
        rig.Attach(Nic, adjust: cd => cd with { S = true });
        rig.Access(Nic, Page).Stalled.Should().BeTrue();
        var waiting = rig.Smmu.Stalled.Single();

        rig.Smmu.PowerOff();

        waiting.Answer!.Value.Result.Should().Be(TranslationResult.Aborted);
        rig.Smmu.Stalled.Should().BeEmpty();
    }

    /// <summary>§3.19: software must not touch the interface, and traffic is unpredictable: here it is aborted.</summary>
    [Case("hw.reset.no-power", Level.Architecture, "reset.019")]
    public void Without_power_traffic_is_aborted_and_an_access_to_a_register_is_told(
        Profile profile
    )
    {
        var rig = Attached(profile);
        var seen = new Recorder();
        rig.Smmu.Observer = seen;

        rig.Smmu.PowerOff();
        var here = rig.Access(Nic, Page);
        rig.Smmu.Write32(Cr0.Offset, 1);
        var read = rig.Smmu.Read32(Idr0.Offset);

        here.Result.Should().Be(TranslationResult.Aborted);
        read.Should().Be(0);
        seen.Misuses.Select(misuse => misuse.Kind).Should().Equal(Misuse.NoPower, Misuse.NoPower);
    }

    private static string? CannotStall(Profile profile) =>
        profile is { CanStall: true, IDR0.S1P: true } ? null : "nothing stalls at stage 1";

    private static TranslationRig Attached(Profile profile)
    {
        var rig = new TranslationRig(profile);
        rig.StoreSte(Nic, new Ste { V = false });
        rig.Send(new CfgiSte { StreamID = Nic });
        return rig;
    }

    private static void Cycle(TranslationRig rig)
    {
        rig.Smmu.PowerOff();
        rig.Smmu.PowerOn();
    }

    private static T Read<T>(TranslationRig rig)
        where T : struct, IRegister<T> => T.FromWords([rig.Smmu.Read32(T.Register.Offset)]);
}
