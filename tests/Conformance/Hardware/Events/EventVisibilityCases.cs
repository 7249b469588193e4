using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>When an event is visible at the latest, and when it never will be (§3.5.3, §3.5.4, §4.7.3, §6.3.9.4).</summary>
public sealed class EventVisibilityCases
{
    private static MachineOptions Late(MachineOptions options) =>
        options with
        {
            DelayEvents = true,
        };

    /// <summary>§3.5.3, §4.7.3: the abort comes first, the record at the CMD_SYNC at the latest.</summary>
    [Case("hw.events.sync", Level.Architecture, "events.005", "events.008", "events.014")]
    public void A_CMD_SYNC_makes_events_of_ended_transactions_visible(Profile profile)
    {
        var rig = Started(profile);

        rig.CauseEvent();
        Assert.Equal(0u, rig.Read<EventqProd>().WR);
        var seenAtCompletion = 0u;
        rig.Seen.OnCommand = () => seenAtCompletion = rig.Read<EventqProd>().WR;
        rig.Submit(new Sync());

        Assert.Equal(1u, rig.Read<EventqProd>().WR);
        Assert.True(
            seenAtCompletion == 1,
            "the event of a transaction that has ended must be visible when CMD_SYNC is consumed"
        );
        Assert.True(rig.RecordAt(0).Is<CBadStreamid>());
    }

    /// <summary>§4.7.3: what finds no room by then is discarded, never recorded later.</summary>
    [Case("hw.events.sync-discards", Level.Architecture, "events.014")]
    public void What_a_CMD_SYNC_cannot_record_is_never_recorded(Profile profile)
    {
        var rig = Started(profile);
        for (var i = 0; i < Rig.Entries; i++)
            rig.CauseEvent();
        rig.Machine.Run();

        rig.CauseEvent(0x5000);
        rig.Submit(new Sync());
        rig.Write(new EventqCons { RD = Rig.Entries, OVACKFLG = rig.Read<EventqProd>().OVFLG });
        rig.Machine.Run();

        Assert.Equal((uint)Rig.Entries, rig.Read<EventqProd>().WR);
    }

    /// <summary>§6.3.9.4: after the acknowledge nothing is written, and nothing is kept for later.</summary>
    [Case("hw.events.disable-discards", Level.Architecture, "events.020", "events.023")]
    public void Disabling_the_queue_discards_what_is_not_committed(Profile profile)
    {
        var rig = Started(profile);
        rig.CauseEvent();
        rig.Machine.Run();

        rig.CauseEvent(0x5000);
        rig.Enable(rig.Read<Cr0>() with { EVENTQEN = false });
        var at = rig.Read<EventqProd>();
        rig.Machine.Run();
        rig.Enable(rig.Read<Cr0>() with { EVENTQEN = true });
        rig.Machine.Run();

        Assert.Equal(1u, at.WR);
        Assert.Equal(at, rig.Read<EventqProd>());
        Assert.True(rig.RecordAt(0).Is<CBadStreamid>());
    }

    /// <summary>§3.5.4: what is committed becomes visible.</summary>
    [Case("hw.events.committed", Level.Architecture, "events.006")]
    public void What_finds_room_is_visible_in_the_end(Profile profile)
    {
        var rig = Started(profile);

        rig.CauseEvent();
        rig.CauseEvent(0x5000);
        rig.Machine.Run();

        Assert.Equal(2u, rig.Read<EventqProd>().WR);
    }

    /// <summary>§4.7.3: events of old translations come before the CMD_SYNC that completes their invalidation, or never.</summary>
    [Case("hw.events.sync-fence", Level.Architecture, "events.015", "events.108")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.STALL_MODEL", 0, 1)]
    public void After_an_invalidation_and_CMD_SYNC_no_event_tells_of_the_old(Profile profile)
    {
        var rig = new TranslationRig(profile, Late);
        var (tables, _) = rig.Attach(0xd);
        tables.Map(0x10_0000, 0x20_0000);
        var readOnly = tables.Leaf(0x20_0000) with { AP = Stage1Ap.ReadOnly };
        tables.Put(0x10_0000, 3, readOnly.Word(0));
        rig.Access(0xd, 0x10_0000, write: true);

        tables.Map(0x10_0000, 0x20_0000);
        rig.Send(new TlbiNsnhAll());
        rig.Send(new Sync());
        var before = rig.TakeEvents();
        Assert.True(rig.Access(0xd, 0x10_0000, write: true).Passed);
        rig.Machine.Run();

        Assert.True(Assert.Single(before).Is<FPermission>());
        Assert.Empty(rig.TakeEvents());
    }

    private static Rig Started(Profile profile)
    {
        var rig = Rig.Started(profile, Late);
        rig.StoreSte(new Ste { V = true, Config = SteConfig.Bypass });
        rig.StartTranslation();
        return rig;
    }
}
