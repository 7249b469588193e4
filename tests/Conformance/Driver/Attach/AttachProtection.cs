using SmmuConformance.Architecture;
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
}
