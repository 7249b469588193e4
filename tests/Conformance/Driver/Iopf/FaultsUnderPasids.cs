using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Accesses that wait under a PASID, whoever has chosen it: they are asked for by it, and end with its address space.</summary>
public sealed class FaultsUnderPasids
{
    private const Capabilities Needs = Capabilities.Stage1 | Capabilities.PageFaults;

    private static readonly Iova s_unmapped = PasidScene.Window + 0x1000_0000;

    [Case(
        "iopf.stall.process",
        Level.Contract,
        "contract.faults-handed-on",
        "contract.faults-end",
        Needs = Needs | Capabilities.SharedAddressing
    )]
    [AppliesIf(nameof(CannotStall))]
    [AppliesIf(nameof(CannotShare))]
    public void A_page_of_a_process_is_asked_for_by_its_PASID(Profile profile)
    {
        using var process = new ProcessScene(profile);
        var bench = process.Bench;
        var device = AddStalling(bench, "gpu", 0x11);
        var one = process.Start();
        bench.Must(bench.EnableFaults(device));
        var pasid = process.Bind(one, device);
        var at = ProcessScene.Here + 0x10_0000;
        Assert.True(bench.Dma(device, at, pasid: pasid).Stalled);
        bench.ServeInterrupts();
        var fault = Assert.Single(bench.System.Asked);
        Assert.Equal((pasid, at, true), (fault.Pasid, fault.Address, fault.Read));
        one.Tables.Map(at, one.Data.Value);
        var stalled = bench.Smmu.Stalled[0];

        bench.Must(bench.Answer(fault.Group, PageFaultAnswer.Resolved));

        Assert.Equal(one.Data, stalled.Answer!.Value.Address);
        Assert.True(bench.Dma(device, ProcessScene.Here + 0x20_0000, pasid: pasid).Stalled);
        bench.ServeInterrupts();
        bench.Must(bench.Unbind(device, one.Id));
        bench.Machine.Run();
        Assert.Empty(bench.Smmu.Stalled);
    }

    [Case(
        "iopf.stall.pasid",
        Level.Contract,
        "contract.faults-handed-on",
        "contract.faults-end",
        Needs = Needs | Capabilities.PasidAttach
    )]
    [AppliesIf(nameof(CannotStall))]
    [AppliesIf(nameof(NoSubstreams))]
    public void What_waits_under_a_PASID_that_is_taken_away_is_refused_and_no_other(Profile profile)
    {
        using var scene = new PasidScene(profile);
        var device = AddStalling(scene.Bench, "gpu", 0x11);
        scene.Bench.Must(scene.Bench.EnableFaults(device));
        scene.Attach(1, device);
        scene.Attach(2, device);
        var going = Stall(scene.Bench, device, 1);
        var staying = Stall(scene.Bench, device, 2);

        scene.Bench.Must(scene.Bench.DetachPasid(device, 1));

        scene.Bench.Machine.Run();
        Assert.False(going.Answer!.Value.Passed);
        Assert.Null(staying.Answer);
        Assert.Equal(staying, Assert.Single(scene.Bench.Smmu.Stalled));
    }

    [Case(
        "iopf.stall.auxiliary",
        Level.Contract,
        "contract.faults-end",
        Needs = Needs | Capabilities.AuxiliaryDomains
    )]
    [AppliesIf(nameof(CannotStall))]
    [AppliesIf(nameof(NoSubstreams))]
    public void What_waits_in_an_auxiliary_domain_that_goes_is_refused(Profile profile)
    {
        using var scene = new PasidScene(profile);
        var bench = scene.Bench;
        var device = AddStalling(bench, "gpu", 0x11);
        bench.Must(bench.EnableFaults(device));
        bench.Must(bench.EnableAuxiliary(device));
        var domain = scene.NewSpace().Domain;
        var pasid = bench.Must(bench.AttachAuxiliary(device, domain));
        var stalled = Stall(bench, device, pasid);
        Assert.Equal(pasid, Assert.Single(bench.System.Asked).Pasid);

        bench.Must(bench.DetachAuxiliary(device, domain));

        bench.Machine.Run();
        Assert.Empty(bench.Smmu.Stalled);
        Assert.False(stalled.Answer!.Value.Passed);
        Refusal.MustBe(
            ErrorClass.NotFound,
            bench.Answer(bench.System.Asked[0].Group, PageFaultAnswer.Resolved).Error
        );
    }

    private static StalledTransaction Stall(TestBench bench, Device device, SubstreamId pasid)
    {
        var access = bench.Dma(device, s_unmapped, pasid: pasid);
        Assert.True(access.Stalled, $"the access must wait, but met {WarmScene.Text(access)}");
        bench.ServeInterrupts();
        return bench.Smmu.Stalled[^1];
    }

    private static Device AddStalling(TestBench bench, string name, StreamId stream) =>
        bench.AddDevice(
            new MasterDescription
            {
                Name = name,
                Streams = [stream],
                CanStall = true,
                SubstreamBits = 4,
            }
        );

    private static string? CannotStall(Profile profile) => StallingFaults.CannotStall(profile);

    private static string? NoSubstreams(Profile profile) => PasidScene.NoSubstreams(profile);

    private static string? CannotShare(Profile profile) => ProcessScene.CannotShare(profile);
}
