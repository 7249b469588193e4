using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Devices that are bound to processes.</summary>
public sealed class ProcessBindings
{
    private const Capabilities Needs = ProcessScene.Needs;

    [Case("sva.bind", Level.Contract, "contract.sva-bind", Needs = Needs | Capabilities.Stage1)]
    [AppliesIf(nameof(CannotShare))]
    public void A_device_works_in_the_address_space_of_a_process(Profile profile)
    {
        using var scene = new ProcessScene(profile);
        var main = scene.Bench.Stage1Domain();
        // Its pages may be larger than those of processes.
        var page = scene.Bench.PageOf(main);
        Iova mapped = ProcessScene.Here.Value & unchecked(0 - page);
        scene.Bench.Must(scene.Bench.Map(main, mapped, 0x8_0000_0000, page));
        scene.Bench.Must(scene.Bench.Attach(scene.Nic, main));
        var process = scene.Start();

        var pasid = scene.Bind(process);

        Assert.NotEqual(0u, pasid.Value);
        scene.MustReach(process, pasid);
        scene.MustRefuse(pasid, at: ProcessScene.Here + 0x10_0000);
        scene.Bench.MustReach(scene.Nic, mapped, 0x8_0000_0000);
        // What the process maps later needs no word.
        process.Tables.Map(ProcessScene.Here + 0x10_0000, process.Data.Value);
        scene.Bench.MustReach(scene.Nic, ProcessScene.Here + 0x10_0000, process.Data, pasid: pasid);
    }

    [Case("sva.processes", Level.Contract, "contract.sva-bind", Needs = Needs)]
    [AppliesIf(nameof(CannotShare))]
    public void Each_process_has_its_own_PASID_and_tag(Profile profile)
    {
        using var scene = new ProcessScene(profile);
        var processes = Enumerable.Range(0, 4).Select(_ => scene.Start()).ToList();

        var pasids = processes.ConvertAll(process => scene.Bind(process));

        Assert.Equal(4, pasids.Distinct().Count());
        for (var n = 0; n < 4; n++)
            scene.MustReach(processes[n], pasids[n]);
        var tags = pasids.ConvertAll(pasid => scene.Bench.CdOf(ProcessScene.Stream, pasid).ASID);
        Assert.Equal(4, tags.Distinct().Count());
    }

    [Case(
        "sva.devices",
        Level.Contract,
        "contract.sva-bind",
        Needs = Needs | Capabilities.MultipleSmmus
    )]
    [AppliesIf(nameof(CannotShare))]
    public void All_devices_of_a_process_know_it_by_one_PASID(Profile profile)
    {
        using var scene = new ProcessScene(profile, smmus: 2);
        var near = scene.AddDevice("near", 0x11);
        var far = scene.AddDevice("far", 0x10, smmu: 1);
        var process = scene.Start();

        var pasids = new[]
        {
            scene.Bind(process),
            scene.Bind(process, near),
            scene.Bind(process, far),
        };

        Assert.Single(pasids.Distinct());
        scene.MustReach(process, pasids[0]);
        scene.MustReach(process, pasids[0], near);
        scene.MustReach(process, pasids[0], far);
        process.Tables.Unmap(ProcessScene.Here);
        scene.Bench.Must(scene.Bench.Changed(process.Id, ProcessScene.Here, scene.Page));
        scene.MustRefuse(pasids[0]);
        scene.MustRefuse(pasids[0], near);
        scene.MustRefuse(pasids[0], far);
    }

    [Case("sva.count", Level.Contract, "contract.sva-count", Needs = Needs)]
    [AppliesIf(nameof(CannotShare))]
    public void A_binding_lasts_as_long_as_it_is_wanted(Profile profile)
    {
        using var scene = new ProcessScene(profile);
        var process = scene.Start();
        var pasid = scene.Bind(process);

        Assert.Equal(pasid, scene.Bind(process));
        scene.Bench.Must(scene.Bench.Unbind(scene.Nic, process.Id));
        scene.MustReach(process, pasid);
        scene.Bench.Must(scene.Bench.Unbind(scene.Nic, process.Id));

        scene.MustRefuse(pasid);
        Refusal.MustBe(ErrorClass.NotFound, scene.Bench.Unbind(scene.Nic, process.Id).Error);
    }

    [Case("sva.reuse", Level.Contract, "contract.sva-count", Needs = Needs)]
    [AppliesIf(nameof(CannotShare))]
    public void The_next_process_meets_nothing_of_the_last(Profile profile)
    {
        using var scene = new ProcessScene(profile);
        for (var round = 0; round < 8; round++)
        {
            var process = scene.Start();
            var pasid = scene.Bind(process);
            scene.MustReach(process, pasid);

            scene.Bench.Must(scene.Bench.Unbind(scene.Nic, process.Id));

            scene.MustRefuse(pasid);
        }

        // One that comes back meets what others have got since.
        var (first, second) = (scene.Start(), scene.Start());
        scene.Bind(first);
        scene.Bench.Must(scene.Bench.Unbind(scene.Nic, first.Id));
        var (taken, again) = (scene.Bind(second), scene.Bind(first));
        scene.MustReach(second, taken);
        scene.MustReach(first, again);
    }

    [Case("sva.reuse.tag", Level.Contract, "contract.sva-count", Needs = Needs)]
    [AppliesIf(nameof(CannotShare))]
    public void The_tag_of_a_process_serves_others_when_it_is_unbound(Profile profile)
    {
        // More than eight bits can tell apart.
        const int Many = 300;
        using var scene = new ProcessScene(
            profile with
            {
                IDR0 = profile.IDR0 with { ASID16 = false },
            }
        );
        var process = scene.Start();
        for (var n = 0; n < Many; n++)
        {
            scene.Bind(process);
            scene.Bench.Must(scene.Bench.Unbind(scene.Nic, process.Id));
        }

        scene.MustReach(process, scene.Bind(process));
    }

    [Case("sva.exhausted", Level.Contract, "contract.sva-refusals", Needs = Needs)]
    [AppliesIf(nameof(CannotShare))]
    public void Without_a_PASID_it_is_refused_until_one_comes_back(Profile profile)
    {
        using var scene = new ProcessScene(profile, bits: 2);
        var processes = Enumerable.Range(0, 4).Select(_ => scene.Start()).ToList();
        foreach (var process in processes.Take(3))
            scene.Bind(process);

        var outcome = scene.Bench.Bind(scene.Nic, processes[3].Space);

        Refusal.MustBe(ErrorClass.NoSpace, outcome.Error);
        scene.Bench.Must(scene.Bench.Unbind(scene.Nic, processes[1].Id));
        scene.MustReach(processes[3], scene.Bind(processes[3]));
    }

    [Case("sva.overflow", Level.Contract, "contract.sva-refusals", Needs = Needs)]
    [AppliesIf(nameof(CannotShare))]
    public void A_PASID_that_a_device_cannot_use_does_not_get_there(Profile profile)
    {
        using var scene = new ProcessScene(profile);
        var small = scene.AddDevice("small", 0x11, bits: 1);
        var processes = Enumerable.Range(0, 2).Select(_ => scene.Start()).ToList();
        var pasids = processes.ConvertAll(process => scene.Bind(process));
        var large = pasids.FindIndex(pasid => pasid.Value > 1);

        var outcome = scene.Bench.Bind(small, processes[large].Space);

        Refusal.MustBe(ErrorClass.Overflow, outcome.Error);
        scene.MustReach(processes[large], pasids[large]);
        // One that can use none at all is told so.
        var plain = scene.AddDevice("plain", 0x12, bits: 0);
        Refusal.MustBe(ErrorClass.Invalid, scene.Bench.Bind(plain, scene.Start().Space).Error);
    }

    [Case(
        "sva.beside-aux",
        Level.Contract,
        "contract.sva-bind",
        "contract.aux-attach",
        Needs = Needs | Capabilities.AuxiliaryDomains | Capabilities.Stage1
    )]
    [AppliesIf(nameof(CannotShare))]
    public void Processes_and_auxiliary_domains_share_the_PASIDs(Profile profile)
    {
        using var scene = new ProcessScene(profile);
        scene.Bench.Must(scene.Bench.EnableAuxiliary(scene.Nic));
        var (first, second) = (scene.Start(), scene.Start());
        var auxiliary = scene.Bench.Stage1Domain();

        var pasids = new[]
        {
            scene.Bind(first),
            scene.Bench.Must(scene.Bench.AttachAuxiliary(scene.Nic, auxiliary)),
            scene.Bind(second),
        };

        Assert.Equal(3, pasids.Distinct().Count());
        Refusal.MustBe(ErrorClass.Busy, scene.Bench.DetachPasid(scene.Nic, pasids[0]).Error);
        scene.MustReach(first, pasids[0]);
        scene.MustReach(second, pasids[2]);
        scene.MustRefuse(pasids[1]);
    }

    [Case("sva.removed", Level.Contract, "contract.master-removed", Needs = Needs)]
    [AppliesIf(nameof(CannotShare))]
    public void A_device_that_is_removed_leaves_its_processes(Profile profile)
    {
        using var scene = new ProcessScene(profile, bits: 2);
        for (var n = 0; n < 3; n++)
        {
            var process = scene.Start();
            // However often it is bound, it goes with the device.
            Assert.Equal(scene.Bind(process), scene.Bind(process));
        }

        scene.Bench.Must(scene.Bench.RemoveDevice(scene.Nic));

        var next = scene.AddDevice("next", 0x11, bits: 2);
        for (var n = 0; n < 3; n++)
        {
            var process = scene.Start();
            scene.MustReach(process, scene.Bind(process, next), next);
        }
    }

    [Case(
        "sva.stage2",
        Level.Contract,
        "contract.sva-refusals",
        Needs = Needs | Capabilities.Stage2
    )]
    [AppliesIf(nameof(CannotShare))]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    public void Beside_a_stage_2_there_is_no_room_for_processes(Profile profile)
    {
        using var scene = new ProcessScene(profile);
        scene.Bench.Must(
            scene.Bench.Attach(scene.Nic, scene.Bench.PagingDomain(DomainStage.Stage2, [0]))
        );
        var process = scene.Start();
        var before = scene.Bench.Capture();

        var outcome = scene.Bench.Bind(scene.Nic, process.Space);

        Refusal.MustBe(ErrorClass.Invalid, outcome.Error);
        before.MustBeUnchanged();
    }

    /// <summary>A process as the SMMU cannot see it.</summary>
    public sealed class Strange
    {
        private readonly string _name;

        internal Strange(
            string name,
            Func<Profile, Profile> hardware,
            Func<ProcessSpace, ProcessSpace> process
        ) => (_name, Hardware, Process) = (name, hardware, process);

        internal Func<Profile, Profile> Hardware { get; }

        internal Func<ProcessSpace, ProcessSpace> Process { get; }

        public override string ToString() => _name;
    }

    public static Strange[] Stranges =>
        [
            new(
                "not-coherent",
                p => p with { IDR0 = p.IDR0 with { COHACC = false }, Coherent = false },
                s => s
            ),
            new(
                "granule",
                p =>
                    p with
                    {
                        IDR5 = p.IDR5 with { GRAN4K = true, GRAN16K = false, GRAN64K = false },
                    },
                s => s with { PageSize = 0x1_0000 }
            ),
            new(
                "reach",
                p => p with { IDR5 = p.IDR5 with { OAS = PhysicalSize.Bits40 } },
                s => s with { OutputBits = 44 }
            ),
            new(
                "byte-order",
                p => p with { IDR0 = p.IDR0 with { TTENDIAN = WalkEndianness.Big } },
                s => s
            ),
            new("no-page-size", p => p, s => s with { PageSize = 0x2000 }),
        ];

    [Case("sva.unsupported", Level.Contract, "contract.sva-refusals", Needs = Needs)]
    [AppliesIf(nameof(CannotShare))]
    [Rows(nameof(Stranges))]
    public void What_the_SMMU_cannot_see_as_PEs_do_is_refused(Profile profile, Strange strange)
    {
        using var scene = new ProcessScene(strange.Hardware(profile));
        var process = scene.Start();
        var before = scene.Bench.Capture();

        var outcome = scene.Bench.Bind(scene.Nic, strange.Process(process.Space));

        Refusal.MustBe(ErrorClass.NotSupported, outcome.Error);
        before.MustBeUnchanged();
    }

    private static string? CannotShare(Profile profile) => ProcessScene.CannotShare(profile);
}
