using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Service failure mode, and errors of what an SMMU does not have (§6.3.19, §12.3).</summary>
public sealed class ServiceFailureCases
{
    /// <summary>§12.3: traffic, commands and events stop for good.</summary>
    [Case("hw.gerror.sfm", Level.Architecture, "gerror.012", "gerror.022", "gerror.028")]
    public void In_service_failure_mode_everything_stops_whatever_is_acknowledged(Profile profile)
    {
        var rig = Rig.Started(profile);
        rig.StoreSte(
            new Ste
            {
                V = true,
                Config = SteConfig.Bypass,
                SHCFG = ShCfg.Incoming,
            }
        );
        rig.StartTranslation();
        Assert.True(rig.Access().Passed);

        rig.Smmu.Fail(new GError { SFM_ERR = true });
        // SFM_ERR is bit 8.
        Assert.Equal(1u << 8, rig.Read<GError>().Value);
        rig.AcknowledgeErrors();
        rig.Submit(new Sync());
        rig.CauseEvent();
        rig.Machine.Run();

        Assert.Equal(TranslationResult.Aborted, rig.Access().Result);
        Assert.Equal(1u, rig.Unconsumed);
        Assert.Equal(0u, rig.Read<EventqProd>().WR);
    }

    /// <summary>§6.3.19: bits of features that are not there never toggle.</summary>
    [Case("hw.gerror.absent", Level.Architecture, "gerror.007")]
    public void Errors_of_absent_features_are_never_active(Profile profile)
    {
        var rig = Rig.Started(profile);

        rig.Smmu.Fail(new GError(0xffff_fffe & ~(1u << 8)));

        var active = rig.ActiveErrors.Value;
        // CMDQ [0], EVENTQ [2], PRIQ [3], MSI_CMDQ [4], MSI_EVENTQ [5], MSI_PRIQ [6], MSI_GERROR [7], CMDQP [9], DPT [10].
        Assert.Equal(profile.IDR0.PRI, (active >> 3 & 1) != 0);
        Assert.Equal(profile.IDR0.MSI, (active >> 4 & 1) != 0);
        Assert.Equal(profile.IDR0.MSI, (active >> 5 & 1) != 0);
        Assert.Equal(profile.IDR0.MSI && profile.IDR0.PRI, (active >> 6 & 1) != 0);
        Assert.Equal(profile.IDR0.MSI, (active >> 7 & 1) != 0);
        Assert.Equal(profile.IDR1.ECMDQ, (active >> 9 & 1) != 0);
        Assert.Equal(profile.IDR3.DPT, (active >> 10 & 1) != 0);
        Assert.Equal(0u, active >> 11);
    }
}
