using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>What a driver says was written, beside what was.</summary>
public sealed class DirtyReading
{
    private const Capabilities Needs = DirtyScene.Needs;

    [Case("dirty.read", Level.Contract, "contract.dirty-exact", Needs = Needs)]
    [AppliesIf(nameof(NoDirtyState))]
    public void What_was_written_is_reported_and_nothing_else(Profile profile)
    {
        using var scene = new DirtyScene(profile);
        scene.Read(0, 1, 2, 3, 9);
        scene.Write(1, 2, 9, 15);
        Assert.False(scene.Bench.Dma(scene.Nic, scene.At(16), write: true).Passed);

        scene
            .Dirty(clean: false)
            .Should()
            .Equal([1ul, 2, 9, 15], "these pages were written, and were to be reported by number");
        scene
            .Dirty(clean: false, first: 2, pages: 8)
            .Should()
            .Equal([2ul, 9], "of pages 2 to 9 these were written");
        scene
            .Dirty(clean: false, first: 3, pages: 6)
            .Should()
            .BeEmpty("of pages 3 to 8 none was written");
    }

    [Case("dirty.none", Level.Contract, "contract.dirty-exact", Needs = Needs)]
    [AppliesIf(nameof(NoDirtyState))]
    public void What_was_written_before_tracking_started_does_not_count(Profile profile)
    {
        using var scene = new DirtyScene(profile);
        scene.Write(3, 4);

        scene.Bench.Must(scene.Bench.StartTracking(scene.Domain));

        Assert.Empty(scene.Dirty(clean: false));
        scene.Write(4);
        Assert.Equal([4ul], scene.Dirty(clean: false));
    }

    [Case("dirty.clean", Level.Contract, "contract.dirty-clean", Needs = Needs)]
    [AppliesIf(nameof(NoDirtyState))]
    public void What_is_cleaned_is_reported_after_another_write_only(Profile profile)
    {
        using var scene = new DirtyScene(profile);
        scene.Write(1, 5);
        Assert.Equal([1ul, 5], scene.Dirty(clean: true));

        Assert.Empty(scene.Dirty(clean: true));
        scene.Read(1, 5);
        Assert.Empty(scene.Dirty(clean: true));
        scene.Write(5);

        Assert.Equal([5ul], scene.Dirty(clean: true));
        Assert.Empty(scene.Dirty(clean: true));
    }

    [Case("dirty.clean.part", Level.Contract, "contract.dirty-clean", Needs = Needs)]
    [AppliesIf(nameof(NoDirtyState))]
    public void Only_the_range_is_cleaned(Profile profile)
    {
        using var scene = new DirtyScene(profile);
        scene.Write(1, 2, 3, 4);

        Assert.Equal([2ul, 3], scene.Dirty(clean: true, first: 2, pages: 2));

        Assert.Equal([1ul, 4], scene.Dirty(clean: false));
    }

    [Case("dirty.no-clear", Level.Contract, "contract.dirty-clean", Needs = Needs)]
    [AppliesIf(nameof(NoDirtyState))]
    public void Reading_alone_changes_nothing_and_invalidates_nothing(Profile profile)
    {
        using var scene = new DirtyScene(profile);
        scene.Write(1, 5);
        var mark = scene.Bench.Trace.Mark;

        Assert.Equal([1ul, 5], scene.Dirty(clean: false));

        Assert.Equal([1ul, 5], scene.Dirty(clean: false));
        Assert.DoesNotContain(scene.Bench.CommandsSince(mark), c => !c.Is<Sync>());
        Assert.DoesNotContain(
            scene.Bench.Trace.Since<StoreEntry>(mark),
            s => s.Place.Kind == PlaceKind.TranslationTable
        );
    }

    [Case("dirty.settled", Level.Architecture, "httu.012", "contract.dirty-exact", Needs = Needs)]
    [AppliesIf(nameof(NoDirtyState))]
    public void What_hardware_has_noted_but_not_shown_is_waited_for(Profile profile)
    {
        using var scene = new DirtyScene(profile, options: Late);
        scene.Write(1, 6);

        Assert.Equal([1ul, 6], scene.Dirty(clean: false));

        scene.Write(7);
        Assert.Equal([1ul, 6, 7], scene.Dirty(clean: true));
    }

    [Case("dirty.protection", Level.Contract, "contract.dirty-exact", Needs = Needs)]
    [AppliesIf(nameof(NoDirtyState))]
    public void A_page_for_reading_is_never_written_and_never_reported(Profile profile)
    {
        using var scene = new DirtyScene(profile, pages: 4);
        scene.Bench.Must(
            scene.Bench.Map(
                scene.Domain,
                scene.At(8),
                DirtyScene.Target + 0x10_0000,
                scene.Page,
                Protection.Read | Protection.Cache
            )
        );

        Assert.False(scene.Bench.Dma(scene.Nic, scene.At(8), write: true).Passed);

        Assert.DoesNotContain(8ul, scene.Dirty(clean: true));
        Assert.False(scene.Bench.Dma(scene.Nic, scene.At(8), write: true).Passed);
    }

    [Case("dirty.block", Level.Contract, "contract.dirty-exact", Needs = Needs)]
    [AppliesIf(nameof(NoDirtyState))]
    public void A_block_is_reported_whole_and_cleaned_whole(Profile profile)
    {
        using var scene = new DirtyScene(profile, pages: 0);
        var block = BlockOf(scene);
        scene.Bench.Must(
            scene.Bench.Map(scene.Domain, DirtyScene.Window, DirtyScene.Target, 2 * block)
        );
        scene.Bench.Must(scene.Bench.StartTracking(scene.Domain));
        Assert.True(
            scene.Bench.Dma(scene.Nic, DirtyScene.Window + block + 0x100, write: true).Passed
        );

        var cut = scene.Bench.Must(
            scene.Bench.ReadDirty(
                scene.Domain,
                DirtyScene.Window + block + scene.Page,
                scene.Page,
                clean: true
            )
        );

        Assert.Equal(new DirtyRange(DirtyScene.Window + block, block), Assert.Single(cut));
        Assert.Empty(
            scene.Bench.Must(
                scene.Bench.ReadDirty(scene.Domain, DirtyScene.Window, 2 * block, clean: false)
            )
        );
    }

    [Case("dirty.byte-order", Level.Contract, "contract.dirty-clean", Needs = Needs)]
    [AppliesIf(nameof(NoDirtyState))]
    public void So_it_is_where_tables_stand_the_other_way_round(Profile profile)
    {
        using var scene = new DirtyScene(
            profile with
            {
                IDR0 = profile.IDR0 with { TTENDIAN = WalkEndianness.Big },
            }
        );
        scene.Write(1, 5);
        Assert.Equal([1ul, 5], scene.Dirty(clean: true));

        Assert.Empty(scene.Dirty(clean: true));
        scene.Write(5);

        Assert.Equal([5ul], scene.Dirty(clean: false));
    }

    [Case("dirty.privileged", Level.Contract, "contract.dirty-exact", Needs = Needs)]
    [AppliesIf(nameof(NoDirtyState))]
    public void Cleaning_opens_nothing_to_those_who_had_no_access(Profile profile)
    {
        using var scene = new DirtyScene(profile, pages: 4);
        scene.Bench.Must(
            scene.Bench.Map(
                scene.Domain,
                scene.At(8),
                DirtyScene.Target + 0x10_0000,
                scene.Page,
                Protection.Read | Protection.Write | Protection.Cache | Protection.Privileged
            )
        );
        scene.Dirty(clean: true);
        var privileged = new Transaction
        {
            Stream = DirtyScene.Stream,
            Address = scene.At(8),
            Write = true,
            Privileged = true,
        };

        Assert.True(scene.Bench.Dma(privileged).Passed);
        Assert.Equal([8ul], scene.Dirty(clean: true));
        Assert.False(scene.Bench.Dma(privileged with { Privileged = false }).Passed);
        Assert.False(scene.Bench.Dma(privileged with { Privileged = false, Write = false }).Passed);
    }

    [Case(
        "dirty.ats",
        Level.Architecture,
        "httu.001",
        "contract.dirty-clean",
        Needs = Needs | Capabilities.Ats
    )]
    [AppliesIf(nameof(NoDirtyState))]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    public void What_a_device_was_granted_to_write_is_written_and_forgotten_when_cleaned(
        Profile profile
    )
    {
        using var scene = new DirtyScene(profile, ats: true);
        var cache = scene.Bench.Devices.CacheOf(0, DirtyScene.Stream);
        if (!cache.IsEnabled)
            throw VerdictException.NotApplicable("the driver leaves ATS off with this domain");
        Assert.True(cache.Request(new AtsRequest { Address = scene.At(2) }).Write);

        Assert.Equal([2ul], scene.Dirty(clean: true));

        Assert.False(cache.Holds(scene.At(2)), "the device may still write without a note");
        Assert.Empty(scene.Dirty(clean: true));
        Assert.True(cache.Request(new AtsRequest { Address = scene.At(2) }).Write);
        Assert.Equal([2ul], scene.Dirty(clean: false));
    }

    /// <summary>What hardware has noted can be seen after a CMD_SYNC, and not before.</summary>
    internal static BenchOptions Late =>
        new()
        {
            Machine = new() { Smmus = [], Flags = FlagVisibility.AtSync },
        };

    private static ulong BlockOf(DirtyScene scene)
    {
        var sizes = scene.Bench.Must(scene.Bench.Driver.Geometry(scene.Domain)).PageSizes;
        sizes &= sizes - 1;
        return sizes == 0
            ? throw VerdictException.NotApplicable("the domain has pages of one size")
            : sizes & ~(sizes - 1);
    }

    private static string? NoDirtyState(Profile profile) => DirtyScene.NoDirtyState(profile);
}
