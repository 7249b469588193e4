using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>CMD_ATC_INV: what reaches the device, when it is done, and what becomes of an answer that never comes (§3.9.1.4, §4.5.1).</summary>
public sealed class InvalidationCases
{
    private const ulong Step = 0x1_0000;

    /// <summary>One command, and which of the translations that are held survive it.</summary>
    /// <param name="Name">What it shows.</param>
    /// <param name="Command">The command, for the device.</param>
    /// <param name="Keeps">Survivors: a, b without a PASID at 0x10_0000 and one step on; c with PASID 1 at 0x10_0000.</param>
    public sealed record Reach(string Name, AtcInv Command, string Keeps)
    {
        public override string ToString() => Name;
    }

    private static AtcInv One => new() { StreamID = AtsScene.Nic, Address = AtsScene.Here };

    public static IEnumerable<Reach> Reaches =>
        [
            new("everything", One with { Size = 52 }, "c"),
            new("one-page", One with { Size = 4 }, "bc"),
            new("aligned-span", One with { Size = 5 }, "c"),
            new("elsewhere", One with { Address = AtsScene.Nowhere }, "abc"),
            new("global-without-pasid", One with { Size = 52, Global = true }, "c"),
            new("pasid", One with { Size = 52, SSV = true, SubstreamID = 1 }, "ab"),
            new("other-pasid", One with { Size = 52, SSV = true, SubstreamID = 0 }, "abc"),
            new("global", One with { Size = 52, SSV = true, SubstreamID = 0, Global = true }, "ab"),
            new("other-stream", One with { StreamID = 0xe, Size = 52 }, "abc"),
        ];

    /// <summary>§4.5.1: size, PASID and Global; what a device holds for others stays.</summary>
    [Case("hw.ats.inv.reach", Level.Architecture, "ats.047", "ats.050")]
    [AppliesIf(nameof(CannotTell))]
    [AppliesWhere("SMMU_IDR1.SSIDSIZE", AtLeast = 1)]
    [Rows(nameof(Reaches))]
    public void An_invalidation_reaches_what_it_names(Profile profile, Reach row)
    {
        var scene = new AtsScene(profile);
        var tables = scene.AttachSubstreams(S1Dss.Substream0);
        tables.Map(AtsScene.Here + Step, AtsScene.Data + Step);
        scene.Request();
        scene.Request(AtsScene.Here + Step);
        scene.Request(pasid: 1);

        scene.Rig.Send(row.Command);
        scene.Rig.Send(new Sync());

        Assert.Equal(row.Keeps, Kept(scene));
    }

    /// <summary>§4.5.1: 52 is everything, and more is an error or anything.</summary>
    [Case("hw.ats.inv.size", Level.Architecture, "ats.047")]
    [AppliesIf(nameof(CannotTell))]
    public void A_size_beyond_52_is_illegal_or_spans_anything(Profile profile)
    {
        var scene = new AtsScene(profile);
        scene.Attach();
        scene.Request();

        var error = Submit(scene, One with { Size = 53 });

        Assert.Contains(error, new[] { CommandError.None, CommandError.Illegal });
    }

    /// <summary>§4.5.1, §4.7.3: done when a CMD_SYNC is, and not before it must be.</summary>
    [Case("hw.ats.inv.sync", Level.Architecture, "ats.053", "ats.115")]
    [AppliesIf(nameof(CannotTell))]
    public void After_CMD_SYNC_the_device_has_forgotten(Profile profile)
    {
        var scene = new AtsScene(profile);
        var (tables, _) = scene.Attach();
        scene.Request();
        tables.Put(AtsScene.Here, 3, 0);
        scene.Rig.Send(new TlbiNsnhAll());
        scene.Rig.Send(new Sync());

        scene.Rig.Send(One with { Size = 52 });
        scene.Rig.Send(new Sync());

        Assert.False(scene.Device.Holds(AtsScene.Here));
        scene.Nothing(scene.Request());
    }

    /// <summary>§3.9.1: a request is answered by the TLB, and fills it.</summary>
    [Case("hw.ats.inv.tlb-first", Level.Architecture, "ats.115")]
    [AppliesIf(nameof(CannotTell))]
    public void Without_TLB_invalidation_a_request_may_be_answered_from_the_TLB(Profile profile)
    {
        var scene = new AtsScene(profile);
        var (tables, _) = scene.Attach();
        scene.Request();
        tables.Put(AtsScene.Here, 3, 0);

        scene.Rig.Send(One with { Size = 52 });
        scene.Rig.Send(new Sync());
        var stale = scene.Request();
        if (stale.Read)
            Assert.Equal(AtsScene.Data.Value, stale.Address);

        scene.Rig.Send(new TlbiNsnhAll());
        scene.Rig.Send(new Sync());
        scene.Nothing(scene.Request());
    }

    /// <summary>§3.9.1.4, §7.1: the CMD_SYNC is not consumed and signals nothing.</summary>
    [Case("hw.ats.inv.timeout", Level.Architecture, "ats.032", "ats.057", "ats.080")]
    [AppliesIf(nameof(CannotTell))]
    public void A_timeout_is_CERROR_ATC_INV_SYNC_at_the_CMD_SYNC(Profile profile)
    {
        var scene = new AtsScene(profile);
        scene.Attach();
        scene.Request();
        var signal = scene.Rig.Allocate(64, 64);
        var waits = new Sync
        {
            CS = profile.IDR0.MSI ? CompletionSignal.Irq : CompletionSignal.None,
            MSIAddress = signal,
            MSIData = 1,
        };
        scene.Device.Answers = false;
        scene.Rig.Send(One with { Size = 52 });
        var before = Consumer(scene);

        Assert.Equal(CommandError.AtcInvSync, Submit(scene, waits));
        Assert.Equal(before, Consumer(scene));
        Assert.Equal(0u, scene.Rig.Memory.Read32(signal));
        Assert.Equal(1u, scene.Rig.Smmu.Read32(GError.Offset) & 1);

        // Everything else before it is complete with the next CMD_SYNC.
        scene.Device.Answers = true;
        Acknowledge(scene);
        Assert.NotEqual(before, Consumer(scene));
        Assert.Equal(profile.IDR0.MSI ? 1u : 0u, scene.Rig.Memory.Read32(signal));
    }

    /// <summary>§3.9.1.5, §4.5, §6.3.1: nobody there is no error, nor a device without a cache.</summary>
    [Case("hw.ats.inv.nobody", Level.Architecture, "ats.034", "ats.001", "probe.037")]
    [AppliesIf(nameof(CannotTell))]
    public void An_invalidation_that_no_device_takes_completes(Profile profile)
    {
        var scene = new AtsScene(profile);
        scene.Attach();

        scene.Rig.Send(new AtcInv { StreamID = 0xf, Size = 52 });
        scene.Rig.Send(new Sync());

        Assert.Empty(scene.Device.Invalidations);
    }

    /// <summary>§4.5.1, §6.3.9.6: while translation is off it is ignored, and so reaches nobody.</summary>
    [Case("hw.ats.inv.off", Level.Architecture, "ats.076")]
    [AppliesIf(nameof(CannotTell))]
    public void While_translation_is_off_an_invalidation_is_ignored(Profile profile)
    {
        var scene = new AtsScene(profile);
        scene.Configure(enable: false);
        scene.Device.Answers = false;

        scene.Rig.Send(One with { Size = 52 });
        scene.Rig.Send(new Sync());

        Assert.Empty(scene.Device.Invalidations);
    }

    private static string Kept(AtsScene scene) =>
        (scene.Device.Holds(AtsScene.Here) ? "a" : "")
        + (scene.Device.Holds(AtsScene.Here + Step) ? "b" : "")
        + (scene.Device.Holds(AtsScene.Here, pasid: 1) ? "c" : "");

    private static uint Consumer(AtsScene scene) =>
        new CmdqCons(scene.Rig.Smmu.Read32(CmdqCons.Offset)).RD;

    private static CommandError Submit<T>(AtsScene scene, T command)
        where T : struct, ICommand<T>
    {
        scene.Rig.Submit(command);
        return new CmdqCons(scene.Rig.Smmu.Read32(CmdqCons.Offset)).ERR;
    }

    private static void Acknowledge(AtsScene scene) =>
        scene.Rig.Write32(GErrorN.Offset, scene.Rig.Smmu.Read32(GError.Offset));

    private static string? CannotTell(Profile profile) =>
        !profile.IDR0.ATS ? "SMMU_IDR0.ATS is 0"
        : !profile.IDR0.S1P ? "SMMU_IDR0.S1P is 0"
        : null;
}
