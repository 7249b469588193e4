using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>How a CMD_SYNC says that it is complete (§4.7.3).</summary>
public sealed class SyncCompletion
{
    private static readonly Sync ByMsi = new()
    {
        CS = CompletionSignal.Irq,
        MSIAddress = Rig.Doorbell,
        MSIData = 0xcafe_f00d,
    };

    /// <summary>§4.7.3</summary>
    [Case("hw.commands.sync-none", Level.Architecture, "commands.032")]
    public void Without_a_signal_a_CMD_SYNC_is_only_consumed(Profile profile)
    {
        var rig = Rig.Started(profile);

        rig.Submit(ByMsi with { CS = CompletionSignal.None });

        Assert.Equal(0u, rig.Unconsumed);
        Assert.False(rig.Lines.IsPending(InterruptLine.CommandSync));
        Assert.False(rig.Lines.IsPending(InterruptLine.WakeUp));
        Assert.Empty(rig.Seen.Msis);
    }

    /// <summary>§4.7.3: the wired interrupt rises whatever MSIAddress says, and no enable guards it.</summary>
    [Case("hw.interrupts.sync-wired", Level.Architecture, "commands.032", "msi.007")]
    [NotOn(Quirks.SharesInterrupt)]
    public void SIG_IRQ_raises_the_wired_interrupt(Profile profile)
    {
        var rig = Rig.Started(profile);

        rig.Submit(new Sync { CS = CompletionSignal.Irq });

        Assert.True(rig.Lines.Take(InterruptLine.CommandSync));
        Assert.Empty(rig.Seen.Msis);
    }

    /// <summary>§4.7.3: MSI fields are ignored by an SMMU that has no MSIs.</summary>
    [Case("hw.interrupts.sync-msi", Level.Architecture, "commands.032", "msi.012", "msi.001")]
    [NotOn(Quirks.WidensMessages)]
    public void SIG_IRQ_writes_its_MSI_exactly_with_MSI(Profile profile)
    {
        var rig = Rig.Started(profile);

        rig.Submit(ByMsi);

        Assert.Equal(profile.IDR0.MSI ? 0xcafe_f00d : 0, rig.Memory.Read32(Rig.Doorbell));
        Assert.Equal(0u, rig.Memory.Read32(Rig.Doorbell + 4));
    }

    /// <summary>§4.7.3, §3.18: who sees the MSI can see that the command was consumed.</summary>
    [Case("hw.interrupts.sync-order", Level.Architecture, "ordering.009", "ordering.006")]
    [AppliesWhere("SMMU_IDR0.MSI", 1)]
    public void The_consumer_has_passed_before_the_MSI_is_seen(Profile profile)
    {
        var rig = Rig.Started(profile);
        List<uint> consumers = [];
        rig.Seen.OnMsi = () => consumers.Add(rig.Read<CmdqCons>().RD);

        rig.Submit(new TlbiNsnhAll(), ByMsi);

        Assert.Equal([2u], consumers);
    }

    /// <summary>§6.3.19: the sync is complete all the same, and later ones work.</summary>
    [Case("hw.gerror.sync-msi-abort", Level.Architecture, "gerror.002", "gerror.011")]
    [AppliesWhere("SMMU_IDR0.MSI", 1)]
    public void An_MSI_that_aborts_raises_MSI_CMDQ_ABT_ERR_and_nothing_stops(Profile profile)
    {
        var rig = Rig.Started(profile);
        rig.Memory.AbortRange(Rig.Doorbell, 4);

        rig.Submit(ByMsi, new Sync());

        Assert.Equal(new GError { MSI_CMDQ_ABT_ERR = true }, rig.ActiveErrors);
        Assert.Equal(0u, rig.Unconsumed);
        Assert.Empty(rig.Seen.Msis);
    }

    /// <summary>§7.5: an error that is active is not counted again; acknowledged, it is.</summary>
    [Case("hw.gerror.once", Level.Architecture, "gerror.006", "gerror.020")]
    [AppliesWhere("SMMU_IDR0.MSI", 1)]
    public void A_second_error_of_the_same_kind_is_not_logged_until_the_first_is_acknowledged(
        Profile profile
    )
    {
        var rig = Rig.Started(profile);
        rig.Memory.AbortRange(Rig.Doorbell, 4);

        rig.Submit(ByMsi, ByMsi);
        Assert.True(rig.Read<GError>().MSI_CMDQ_ABT_ERR);
        rig.AcknowledgeErrors();
        rig.Submit(ByMsi);

        Assert.False(rig.Read<GError>().MSI_CMDQ_ABT_ERR);
        Assert.True(rig.ActiveErrors.MSI_CMDQ_ABT_ERR);
        Assert.Equal(2, rig.Seen.Errors.Count);
    }

    /// <summary>§4.7.3: without SEV it is as no signal.</summary>
    [Case("hw.commands.sync-sev", Level.Architecture, "commands.032")]
    public void SIG_SEV_wakes_exactly_with_SEV(Profile profile)
    {
        var rig = Rig.Started(profile);
        var wakes = profile.IDR0.SEV && !profile.Quirks.HasFlag(Quirks.LosesWakeEvents);

        rig.Submit(new Sync { CS = CompletionSignal.Sev });

        Assert.Equal(0u, rig.Unconsumed);
        Assert.Equal(wakes, rig.Lines.Take(InterruptLine.WakeUp));
        Assert.False(rig.Lines.IsPending(InterruptLine.CommandSync));
    }

    /// <summary>§3.4.3: the test for zero comes first, then the address is cut to the size that exists.</summary>
    [Case("hw.interrupts.sync-msi-truncated", Level.Architecture, "queues.001", "msi.012")]
    [AppliesWhere("SMMU_IDR0.MSI", 1)]
    [AppliesIf(nameof(ReachesTheTop))]
    public void An_MSI_address_beyond_the_physical_addresses_is_cut(Profile profile)
    {
        var rig = Rig.Started(profile);
        var beyond = Rig.Doorbell + (1ul << profile.OutputAddressBits);

        rig.Submit(ByMsi with { MSIAddress = beyond });

        Assert.Equal((Rig.Doorbell, 0xcafe_f00d), Assert.Single(rig.Seen.Msis));
    }

    // Address bits from 48 on are reserved in SMMUv3.0, from 52 on up to SMMUv3.3 (§4.1.6).
    private static string? ReachesTheTop(Profile profile) =>
        profile.OutputAddressBits >= (profile.AIDR.ArchMinorRev == 0 ? 48 : 52)
            ? $"SMMU_IDR5.OAS is {profile.OutputAddressBits} bits"
            : null;
}
