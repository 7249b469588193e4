using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Processes that change their tables, or end.</summary>
public sealed class ProcessChanges
{
    private const Capabilities Needs = ProcessScene.Needs;

    /// <summary>A range that has <see cref="ProcessScene.Here"/> in it.</summary>
    public sealed class Range
    {
        private readonly string _name;

        internal Range(string name, Func<ulong, (ulong Address, ulong Bytes)> of) =>
            (_name, Of) = (name, of);

        internal Func<ulong, (ulong Address, ulong Bytes)> Of { get; }

        public override string ToString() => _name;
    }

    private static readonly ulong s_here = ProcessScene.Here.Value;

    public static Range[] Ranges =>
        [
            new("page", page => (s_here, page)),
            new("inside-a-page", page => (s_here + 8, 16)),
            new("across", page => (s_here - 100, 200)),
            new("begins-within", page => (s_here + page / 2, page)),
            new("odd-pages", page => (s_here - 2 * page, 33 * page)),
            new("large", page => (0, 1ul << 46)),
            new("to-the-end", page => (s_here, ulong.MaxValue - s_here + 1)),
            new("last-byte", page => (s_here, ulong.MaxValue - s_here)),
            new("all", _ => (0, 0)),
            new("everything", _ => (0, ulong.MaxValue)),
        ];

    [Case("sva.changed", Level.Contract, "contract.sva-changed", Needs = Needs)]
    [AppliesIf(nameof(CannotShare))]
    [Rows(nameof(Ranges))]
    public void What_a_process_unmaps_is_forgotten(Profile profile, Range range)
    {
        using var scene = new ProcessScene(profile);
        var process = scene.Start();
        var pasid = scene.Bind(process);
        scene.MustReach(process, pasid);
        process.Tables.Unmap(ProcessScene.Here);
        var (address, bytes) = range.Of(scene.Page);

        scene.Bench.Must(scene.Bench.Changed(process.Id, address, bytes));

        scene.MustRefuse(pasid);
    }

    public static string[] Granules => ["16k", "64k"];

    [Case("sva.changed.granule", Level.Architecture, "tlb.060", "tlb.059", Needs = Needs)]
    [AppliesIf(nameof(CannotShare))]
    [Rows(nameof(Granules))]
    public void The_granule_of_its_invalidations_is_that_of_its_tables(
        Profile profile,
        string smallest
    )
    {
        using var scene = new ProcessScene(AtsSwitching.WithSmallest(profile, smallest));
        var process = scene.Start();
        var pasid = scene.Bind(process);
        scene.MustReach(process, pasid);
        process.Tables.Unmap(ProcessScene.Here);

        scene.Bench.Must(scene.Bench.Changed(process.Id, ProcessScene.Here, scene.Page));

        scene.MustRefuse(pasid);
        foreach (var command in scene.Bench.CommandsOf<TlbiNhVa>())
            if (command.TG.ToGranule() is { } granule)
                Assert.True(
                    granule.PageSize == scene.Page,
                    $"meant for tables of another granule: {command}"
                );
    }

    public static bool[] Both => [false, true];

    [Case("sva.changed.part-of-page", Level.Contract, "contract.sva-changed", Needs = Needs)]
    [AppliesIf(nameof(CannotShare))]
    [Rows(nameof(Both))]
    public void Whatever_its_granule_a_page_is_forgotten_whole(Profile profile, bool large)
    {
        var hardware = profile with
        {
            IDR5 = profile.IDR5 with { GRAN4K = false, GRAN16K = !large, GRAN64K = large },
        };
        using var scene = new ProcessScene(hardware);
        var process = scene.Start();
        var pasid = scene.Bind(process);
        scene.MustReach(process, pasid);
        process.Tables.Unmap(ProcessScene.Here);

        scene.Bench.Must(scene.Bench.Changed(process.Id, ProcessScene.Here + 8, 16));

        scene.MustRefuse(pasid);
    }

    [Case("sva.changed.table", Level.Contract, "contract.sva-changed", Needs = Needs)]
    [AppliesIf(nameof(CannotShare))]
    public void A_table_that_a_process_takes_away_is_not_walked_any_more(Profile profile)
    {
        using var scene = new ProcessScene(profile);
        var process = scene.Start();
        var pasid = scene.Bind(process);
        scene.MustReach(process, pasid);
        var region = scene.Page * (scene.Page / 8);
        var table = process.Tables.CutTable(ProcessScene.Here).Value;

        scene.Bench.Must(scene.Bench.Changed(process.Id, s_here & ~(region - 1), region));

        // Whatever it is used for now, it leads no access anywhere.
        var slot = table + 8ul * (ulong)process.Tables.Granule.Index(3, s_here);
        var memory = scene.Bench.Machine.Memory;
        memory.Write64(slot + 8, memory.Read64(slot));
        scene.MustRefuse(pasid);
        scene.MustRefuse(pasid, at: ProcessScene.Here + scene.Page);
    }

    [Case(
        "sva.changed.ats",
        Level.Architecture,
        "ats.003",
        "ats.004",
        Needs = Needs | Capabilities.Ats
    )]
    [AppliesIf(nameof(CannotShare))]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [Rows(nameof(Ranges))]
    public void What_a_process_unmaps_is_forgotten_by_its_devices(Profile profile, Range range)
    {
        using var scene = new ProcessScene(profile, ats: true);
        var process = scene.Start();
        var pasid = scene.Bind(process);
        if (!scene.Cache.IsEnabled)
            throw VerdictException.NotApplicable("the driver leaves ATS off for a process");
        var request = new AtsRequest
        {
            Address = ProcessScene.Here,
            SubstreamValid = true,
            Substream = pasid,
        };
        Assert.True(scene.Cache.Request(request).Grants);
        process.Tables.Unmap(ProcessScene.Here);
        var (address, bytes) = range.Of(scene.Page);

        scene.Bench.Must(scene.Bench.Changed(process.Id, address, bytes));

        Assert.False(scene.Cache.Holds(ProcessScene.Here, pasid), "the device still has it");
        Assert.False(scene.Cache.Request(request).Grants, "the device gets it again");
    }

    [Case(
        "sva.changed.others",
        Level.Contract,
        "contract.sva-changed",
        Needs = Needs,
        AboutCaches = true
    )]
    [AppliesIf(nameof(CannotShare))]
    public void Another_process_keeps_what_is_cached_for_it(Profile profile)
    {
        using var scene = new ProcessScene(profile);
        // What is forgotten stays so: otherwise it would be back before it is missed.
        scene.Bench.Smmu.Caches.AdversarialPrefetch = false;
        var (first, second) = (scene.Start(), scene.Start());
        var (one, two) = (scene.Bind(first), scene.Bind(second));
        scene.MustReach(first, one);
        scene.MustReach(second, two);
        first.Tables.Unmap(ProcessScene.Here);

        scene.Bench.Must(scene.Bench.Changed(first.Id, ProcessScene.Here, scene.Page));

        Assert.True(scene.Bench.Dma(scene.Nic, ProcessScene.Here, pasid: two).FromTlb);
        Assert.DoesNotContain(scene.Bench.Commands, c => c.Is<TlbiNsnhAll>() || c.Is<TlbiNhAll>());
    }

    [Case("sva.changed.unbound", Level.Contract, "contract.sva-changed", Needs = Needs)]
    [AppliesIf(nameof(CannotShare))]
    public void A_process_without_devices_costs_nothing(Profile profile)
    {
        using var scene = new ProcessScene(profile);
        var process = scene.Start();
        scene.Bind(process);
        scene.Bench.Must(scene.Bench.Unbind(scene.Nic, process.Id));
        scene.Bench.Machine.Run();

        scene.Bench.Must(scene.Bench.Changed(process.Id, ProcessScene.Here, scene.Page));
        scene.Bench.Must(scene.Bench.Exited(process.Id));

        Assert.Empty(scene.Bench.Commands);
    }

    [Case("sva.exit", Level.Contract, "contract.sva-exited", Needs = Needs)]
    [AppliesIf(nameof(CannotShare))]
    [AppliesIf(nameof(AlwaysStalls))]
    public void A_process_that_ends_leaves_its_devices_refused_in_silence(Profile profile)
    {
        using var scene = new ProcessScene(profile);
        var (process, other) = (scene.Start(), scene.Start());
        var (pasid, kept) = (scene.Bind(process), scene.Bind(other));
        scene.MustReach(process, pasid);
        var mark = scene.Bench.Trace.Mark;

        scene.Bench.Must(scene.Bench.Exited(process.Id));

        scene.MustRefuse(pasid);
        scene.Bench.ServeInterrupts();
        Assert.Empty(scene.Bench.EventsSince(mark));
        Assert.True(scene.Bench.CdOf(ProcessScene.Stream, pasid).V, "C_BAD_CD would be recorded");
        Refusal.MustBe(ErrorClass.NoDevice, scene.Bench.Bind(scene.Nic, process.Space).Error);
        scene.MustReach(other, kept);
    }

    [Case("sva.exit.tables", Level.Contract, "contract.sva-exited", Needs = Needs)]
    [AppliesIf(nameof(CannotShare))]
    public void Its_tables_may_be_used_for_anything_afterwards(Profile profile)
    {
        using var scene = new ProcessScene(profile);
        var near = scene.AddDevice("near", 0x11);
        var process = scene.Start();
        var pasid = scene.Bind(process);
        scene.Bind(process, near);
        scene.MustReach(process, pasid);
        scene.MustReach(process, pasid, near);

        scene.Bench.Must(scene.Bench.Exited(process.Id));

        scene.MustRefuse(pasid);
        scene.MustRefuse(pasid, near);
        // A page that was a table is somebody's data now.
        scene.Bench.Machine.Memory.Write64(process.Space.Table, ulong.MaxValue);
        process.Tables.Map(ProcessScene.Here + 0x10_0000, 0x8_0000_0000);
        scene.MustRefuse(pasid);
        scene.MustRefuse(pasid, at: ProcessScene.Here + 0x10_0000);
        scene.MustRefuse(pasid, near, ProcessScene.Here + 0x10_0000);
    }

    public static StallModel[] Models => [StallModel.StallAndTerminate, StallModel.StallOnly];

    [Case("sva.exit.descriptor", Level.Linux, "linux.cd.release", Needs = Needs)]
    [AppliesIf(nameof(CannotShare))]
    [Rows(nameof(Models))]
    public void Its_descriptor_has_no_tables_and_keeps_all_else(Profile profile, StallModel model)
    {
        var hardware = profile with { IDR0 = profile.IDR0 with { STALL_MODEL = model } };
        using var scene = new ProcessScene(hardware);
        var process = scene.Start();
        var pasid = scene.Bind(process);
        var before = scene.Bench.CdOf(ProcessScene.Stream, pasid);

        scene.Bench.Must(scene.Bench.Exited(process.Id));

        var after = scene.Bench.CdOf(ProcessScene.Stream, pasid);
        var forced = model == StallModel.StallOnly;
        Assert.Equal(
            (true, true, true, forced, forced),
            (after.V, after.EPD0, after.EPD1, after.S, after.R)
        );
        Assert.Equal((0ul, (byte)0), (after.TTB0.Value, after.T0SZ));
        Assert.Equal(
            (before.ASID, before.ASET, before.A, before.AA64, before.IPS, before.MAIR),
            (after.ASID, after.ASET, after.A, after.AA64, after.IPS, after.MAIR)
        );
    }

    [Case(
        "sva.exit.unbind",
        Level.Contract,
        "contract.sva-exited",
        "contract.sva-count",
        Needs = Needs
    )]
    [AppliesIf(nameof(CannotShare))]
    public void What_it_had_serves_others_when_it_is_unbound(Profile profile)
    {
        using var scene = new ProcessScene(profile, bits: 1);
        var process = scene.Start();
        var pasid = scene.Bind(process);
        scene.Bench.Must(scene.Bench.Exited(process.Id));

        scene.Bench.Must(scene.Bench.Unbind(scene.Nic, process.Id));

        var next = scene.Start();
        Assert.Equal(pasid, scene.Bind(next));
        scene.MustReach(next, pasid);
    }

    [Case("sva.exit.ats", Level.Architecture, "ats.003", Needs = Needs | Capabilities.Ats)]
    [AppliesIf(nameof(CannotShare))]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    public void Its_devices_have_nothing_cached_of_it(Profile profile)
    {
        using var scene = new ProcessScene(profile, ats: true);
        var process = scene.Start();
        var pasid = scene.Bind(process);
        if (!scene.Cache.IsEnabled)
            throw VerdictException.NotApplicable("the driver leaves ATS off for a process");
        scene.Cache.Request(
            new AtsRequest
            {
                Address = ProcessScene.Here,
                SubstreamValid = true,
                Substream = pasid,
            }
        );

        scene.Bench.Must(scene.Bench.Exited(process.Id));

        Assert.Empty(scene.Cache.Translations);
    }

    [Case("sva.descriptor", Level.Linux, "linux.cd.s1", Needs = Needs)]
    [AppliesIf(nameof(CannotShare))]
    public void The_descriptor_says_what_the_PEs_do(Profile profile)
    {
        using var scene = new ProcessScene(profile);
        var process = scene.Start();

        var pasid = scene.Bind(process);

        var cd = scene.Bench.CdOf(ProcessScene.Stream, pasid);
        Assert.Equal(
            (true, true, true, (byte)16, PhysicalSize.Bits36),
            (cd.V, cd.AA64, cd.EPD1, cd.T0SZ, cd.IPS)
        );
        Assert.Equal(process.Space.Table, cd.TTB0);
        Assert.Equal(0x0004_44fful, cd.MAIR);
        Assert.Equal(
            (Cacheability.WriteBackAllocate, Cacheability.WriteBackAllocate, Shareability.Inner),
            (cd.IR0, cd.OR0, cd.SH0)
        );
        Assert.Equal((true, true), (cd.R, cd.A));
    }

    [Case("sva.tbi", Level.Contract, "contract.sva-bind", "cd.026", Needs = Needs)]
    [AppliesIf(nameof(CannotShare))]
    public void Addresses_of_a_process_carry_no_tags(Profile profile)
    {
        using var scene = new ProcessScene(profile);

        var pasid = scene.Bind(scene.Start());

        var cd = scene.Bench.CdOf(ProcessScene.Stream, pasid);
        Assert.Equal((false, false), (cd.TBI0, cd.TBI1));
    }

    private static string? AlwaysStalls(Profile profile) =>
        profile.IDR0.STALL_MODEL == StallModel.StallOnly ? "SMMU_IDR0.STALL_MODEL is 0b10" : null;

    private static string? CannotShare(Profile profile) => ProcessScene.CannotShare(profile);
}
