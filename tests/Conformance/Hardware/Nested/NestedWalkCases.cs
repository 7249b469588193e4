using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Both stages: what lies in IPA space, and which of several faults is told (§3.3.2, §5.4.1, §7.3.22).</summary>
public sealed class NestedWalkCases
{
    private static readonly StreamId Nic = 0xd;
    private static readonly Iova Here = 0x1_2345_6000;
    private static readonly Ipa Middle = 0x2_4000_0000;
    private static readonly PhysicalAddress Data = 0x1_c000_0000;

    /// <summary>§3.3.2: CD, tables and output each lie at an IPA that is not their address.</summary>
    [Case("hw.nested.lookup", Level.Architecture, "nested.001", "nested.002", "nested.011")]
    [AppliesIf(nameof(CannotNest))]
    public void CD_tables_and_output_are_all_translated_by_stage_2(Profile profile)
    {
        var scene = new Apart(profile);

        var answer = scene.Rig.Access(Nic, Here);

        Assert.True(answer.Passed, $"{answer.Event}");
        Assert.Equal(
            Data.Value | (Here.Value & (scene.Tables.Granule.PageSize - 1)),
            answer.Address.Value
        );
    }

    /// <summary>§16.2.1, §3.3.2: what stage 1 maps in one piece stage 2 may scatter, and permit here and refuse there.</summary>
    [Case("hw.nested.scattered", Level.Architecture, "nested.001", "nested.011")]
    [AppliesIf(nameof(CannotNest))]
    public void A_block_of_stage_1_lies_where_each_page_of_stage_2_says(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var (tables, second, _) = rig.AttachNested(Nic);
        var page = tables.Granule.PageSize;
        Iova block = 0x4000_0000;
        tables.Map(block, Middle.Value, 2);
        second.Map(Middle, Data + (7 * page));
        second.Map(Middle + page, Data);
        second.Put(Middle + (2 * page), 3, 0);

        // Twice: the second time from whatever was remembered of the first.
        for (var round = 0; round < 2; round++)
        {
            Assert.Equal(Data + (7 * page), rig.Access(Nic, block).Address);
            Assert.Equal(Data, rig.Access(Nic, block + page).Address);
            Assert.False(rig.Access(Nic, block + (2 * page)).Passed);
        }
    }

    /// <summary>Faults put into a nested walk from its start on; each must be told before all that come after it.</summary>
    internal sealed record Defect(string Name, string Expected)
    {
        public override string ToString() => Name;
    }

    // In the order of §7.3.22. The event, its stage and what was translated.
    internal static IReadOnlyList<Defect> Order { get; } =
    [
        new("cd-unmapped", "F_TRANSLATION S2=1 CD"),
        new("table-unmapped", "F_TRANSLATION S2=1 TTD"),
        new("table-no-access", "F_ACCESS S2=1 TTD"),
        new("table-not-readable", "F_PERMISSION S2=1 TTD"),
        new("leaf-abort", "F_WALK_EABT S2=0 TTD"),
        new("leaf-invalid", "F_TRANSLATION S2=0 IN"),
        new("leaf-no-access", "F_ACCESS S2=0 IN"),
        new("leaf-not-permitted", "F_PERMISSION S2=0 IN"),
        new("output-unmapped", "F_TRANSLATION S2=1 IN"),
        new("output-no-access", "F_ACCESS S2=1 IN"),
        new("output-not-permitted", "F_PERMISSION S2=1 IN"),
    ];

    internal static IEnumerable<Defect> Defects => Order;

    /// <summary>§7.3.22: this one and everything that comes later in the list are wrong at once.</summary>
    [Case("hw.nested.priority", Level.Architecture, "nested.013", "nested.014")]
    [AppliesIf(nameof(CannotNest))]
    [AppliesWhere("SMMU_IDR0.STALL_MODEL", 0, 1)]
    [Rows(nameof(Defects))]
    public void The_first_defect_on_the_way_is_told(Profile profile, object row)
    {
        var scene = new Apart(profile);
        var first = Order.ToList().IndexOf((Defect)row);
        // Those that exclude one another: of one descriptor only the earliest is put in.
        for (var i = Order.Count - 1; i >= first; i--)
            scene.Break(Order[i].Name);
        scene.Forget();

        scene.Rig.Access(Nic, Here, write: true);

        Assert.Equal(((Defect)row).Expected, Describe(scene.Rig.TakeEvent()));
    }

    /// <summary>§7.3.22: the range of the input address before anything else.</summary>
    [Case("hw.nested.range-first", Level.Architecture, "nested.013")]
    [AppliesIf(nameof(CannotNest))]
    [AppliesWhere("SMMU_IDR0.STALL_MODEL", 0, 1)]
    public void An_address_outside_the_range_of_stage_1_is_told_before_stage_2(Profile profile)
    {
        var scene = new Apart(profile);
        scene.Break("table-unmapped");
        scene.Forget();

        scene.Rig.Access(Nic, 1ul << 50);

        Assert.Equal("F_TRANSLATION S2=0 IN", Describe(scene.Rig.TakeEvent()));
    }

    /// <summary>§4.4.3.1: only what stage 2 alone made has to go.</summary>
    [Case("hw.nested.s2-ipa", Level.Architecture, "nested.007", AboutCaches = true)]
    [AppliesIf(nameof(CannotNest))]
    public void An_invalidation_by_IPA_leaves_translations_of_both_stages(Profile profile)
    {
        var scene = new Apart(profile);
        scene.Rig.Access(Nic, Here);
        Assert.True(scene.Rig.Access(Nic, Here).FromTlb);

        scene.Second.Map(Middle, Data + 0x10_0000);
        scene.Rig.Send(new TlbiS2Ipa { VMID = 1, Address = Middle });
        scene.Rig.Send(new Sync());
        var kept = scene.Rig.Access(Nic, Here);
        scene.Rig.Send(new TlbiNhAll { VMID = 1 });
        scene.Rig.Send(new Sync());
        var fresh = scene.Rig.Access(Nic, Here);

        var inside = Here.Value & (scene.Tables.Granule.PageSize - 1);
        Assert.Equal(Data.Value | inside, kept.Address.Value);
        Assert.Equal((Data.Value + 0x10_0000) | inside, fresh.Address.Value);
    }

    /// <summary>§5.2, S2PTW: tables and CDs in Device memory.</summary>
    [Case("hw.nested.s2ptw", Level.Architecture, "nested.010")]
    [AppliesIf(nameof(CannotNest))]
    [AppliesWhere("SMMU_IDR0.STALL_MODEL", 0, 1)]
    [Rows(nameof(Protected))]
    public void S2PTW_keeps_tables_and_CDs_out_of_Device_memory(Profile profile, string row)
    {
        var scene = new Apart(profile, entry => entry with { S2PTW = row != "off" });
        var at = row == "cd" ? Apart.Context : Apart.Root;
        var device = scene.Second.Leaf(row == "cd" ? scene.Cd : scene.Tables.Root) with
        {
            MemAttr = 0b0001,
        };
        scene.Second.Put(at, 3, device.Word(0));
        scene.Forget();

        var answer = scene.Rig.Access(Nic, Here);

        if (row == "off")
            Assert.True(answer.Passed, $"{answer.Event}");
        else
            Assert.Equal(
                $"F_PERMISSION S2=1 {(row == "cd" ? "CD" : "TTD")}",
                Describe(scene.Rig.TakeEvent())
            );
    }

    /// <summary>§5.2, §3.15: without S2PTW such a table is read as Non-cacheable where IDR3.PTWNNC says so, else as Device.</summary>
    [Case("hw.nested.device-tables", Level.Architecture, "nested.010", "attributes.005")]
    [AppliesIf(nameof(CannotNest))]
    public void A_table_in_Device_memory_is_read_as_PTWNNC_says(Profile profile)
    {
        // Every other table is read Write-Back.
        var scene = new Apart(profile);
        scene.Rig.Store(
            scene.Cd,
            HttuScene.Cacheable(scene.Rig.ContextOf(scene.Tables)) with
            {
                TTB0 = Apart.Root.Value,
            }
        );
        var device = scene.Second.Leaf(scene.Tables.Root) with { MemAttr = 0b0001 };
        scene.Second.Put(Apart.Root, 3, device.Word(0));
        scene.Forget();
        scene.Rig.Smmu.Caches.InvalidateAll();
        var log = new AccessLog();
        scene.Rig.Smmu.Observer = log;

        scene.Rig.Access(Nic, Here);

        Assert.Contains(
            profile.IDR3.PTWNNC ? "Normal-iNC-oNC" : "Device-nGnRE",
            log.Of(FetchKind.Stage1Descriptor)
        );
    }

    /// <summary>§3.4.3: an IPA beyond the size is an ILLEGAL entry or a fault of stage 2, never a truncated address.</summary>
    [Case("hw.nested.context-beyond", Level.Architecture, "nested.003")]
    [AppliesIf(nameof(CannotNest))]
    [AppliesWhere("SMMU_IDR5.OAS", AtMost = 5)]
    [AppliesWhere("SMMU_AIDR.ArchMinorRev", AtLeast = 1)]
    public void A_CD_beyond_the_IPA_size_is_refused(Profile profile)
    {
        var scene = new Apart(
            profile,
            entry => entry with { S1ContextPtr = (1ul << 50) + Apart.Context.Value }
        );

        scene.Rig.Access(Nic, Here);

        Assert.Contains(
            Describe(scene.Rig.TakeEvent()),
            new[] { "C_BAD_STE", "F_TRANSLATION S2=1 CD" }
        );
    }

    public static IEnumerable<string> Protected => ["off", "cd", "table"];

    private static string Describe(EventRecord record)
    {
        var name = LayoutCatalogue.Event(record.Id)?.Name ?? $"0x{record.Id:x2}";
        if (record.Is<CBadSte>())
            return name;
        // S2 [103] and CLASS [105:104] stand alike in every translation fault.
        var stage2 = record.Word1 >> 39 & 1;
        return $"{name} S2={stage2} {(EventClass)(record.Word1 >> 40 & 3)}";
    }

    private static string? CannotNest(Profile profile) => Needs.BothStages(profile);

    /// <summary>A nested stream whose CD, first table and page each stand at an IPA of their own.</summary>
    private sealed class Apart
    {
        public static readonly Ipa Root = 0x3_0000_0000;
        public static readonly Ipa Context = 0x3_4000_0000;

        public Apart(Profile profile, Func<Ste, Ste>? adjust = null)
        {
            Rig = new TranslationRig(profile);
            Cd = Rig.Allocate(0x1_0000, 0x1_0000);
            (Tables, Second, _) = Rig.AttachNested(
                Nic,
                adjustEntry: entry =>
                    (adjust ?? (same => same))(entry with { S1ContextPtr = Context.Value })
            );
            Tables.Map(Here.Value & ~(Tables.Granule.PageSize - 1), Middle.Value);
            Second.Map(Middle, Data);
            Second.Map(Root, Tables.Root);
            Second.Map(Context, Cd);
            Rig.Store(Cd, Rig.ContextOf(Tables) with { TTB0 = Root.Value });
            Rig.Send(CfgiSteRange.All);
            Rig.Send(new TlbiNsnhAll());
        }

        public TranslationRig Rig { get; }

        public PhysicalAddress Cd { get; }

        public TestTables Tables { get; }

        public Stage2Tables Second { get; }

        // A CD is fetched again at once through what stage 2 still remembers, so translations go first.
        public void Forget()
        {
            Rig.Send(new TlbiNsnhAll());
            Rig.Send(CfgiSteRange.All);
            Rig.Send(new TlbiNsnhAll());
        }

        public void Break(string defect)
        {
            Rig.Memory.ClearAborts();
            var leaf = Tables.Leaf(Middle.Value);
            var output = Second.Leaf(Data);
            var table = Second.Leaf(Tables.Root);
            switch (defect)
            {
                case "cd-unmapped":
                    Second.Put(Context, 3, 0);
                    break;
                case "table-unmapped":
                    Second.Put(Root, 3, 0);
                    break;
                case "table-no-access":
                    Second.Put(Root, 3, (table with { AF = false }).Word(0));
                    break;
                case "table-not-readable":
                    Second.Put(Root, 3, (table with { S2AP = Stage2Ap.WriteOnly }).Word(0));
                    break;
                case "leaf-abort":
                    Rig.Memory.AbortRange(Tables.SlotOf(Here, 3), 8);
                    break;
                case "leaf-invalid":
                    Tables.Put(Here, 3, 0);
                    break;
                case "leaf-no-access":
                    Tables.Put(Here, 3, (leaf with { AF = false, AP = Stage1Ap.ReadOnly }).Word(0));
                    break;
                case "leaf-not-permitted":
                    Tables.Put(Here, 3, (leaf with { AP = Stage1Ap.ReadOnly }).Word(0));
                    break;
                case "output-unmapped":
                    Second.Put(Middle, 3, 0);
                    break;
                case "output-no-access":
                    Second.Put(
                        Middle,
                        3,
                        (output with { AF = false, S2AP = Stage2Ap.ReadOnly }).Word(0)
                    );
                    break;
                default:
                    Second.Put(Middle, 3, (output with { S2AP = Stage2Ap.ReadOnly }).Word(0));
                    break;
            }
        }
    }
}
