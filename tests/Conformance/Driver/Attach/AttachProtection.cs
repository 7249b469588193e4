using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>What the protection of a mapping lets through.</summary>
public sealed class AttachProtection
{
    /// <summary>A mapping's protection, an access, and whether it may pass.</summary>
    public sealed record Access(string Name)
    {
        public required Protection Protection { get; init; }
        public bool Write { get; init; }
        public bool Instruction { get; init; }
        public bool Privileged { get; init; }
        public bool Passes { get; init; }

        public override string ToString() => Name;
    }

    public static Access[] Accesses =>
        [
            new("read-of-read-only") { Protection = Protection.Read, Passes = true },
            new("write-of-read-only") { Protection = Protection.Read, Write = true },
            new("write-of-writable")
            {
                Protection = Protection.Read | Protection.Write,
                Write = true,
                Passes = true,
            },
            new("fetch-of-read-only")
            {
                Protection = Protection.Read,
                Instruction = true,
                Passes = true,
            },
            new("privileged-fetch-of-read-only")
            {
                Protection = Protection.Read,
                Instruction = true,
                Privileged = true,
                Passes = true,
            },
            new("privileged-fetch-of-no-execute")
            {
                Protection = Protection.Read | Protection.NoExecute,
                Instruction = true,
                Privileged = true,
            },
            // Nothing without privilege passes, whatever it is.
            new("fetch-of-privileged")
            {
                Protection = Protection.Read | Protection.Privileged,
                Instruction = true,
            },
            new("privileged-fetch-of-privileged")
            {
                Protection = Protection.Read | Protection.Privileged,
                Instruction = true,
                Privileged = true,
                Passes = true,
            },
            new("fetch-of-no-execute")
            {
                Protection = Protection.Read | Protection.NoExecute,
                Instruction = true,
            },
            new("read-of-no-execute")
            {
                Protection = Protection.Read | Protection.NoExecute,
                Passes = true,
            },
            new("read-of-privileged") { Protection = Protection.Read | Protection.Privileged },
            new("privileged-read-of-privileged")
            {
                Protection = Protection.Read | Protection.Privileged,
                Privileged = true,
                Passes = true,
            },
            new("privileged-write-of-privileged-read-only")
            {
                Protection = Protection.Read | Protection.Privileged,
                Privileged = true,
                Write = true,
            },
            new("read-of-device-memory")
            {
                Protection = Protection.Read | Protection.Device,
                Passes = true,
            },
        ];

    [Case(
        "attach.protection",
        Level.Contract,
        "contract.map-translates",
        "httu.028",
        Needs = WarmScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Accesses))]
    public void A_mapping_allows_what_its_protection_says(Profile profile, Access row)
    {
        using var scene = new WarmScene(profile);
        // In a table that is in use.
        scene.Map(0, 1);
        scene.Bench.Must(
            scene.Bench.Map(scene.Domain, scene.At(1), WarmScene.Target, scene.Page, row.Protection)
        );

        var access = scene.Bench.Dma(
            new Transaction
            {
                Stream = WarmScene.Stream,
                Address = scene.At(1),
                Write = row.Write,
                Instruction = row.Instruction,
                Privileged = row.Privileged,
            }
        );

        Assert.True(access.Passed == row.Passes, $"met {WarmScene.Text(access)}");
    }

    /// <summary>What a mapping says of its memory, in a domain of a stage.</summary>
    public sealed record Memory(string Name, DomainStage Stage, Protection Protection)
    {
        public override string ToString() => $"{Name}-{Stage}";
    }

    public static IEnumerable<Memory> Memories =>
        from stage in PagingStages.Both
        from one in (Memory[])
            [
                new("cached", stage, Protection.Cache),
                new("uncached", stage, Protection.None),
                new("device", stage, Protection.Device),
            ]
        select one;

    [Case("attach.attributes", Level.Contract, "contract.map-attributes", Since = "0.2")]
    [Rows(nameof(Memories))]
    public void An_access_has_the_memory_type_of_its_mapping(Profile profile, Memory row)
    {
        PagingStages.MustExist(profile, row.Stage);
        using var bench = TestBench.Start(profile);
        PagingStages.MustBeDeclared(bench, row.Stage);
        var nic = bench.AddDevice(WarmScene.Stream);
        var domain = bench.PagingDomain(row.Stage, [0]);
        bench.Must(bench.Attach(nic, domain));
        var page = bench.PageOf(domain);
        // In a table that is in use.
        bench.Must(bench.Map(domain, WarmScene.Window, WarmScene.Elsewhere, page));
        bench.Must(
            bench.Map(
                domain,
                WarmScene.Window + page,
                WarmScene.Target,
                page,
                Protection.Read | Protection.Write | row.Protection
            )
        );

        var access = bench.Dma(nic, WarmScene.Window + page);

        Assert.True(access.Passed, $"met {WarmScene.Text(access)}");
        var attributes = access.Attributes;
        Assert.True(
            row.Protection switch
            {
                Protection.Device => attributes.IsDevice,
                Protection.Cache => attributes.IsWriteBack
                    && attributes.Shareability != Shareability.NonShareable,
                _ => !attributes.IsDevice && !attributes.IsWriteBack,
            },
            $"memory mapped as {row.Name} is accessed as {attributes}"
        );
    }
}
