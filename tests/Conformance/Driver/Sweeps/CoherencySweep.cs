using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>S2FWB of hardware, CANWBS of a device, nest parents and enforcement: every combination against a small model.</summary>
public sealed class CoherencySweep
{
    /// <summary>One combination.</summary>
    public sealed record Combination(bool Fwb, bool Canwbs, bool Parent, bool Enforced)
    {
        public override string ToString() =>
            $"{(Fwb ? "fwb" : "no-fwb")}-{(Canwbs ? "canwbs" : "no-canwbs")}-{(Parent ? "parent" : "plain")}-{(Enforced ? "enforced" : "free")}";

        /// <summary>A guest's accesses stay in the caches whatever it writes.</summary>
        public bool IsSafe => Fwb || Canwbs;
    }

    public static IEnumerable<Combination> All =>
        from fwb in new[] { false, true }
        from canwbs in new[] { false, true }
        from parent in new[] { false, true }
        from enforced in new[] { false, true }
        select new Combination(fwb, canwbs, parent, enforced);

    [Case(
        "fwb.sweep",
        Level.Contract,
        "contract.enforce-coherency",
        "linux.fwb.gate",
        "linux.ste.s2",
        Needs = GuestScene.Needs | Capabilities.CoherencyEnforcement
    )]
    [AppliesIf(nameof(CannotNest))]
    [Rows(nameof(All))]
    public void Who_may_be_attached_follows_from_who_keeps_to_the_caches(
        Profile profile,
        Combination row
    )
    {
        if (row.Fwb && !profile.IDR3.FWB)
            throw VerdictException.NotApplicable("SMMU_IDR3.FWB is 0");
        var hardware = profile with { IDR3 = profile.IDR3 with { FWB = row.Fwb } };
        using var bench = TestBench.Start(hardware);
        var device = bench.AddDevice(
            new MasterDescription
            {
                Name = "nic",
                Streams = [0x10],
                CanWriteBackNonSnooped = row.Canwbs,
            }
        );
        var domain = row.Parent ? bench.NestParent(0) : bench.PagingDomain(DomainStage.Stage2, [0]);

        // 1. Enforcement can be had before anybody is attached.
        if (row.Enforced)
            Assert.True(bench.Must(bench.Facet<ICoherencyEnforcement>().EnforceCoherency(domain)));
        var attached = bench.Attach(device, domain);
        Assert.True(
            attached.IsDone == (!row.Enforced || row.Canwbs),
            $"attach to {row}: {attached}"
        );

        // 2. S2FWB is for tables that guests stand on, where there is S2FWB.
        if (attached.IsDone)
            Assert.Equal(row.Fwb && row.Parent, bench.SteOf(0x10).S2FWB);

        // 3. A guest stands on a parent, and only where its accesses stay in the caches.
        if (attached.IsDone)
            bench.Must(bench.Detach(device));
        var guest = bench.CreateGuest(device, domain);
        Assert.True(
            guest.IsDone == (row.Parent && row.IsSafe),
            $"guest on {row}: {(guest.IsDone ? "done" : guest.Error)}"
        );
    }

    public static string? CannotNest(Profile profile) => GuestScene.CannotNest(profile);
}
