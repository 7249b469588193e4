using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Streams whose accesses are refused without a word, and streams that nobody knows.</summary>
public sealed class SilentStreams
{
    private static readonly StreamId Nic = 0x10;
    private static readonly StreamId Stranger = 0x3f;

    [Case(
        "fault.abort-ste.silent",
        Level.Architecture,
        "events.037",
        "faults.001",
        Needs = Capabilities.Blocked
    )]
    public void A_blocked_device_is_refused_and_nothing_is_reported(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var device = bench.AddDevice(Nic);
        bench.Must(bench.Attach(device, bench.BlockedDomain()));

        var translation = bench.Dma(device, Everyday.Buffer);

        Assert.Equal(TranslationResult.Aborted, translation.Result);
        bench.ServeInterrupts();
        Assert.Empty(bench.System.Reports);
    }

    [Case("fault.unattached.silent", Level.Contract, "contract.default-policy")]
    public void A_device_without_a_domain_gets_the_declared_default_in_silence(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var device = bench.AddDevice(Nic);

        var translation = bench.Dma(device, Everyday.Buffer);

        var passes = bench.Description.Policies.UnattachedStreams == UnattachedStreams.Bypass;
        Assert.Equal(passes, translation.Passed);
        bench.ServeInterrupts();
        Assert.Empty(bench.System.Reports);
    }

    [Case(
        "fault.detached.silent",
        Level.Contract,
        "contract.detach-default",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_detached_device_gets_the_declared_default_in_silence(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var (device, _, _) = bench.Mapped(pages: 1, Nic);
        bench.Dma(device, Everyday.Buffer);
        bench.Must(bench.Detach(device));

        var translation = bench.Dma(device, Everyday.Buffer);

        var passes = bench.Description.Policies.UnattachedStreams == UnattachedStreams.Bypass;
        Assert.Equal(passes, translation.Passed);
        bench.ServeInterrupts();
        Assert.Empty(bench.System.Reports);
    }

    [Case("fault.unknown-sid.beyond", Level.Contract, "contract.report-owner", "events.027")]
    public void A_stream_beyond_the_table_is_refused_and_belongs_to_no_one(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var device = bench.AddDevice(Nic);
        StreamId beyond = 1u << bench.Smmu.Inside.State.StrtabBaseCfg.LOG2SIZE;

        var translation = bench.Dma(device, Everyday.Buffer, stream: beyond);

        Assert.False(translation.Passed);
        bench.ServeInterrupts();
        Assert.Equal(bench.EventsSince(0), bench.System.Reports.Select(r => r.Record));
        Assert.All(
            bench.System.Reports,
            report => Assert.Equal((bench.Handle, null), (report.Smmu, report.Master))
        );
    }

    [Case(
        "fault.unknown-sid.in-range",
        Level.Contract,
        "contract.report-owner",
        "contract.default-policy"
    )]
    public void A_stream_that_no_device_owns_is_nobodys_fault(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var device = bench.AddDevice(Nic);

        bench.Dma(device, Everyday.Buffer, stream: Stranger);

        bench.ServeInterrupts();
        Assert.Equal(bench.EventsSince(0), bench.System.Reports.Select(r => r.Record));
        Assert.All(
            bench.System.Reports,
            report => Assert.Equal((bench.Handle, null), (report.Smmu, report.Master))
        );
    }

    [Case(
        "fault.identity.address-size",
        Level.Contract,
        "contract.report-owner",
        "faults.024",
        Needs = Capabilities.Identity
    )]
    public void An_identity_device_that_aims_beyond_memory_is_reported(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var device = bench.AddDevice(Nic);
        bench.Must(bench.Attach(device, bench.IdentityDomain()));
        bench.Dma(device, 1ul << profile.OutputAddressBits);

        bench.ServeInterrupts();

        var report = Assert.Single(bench.System.Reports);
        Assert.Equal((byte)EventId.FAddrSize, report.Record.Id);
        Assert.Equal((FaultKind.Translation, device.Handle), (report.Kind, report.Master!.Value));
    }

    [Case(
        "fault.identity.passes",
        Level.Contract,
        "contract.attach-replaces",
        Needs = Capabilities.Identity
    )]
    public void An_identity_device_reaches_memory_and_nothing_is_reported(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var device = bench.AddDevice(Nic);
        bench.Must(bench.Attach(device, bench.IdentityDomain()));

        var translation = bench.Dma(device, 0x4000_0000);

        Assert.Equal(0x4000_0000ul, translation.Address.Value);
        Assert.Empty(bench.EventsSince(0));
    }
}
