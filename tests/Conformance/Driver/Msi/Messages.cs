using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Interrupts of the SMMU that are messages: where firmware names a doorbell, each must arrive there, and only there.</summary>
public sealed class Messages
{
    private static readonly PhysicalAddress s_doorbell = 0x2000_0040;
    private static readonly StreamId s_nic = 0x10;

    private const uint EventData = 0x11;
    private const uint ErrorData = 0x22;
    private const uint RequestData = 0x33;

    [Case("msi.evtq", Level.Contract, "contract.msi-target", "msi.021")]
    [AppliesWhere("SMMU_IDR0.MSI", 1)]
    public void An_event_rings_the_doorbell(Profile profile)
    {
        using var bench = TestBench.Start(profile, ByMessage);
        bench.AddDevice(s_nic);

        Refuse(bench);

        Assert.Equal(EventData, Rung(bench));
    }

    [Case("msi.gerror", Level.Contract, "contract.msi-target", "msi.021")]
    [AppliesWhere("SMMU_IDR0.MSI", 1)]
    public void An_error_rings_the_doorbell(Profile profile)
    {
        using var bench = TestBench.Start(profile, ByMessage);

        bench.Smmu.Fail(new GError { EVENTQ_ABT_ERR = true });

        Assert.Equal(ErrorData, Rung(bench));
    }

    [Case("msi.priq", Level.Contract, "contract.msi-target", "msi.021")]
    [AppliesWhere("SMMU_IDR0.MSI", 1)]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [AppliesWhere("SMMU_IDR0.PRI", 1)]
    public void A_page_request_rings_the_doorbell(Profile profile)
    {
        using var bench = TestBench.Start(profile, ByMessage);
        if (!bench.Register<Cr0Ack>().PRIQEN)
            throw VerdictException.NotApplicable("the driver leaves the PRI queue off");

        bench.Smmu.RequestPage(
            new PriQueueEntry
            {
                StreamID = s_nic,
                R = true,
                Last = true,
            }
        );

        Assert.Equal(RequestData, Rung(bench));
    }

    [Case("msi.cfg.attributes", Level.Contract, "msi.003", "contract.msi-target")]
    [AppliesWhere("SMMU_IDR0.MSI", 1)]
    public void A_doorbell_is_written_as_a_device(Profile profile)
    {
        using var bench = TestBench.Start(profile, ByMessage);

        MemAttr[] attributes =
        [
            bench.Register<EventqIrqCfg2>().MemAttr,
            bench.Register<GErrorIrqCfg2>().MemAttr,
            // Without its interrupt the register means nothing.
            .. bench.Register<IrqCtrl>().PRIQ_IRQEN
                ? new[] { bench.Register<PriqIrqCfg2>().MemAttr }
                : [],
        ];

        Assert.All(
            attributes,
            one => Assert.True(one is MemAttr.DeviceNGnRE or MemAttr.DeviceNGnRnE, $"{one}")
        );
    }

    [Case("msi.cfg.while-off", Level.Architecture, "msi.021", "msi.015")]
    [AppliesWhere("SMMU_IDR0.MSI", 1)]
    public void A_doorbell_is_named_while_its_interrupt_is_off(Profile profile)
    {
        using var bench = TestBench.Start(
            profile,
            ByMessage with
            {
                Machine = Everyday.Slow.Machine with { WiredInterrupts = false },
            }
        );

        var enabled = bench.Writes<IrqCtrl>().First(write => write.Value.Value != 0);

        Assert.Empty(
            bench.Touches(
                enabled.Number,
                EventqIrqCfg0.Register,
                EventqIrqCfg1.Register,
                EventqIrqCfg2.Register,
                GErrorIrqCfg0.Register,
                GErrorIrqCfg1.Register,
                GErrorIrqCfg2.Register
            )
        );
        Assert.Equal(s_doorbell, bench.Register<EventqIrqCfg0>().ADDR);
        Assert.Equal(s_doorbell, bench.Register<GErrorIrqCfg0>().ADDR);
    }

    [Case("msi.absent", Level.Architecture, "msi.013")]
    [AppliesWhere("SMMU_IDR0.MSI", 0)]
    public void Hardware_without_messages_is_heard_by_its_wires(Profile profile)
    {
        using var bench = TestBench.Start(
            profile,
            ByMessage with
            {
                Machine = new() { Smmus = [] },
            }
        );
        bench.AddDevice(s_nic);

        Refuse(bench);

        Assert.NotEqual(0, bench.ServeInterrupts());
        Assert.Equal(0u, Rung(bench));
    }

    [Case("msi.left-over", Level.Architecture, "msi.008", "msi.020", "msi.027")]
    [AppliesWhere("SMMU_IDR0.MSI", 1)]
    public void The_doorbell_of_an_earlier_owner_is_left_alone(Profile profile)
    {
        using var bench = TestBench.Create(profile);
        foreach (var offset in new[] { EventqIrqCfg0.Offset, GErrorIrqCfg0.Offset })
            bench.Smmu.Write64(offset, s_doorbell.Value);
        bench.Smmu.Write32(EventqIrqCfg1.Offset, EventData);
        bench.Smmu.Write32(GErrorIrqCfg1.Offset, ErrorData);
        bench.Must(bench.Probe());
        bench.AddDevice(s_nic);

        Refuse(bench);
        bench.Smmu.Fail(new GError { EVENTQ_ABT_ERR = true });

        Assert.Equal(0u, Rung(bench));
    }

    [Case(
        "msi.resume",
        Level.Contract,
        "contract.msi-target",
        "contract.resume-restores",
        Needs = Capabilities.Power
    )]
    [AppliesWhere("SMMU_IDR0.MSI", 1)]
    public void The_doorbell_is_named_again_after_a_loss_of_power(Profile profile)
    {
        using var bench = TestBench.Start(profile, ByMessage);
        bench.AddDevice(s_nic);
        Refuse(bench);
        bench.Must(bench.Interrupt(InterruptSource.EventQueue));
        bench.Machine.Memory.Write64(s_doorbell, 0);

        bench.PowerCycle();
        Refuse(bench);

        Assert.Equal(EventData, Rung(bench));
    }

    [Case("msi.window", Level.Contract, "contract.map-translates")]
    [Rows(nameof(Stages))]
    public void A_doorbell_that_is_mapped_is_reached_by_devices_as_a_device(
        Profile profile,
        DomainStage stage
    )
    {
        PagingStages.MustExist(profile, stage);
        using var bench = TestBench.Start(profile);
        PagingStages.MustBeDeclared(bench, stage);
        var device = bench.AddDevice(s_nic);
        var domain = bench.PagingDomain(stage, [0]);
        var page = bench.PageOf(domain);
        PhysicalAddress doorbell = s_doorbell.Value & ~(page - 1);
        bench.Must(bench.Attach(device, domain));
        bench.Must(
            bench.Map(domain, 0x800_0000, doorbell, page, Protection.Write | Protection.Device)
        );

        var access = bench.Dma(device, 0x800_0000 + 0x40, write: true);

        Assert.True(access.Passed, WarmScene.Text(access));
        Assert.Equal(doorbell + 0x40, access.Address);
        Assert.True(access.Attributes.IsDevice, $"{access.Attributes}");
    }

    [Case("msi.window.nested", Level.Contract, "contract.map-translates", Needs = GuestScene.Needs)]
    [AppliesIf(nameof(CannotNest))]
    public void A_guests_device_reaches_the_doorbell_as_a_device_whatever_the_guest_says(
        Profile profile
    )
    {
        using var scene = new GuestScene(profile);
        PhysicalAddress doorbell = s_doorbell.Value & ~(scene.Page - 1);
        Ipa window = 0x800_0000;
        scene.Bench.Must(
            scene.Bench.Map(
                scene.Parent,
                window.Value,
                doorbell,
                scene.Page,
                Protection.Read | Protection.Write | Protection.Device
            )
        );
        Iova here = GuestScene.Here.Value + 0x10_0000;
        scene.Space.Map(here, window);
        scene.AttachNested();

        var access = scene.Bench.Dma(scene.Nic, here + 0x40, write: true);

        Assert.True(access.Passed, WarmScene.Text(access));
        Assert.Equal(doorbell + 0x40, access.Address);
        Assert.True(access.Attributes.IsDevice, $"{access.Attributes}");
    }

    public static DomainStage[] Stages => PagingStages.Both;

    private static string? CannotNest(Profile profile) => GuestScene.CannotNest(profile);

    // Nobody's stream is refused loudly: it is beyond the table, or has no entry.
    private static void Refuse(TestBench bench)
    {
        bench.Smmu.Record(
            EventRecord.From(new FTranslation { StreamID = s_nic, InputAddr = 0x1000 })
        );
        bench.Machine.Run();
    }

    private static uint Rung(TestBench bench)
    {
        bench.Machine.Run();
        return unchecked((uint)bench.Machine.Memory.Read64(s_doorbell));
    }

    private static BenchOptions ByMessage =>
        new()
        {
            Machine = new() { Smmus = [], WiredInterrupts = false },
            Firmware = honest =>
                honest with
                {
                    MsiTarget = new(s_doorbell, EventData, ErrorData, RequestData),
                },
        };
}
