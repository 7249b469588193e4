using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;
using Outcome = SmmuConformance.Driver.Contract.Outcome;

namespace SmmuConformance.Conformance.Driver;

/// <summary>What the interface itself promises: if one of these fails, what the others say of the driver is worth little.</summary>
public sealed class Interface
{
    private static readonly StreamId Nic = 0x10;

    /// <summary>A call with something that is not there, or makes no sense.</summary>
    public sealed record Call(string Name, Func<TestBench, Outcome> Make)
    {
        public override string ToString() => Name;
    }

    public static Call[] Nonsense =>
        [
            new("remove", b => b.Driver.Remove(new SmmuHandle(-1))),
            new("shutdown", b => b.Driver.Shutdown(new SmmuHandle(int.MaxValue))),
            new(
                "interrupt",
                b => b.Driver.HandleInterrupt(new SmmuHandle(99), InterruptSource.GlobalError)
            ),
            new(
                "add",
                b =>
                    b.Driver.AddMaster(
                        new SmmuHandle(99),
                        new MasterDescription { Name = "", Streams = [] }
                    ).WithoutResult
            ),
            new("remove-master", b => b.Driver.RemoveMaster(new MasterHandle(-7))),
            new("attach", b => b.Driver.Attach(new MasterHandle(0), new DomainHandle(-1))),
            new("detach", b => b.Driver.Detach(new MasterHandle(int.MinValue))),
            new("free", b => b.Driver.FreeDomain(new DomainHandle(77))),
            new("geometry", b => b.Driver.Geometry(new DomainHandle(77)).WithoutResult),
            new(
                "map",
                b =>
                    b.Driver.Map(
                        new DomainHandle(77),
                        ulong.MaxValue,
                        ulong.MaxValue,
                        ulong.MaxValue,
                        Protection.Read
                    )
            ),
            new(
                "unmap",
                b =>
                    b.Driver.Unmap(
                        new DomainHandle(77),
                        ulong.MaxValue,
                        ulong.MaxValue
                    ).WithoutResult
            ),
            new("flush", b => b.Driver.Flush(new DomainHandle(-1))),
        ];

    [Case("contract.never-throws", Level.Contract, "contract.never-throws")]
    [Rows(nameof(Nonsense))]
    public void A_call_that_makes_no_sense_is_answered(Profile profile, Call call)
    {
        using var bench = TestBench.Start(profile);
        var before = bench.Capture();

        var error = Record.Exception(() => Assert.False(call.Make(bench).IsDone, "it is done"));

        Assert.True(error is null, $"{call} let an exception out: {error}");
        before.MustBeUnchanged();
    }

    [Case(
        "contract.extremes",
        Level.Contract,
        "contract.never-throws",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Addresses_and_sizes_at_the_ends_of_64_bits_are_answered(Profile profile)
    {
        ulong[] ends = [0, 1, 0xfff, 0x1000, 1ul << 63, ulong.MaxValue - 0xfff, ulong.MaxValue];
        using var bench = TestBench.Start(profile);
        var domain = bench.Stage1Domain();

        foreach (var address in ends)
        foreach (var bytes in ends)
        {
            var error = Record.Exception(() =>
            {
                if (bench.Driver.Map(domain, address, bytes, bytes, Protection.Read).IsDone)
                    bench.Driver.Unmap(domain, address, bytes);
                bench.Driver.Unmap(domain, address, bytes);
            });
            Assert.True(
                error is null,
                $"0x{bytes:x} bytes at 0x{address:x} let an exception out: {error}"
            );
        }
    }

    [Case(
        "contract.description",
        Level.Contract,
        "contract.describe-constant",
        Needs = Capabilities.Identity
    )]
    public void A_driver_says_the_same_of_itself_at_any_time(Profile profile)
    {
        using var bench = TestBench.Create(profile);
        var before = bench.Driver.Describe();

        bench.Must(bench.Probe());
        Assert.Equal(before, bench.Driver.Describe());
        var nic = bench.AddDevice(Nic);
        bench.Must(bench.Attach(nic, bench.IdentityDomain()));
        Assert.Equal(before, bench.Driver.Describe());
        bench.Must(bench.RemoveDevice(nic));
        bench.Must(bench.Remove());

        Assert.Equal(before, bench.Driver.Describe());
    }

    [Case(
        "contract.determinism",
        Level.Contract,
        "contract.determinism",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void The_same_calls_on_the_same_hardware_do_the_same(Profile profile)
    {
        var first = Life(profile);
        var second = Life(profile);

        foreach (var (a, b) in first.Zip(second))
            Assert.Equal(a, b);
        Assert.Equal(first.Length, second.Length);
    }

    [Case("contract.facets", Level.Contract, "contract.capabilities-honest")]
    public void What_is_declared_is_offered(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var driver = bench.Driver;
        var declared = driver.Describe().Capabilities;

        MustOffer<IPasidAttach>(Capabilities.PasidAttach);
        MustOffer<IAuxiliaryDomains>(Capabilities.AuxiliaryDomains);
        MustOffer<ISharedAddressing>(Capabilities.SharedAddressing);
        MustOffer<IPageFaults>(Capabilities.PageFaults);
        MustOffer<INesting>(Capabilities.Nesting);
        MustOffer<ICoherencyEnforcement>(Capabilities.CoherencyEnforcement);
        MustOffer<IPower>(Capabilities.Power);
        MustOffer<IDirtyTracking>(Capabilities.DirtyTracking);

        void MustOffer<T>(Capabilities capability)
            where T : class =>
            Assert.True(
                declared.HasFlag(capability) == (driver.Facet<T>() is not null),
                $"{capability} is {(declared.HasFlag(capability) ? "" : "not ")}declared, but {typeof(T).Name} is {(driver.Facet<T>() is null ? "not " : "")}offered"
            );
    }

    private static string[] Life(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var nic = bench.AddDevice(Nic);
        var domain = bench.Stage1Domain();
        var page = bench.PageOf(domain);
        bench.Must(bench.Map(domain, 0x10_0000, 0x4000_0000, 4 * page));
        bench.Must(bench.Attach(nic, domain));
        bench.Must(bench.Unmap(domain, 0x10_0000, 4 * page));
        bench.Must(bench.Detach(nic));
        return [.. bench.Trace.Entries.Select(entry => $"{entry}")];
    }
}
