using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>When ATS goes on and off at a device, and what stands in its entry meanwhile.</summary>
public sealed class AtsSwitching
{
    public static DomainStage[] Stages => PagingStages.Both;

    [Case(
        "ats.on.order",
        Level.Architecture,
        "ats.036",
        "linux.ats.switch",
        Needs = AtsDriverScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [Rows(nameof(Stages))]
    public void The_SMMU_knows_the_entry_before_the_device_may_ask(
        Profile profile,
        DomainStage stage
    )
    {
        using var scene = new AtsDriverScene(profile, stage);
        scene.Bench.Must(scene.Bench.Detach(scene.Nic));

        scene.Bench.Must(scene.Bench.Attach(scene.Nic, scene.Domain));

        var acts = scene.Acts();
        var on = IndexOf(acts, "on");
        var lastEntry = LastIndexOf(acts, "entry", on);
        var cfgi = IndexOf(acts, "cfgi", lastEntry);
        Assert.True(
            lastEntry >= 0
                && cfgi > lastEntry
                && IndexOf(acts, "sync", cfgi) is var sync
                && sync < on,
            $"expected entry, cfgi, sync, on; saw {string.Join(", ", acts)}"
        );
        Assert.Equal(Eats.Full, scene.Bench.SteOf(AtsDriverScene.Stream).EATS);
    }

    public static string[] Granules => ["4k", "16k", "64k"];

    [Case("ats.unit", Level.Architecture, "ats.008", Needs = AtsDriverScene.Needs)]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [Rows(nameof(Granules))]
    public void It_asks_in_units_of_the_smallest_granule(Profile profile, string smallest)
    {
        var hardware = WithSmallest(profile, smallest);
        byte unit = smallest switch
        {
            "4k" => 12,
            "16k" => 14,
            _ => 16,
        };

        using var scene = new AtsDriverScene(hardware);

        Assert.Equal(unit, scene.Bench.Devices.UnitOf(0, AtsDriverScene.Stream));
    }

    public static Profile WithSmallest(Profile profile, string smallest)
    {
        var idr5 = profile.IDR5;
        var has = smallest switch
        {
            "4k" => idr5.GRAN4K,
            "16k" => idr5.GRAN16K,
            _ => idr5.GRAN64K,
        };
        if (!has)
            throw VerdictException.NotApplicable($"SMMU_IDR5 has no granule of {smallest}");
        return profile with
        {
            IDR5 = idr5 with
            {
                GRAN4K = idr5.GRAN4K && smallest == "4k",
                GRAN16K = idr5.GRAN16K && smallest != "64k",
            },
        };
    }

    [Case("ats.on.clean", Level.Linux, "linux.ats.switch", Needs = AtsDriverScene.Needs)]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [Rows(nameof(Stages))]
    public void The_device_begins_with_nothing_cached(Profile profile, DomainStage stage)
    {
        using var scene = new AtsDriverScene(profile, stage);
        scene.Map(0, 2);
        scene.Warm(0, 2);
        // What it has it may keep while it is off, if nobody says that it must forget.
        scene.Cache.Answers = true;
        scene.Bench.Must(scene.Bench.Detach(scene.Nic));

        scene.Bench.Must(scene.Bench.Attach(scene.Nic, scene.Domain));

        var acts = scene.Acts();
        var atc = LastIndexOf(acts, "atc", acts.Count);
        Assert.True(atc >= 0, "no CMD_ATC_INV has reached the device");
        Assert.True(
            atc <= IndexOf(acts, "on"),
            "CMD_ATC_INV has reached the device after ATS was switched on"
        );
        scene.Cache.Translations.Should().BeEmpty("the device was to begin with nothing cached");
    }

    [Case("ats.off.order", Level.Architecture, "ats.037", Needs = AtsDriverScene.Needs)]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [Rows(nameof(Stages))]
    public void The_device_stops_and_forgets_before_its_entry_goes(
        Profile profile,
        DomainStage stage
    )
    {
        using var scene = new AtsDriverScene(profile, stage);
        scene.Map(0, 2);
        scene.Warm(0, 2);

        scene.Bench.Must(scene.Bench.Detach(scene.Nic));

        var acts = scene.Acts();
        var off = IndexOf(acts, "off");
        var atc = IndexOf(acts, "atc", off);
        var sync = IndexOf(acts, "sync", atc);
        var entry = IndexOf(acts, "entry");
        Assert.True(
            off >= 0 && atc > off && sync > atc && entry > sync,
            $"expected off, atc, sync, entry; saw {string.Join(", ", acts)}"
        );
        Assert.Empty(scene.Cache.Translations);
        Assert.Equal(Eats.Disabled, scene.Bench.SteOf(AtsDriverScene.Stream).EATS);
    }

    [Case(
        "ats.off.identity",
        Level.Architecture,
        "ats.037",
        Needs = AtsDriverScene.Needs | Capabilities.Identity
    )]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [Rows(nameof(Stages))]
    public void It_is_off_where_nothing_is_translated(Profile profile, DomainStage stage)
    {
        using var scene = new AtsDriverScene(profile, stage);

        scene.Bench.Must(scene.Bench.Attach(scene.Nic, scene.Bench.IdentityDomain()));

        var entry = scene.Bench.SteOf(AtsDriverScene.Stream);
        Assert.Equal(
            entry.Config != SteConfig.Bypass,
            scene.Bench.Devices.EnablesOf(0, AtsDriverScene.Stream).HasFlag(DeviceEnables.Ats)
        );
        scene.Bench.MustReach(scene.Nic, scene.At(0), scene.At(0).Value);
    }

    [Case("ats.off.removed", Level.Architecture, "ats.037", Needs = AtsDriverScene.Needs)]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [Rows(nameof(Stages))]
    public void A_device_that_is_removed_is_left_switched_off(Profile profile, DomainStage stage)
    {
        using var scene = new AtsDriverScene(profile, stage, substreamBits: 4);

        scene.Bench.Must(scene.Bench.RemoveDevice(scene.Nic));

        Assert.Equal(DeviceEnables.None, scene.Bench.Devices.EnablesOf(0, AtsDriverScene.Stream));
        Assert.Empty(scene.Cache.Translations);
    }

    [Case("ats.off.shutdown", Level.Architecture, "ats.006", Needs = AtsDriverScene.Needs)]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [Rows(nameof(Stages))]
    public void It_is_off_before_the_SMMU_is(Profile profile, DomainStage stage)
    {
        using var scene = new AtsDriverScene(profile, stage);

        scene.Bench.Must(scene.Bench.Shutdown());

        var entries = scene.Bench.Trace.Since(scene.Bench.LastOperation).ToList();
        var off = entries.FindIndex(entry => entry is SwitchEntry);
        Assert.InRange(off, 0, entries.FindIndex(IsDisable));
        Assert.False(scene.Cache.IsEnabled);
    }

    [Case("ats.eats", Level.Linux, "linux.ste.eats", Needs = AtsDriverScene.Needs)]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [Rows(nameof(Stages))]
    public void A_device_without_ATS_gets_an_entry_without(Profile profile, DomainStage stage)
    {
        using var scene = new AtsDriverScene(profile, stage);
        var plain = scene.Bench.AddDevice(0x11);

        scene.Bench.Must(scene.Bench.Attach(plain, scene.Domain));

        Assert.Equal(Eats.Full, scene.Bench.SteOf(AtsDriverScene.Stream).EATS);
        Assert.Equal(Eats.Disabled, scene.Bench.SteOf(0x11).EATS);
        Assert.False(
            scene.Bench.Devices.EnablesOf(0, 0x11).HasFlag(DeviceEnables.Ats),
            "ATS is switched on at a device that has none"
        );
    }

    [Case("ats.without", Level.Architecture, "ats.001", Needs = AtsDriverScene.Needs)]
    [AppliesWhere("SMMU_IDR0.ATS", 0)]
    [Rows(nameof(Stages))]
    public void Behind_an_SMMU_without_ATS_a_device_keeps_it_off(Profile profile, DomainStage stage)
    {
        PagingStages.MustExist(profile, stage);
        using var bench = TestBench.Start(profile);
        PagingStages.MustBeDeclared(bench, stage);
        var nic = bench.AddDevice(
            new MasterDescription
            {
                Name = "nic",
                Streams = [AtsDriverScene.Stream],
                Ats = true,
            }
        );

        bench.Must(bench.Attach(nic, bench.PagingDomain(stage, [0])));

        Assert.Equal(Eats.Disabled, bench.SteOf(AtsDriverScene.Stream).EATS);
        Assert.False(
            bench.Devices.EnablesOf(0, AtsDriverScene.Stream).HasFlag(DeviceEnables.Ats),
            "ATS is switched on at the device, but the SMMU has none"
        );
    }

    [Case(
        "ats.refused",
        Level.Contract,
        "contract.refusal-changes-nothing",
        Needs = AtsDriverScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [Rows(nameof(Stages))]
    public void A_refused_attach_leaves_it_on_and_the_cache_as_it_was(
        Profile profile,
        DomainStage stage
    )
    {
        using var scene = new AtsDriverScene(profile, stage);
        scene.Map(0, 1);
        scene.Warm(0, 1);
        var before = scene.Bench.Capture();

        var outcome = scene.Bench.Attach(scene.Nic, new DomainHandle(0x7f12_3456));

        Assert.False(outcome.IsDone);
        before.MustBeUnchanged();
        Assert.True(scene.Cache.IsEnabled, "ATS was switched off");
        Assert.True(scene.Cache.Holds(scene.At(0)), "the device was made to forget");
    }

    private static bool IsDisable(TraceEntry entry) =>
        entry is RegisterWriteEntry { Offset: Cr0.Offset } write && !new Cr0(write.Value).SMMUEN;

    private static int IndexOf(IReadOnlyList<string> acts, string act, int from = 0)
    {
        for (var i = Math.Max(from, 0); i < acts.Count; i++)
            if (acts[i] == act)
                return i;
        return -1;
    }

    private static int LastIndexOf(IReadOnlyList<string> acts, string act, int before)
    {
        for (var i = before - 1; i >= 0; i--)
            if (acts[i] == act)
                return i;
        return -1;
    }
}
